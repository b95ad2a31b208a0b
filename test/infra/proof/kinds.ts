import { connectionSecrets } from '../../../lib/core/config/connection-secrets.ts';
import type { Configuration, Credential } from '../../../lib/core/config/load.ts';
import { loginSecrets } from '../../../lib/core/config/login-secrets.ts';
import { arnOf, secretArn } from '../../support/calls/place.ts';
import { isLike } from './policy.ts';
import type { DeployedTemplate } from './template.ts';

type ArnAndKind = readonly [arn: string, kind: string];
type Place = Credential['integrations'][number];

/** A secret's suffix, or any object; nothing else of the ARN. */
const OPEN_AT_THE_END = /^[^*?]+(?:-\?{6}|\/\*)$/;

/**
 * Every resource of a deployment, by what it is in words: the same in each
 * configuration, so that what one test needed counts for all.
 */
export class Kinds {
  readonly #kinds: ReadonlyMap<string, string>;

  constructor(configuration: Configuration, template: DeployedTemplate) {
    this.#kinds = new Map([
      ...ofTheStack(template),
      [arnOf('events', 'event-bus/default'), 'the event bus'],
      ...ofTheConfiguration(configuration),
    ]);
  }

  /** What an ARN is; itself, where nobody knows. */
  of(arn: string): string {
    return this.#kinds.get(arn) ?? this.#partOf(arn) ?? arn;
  }

  /**
   * What a policy means by a pattern. Each resource is to be named by itself: open
   * may be only the six characters at the end of a secret's ARN, and which object
   * of a bucket it is. Any other pattern is nothing but itself, which no call is about.
   */
  meantBy(pattern: string): string {
    const known = this.#kinds.get(pattern);
    if (known !== undefined || !OPEN_AT_THE_END.test(pattern)) return known ?? pattern;
    const secret = [...this.#kinds].find(([arn]) => !pattern.endsWith('*') && isLike(arn, pattern));
    return secret?.[1] ?? this.#partOf(pattern) ?? pattern;
  }

  /** An object in a bucket, or a pattern for such. */
  #partOf(arn: string): string | undefined {
    const slash = arn.indexOf('/');
    const whole = slash < 0 ? undefined : this.#kinds.get(arn.slice(0, slash));
    return whole === undefined ? undefined : `objects in ${whole}`;
  }
}

/** By the construct's place in the stack, without the hash of it. */
function ofTheStack(template: DeployedTemplate): readonly ArnAndKind[] {
  return [...template.resources.keys()].flatMap((id) => {
    const arn = template.arnOf(id);
    return arn === undefined ? [] : [[arn, id.replace(/[0-9A-F]{8}$/, '')] as const];
  });
}

function ofTheConfiguration({ credentials, mailboxes }: Configuration): readonly ArnAndKind[] {
  const logins = Object.values(mailboxes).map(
    ({ secret }): ArnAndKind => [arnIn(secret), 'the login of a mailbox'],
  );
  return [...logins, ...ofCredentials([...credentials.values()])];
}

function ofCredentials(credentials: readonly Credential[]): readonly ArnAndKind[] {
  return credentials.flatMap(({ secret, draftSecret, orgConfig, login, integrations, prompt }) => [
    ...identitiesOf(prompt.mail?.from),
    [arnIn(secret), 'the credential secret'],
    [arnIn(draftSecret), 'the draft'],
    ...[...connectionSecrets({ orgConfig }), ...loginSecrets({ login })].map(
      (each): ArnAndKind => [arnIn(each), 'the secret of an app'],
    ),
    ...integrations.map(kindOf),
  ]);
}

/** A sender's address, its domain, and the domains that this is in. */
function identitiesOf(address: string | undefined): readonly ArnAndKind[] {
  const labels = address?.replace(/^.*@/, '').split('.') ?? [];
  const domains = labels.map((_label, index) => labels.slice(index).join('.'));
  return [address ?? [], domains]
    .flat()
    .map((identity) => [arnOf('ses', `identity/${identity}`), "an identity of a mail's sender"] as const);
}

function kindOf({ secret, roleArn }: Place): ArnAndKind {
  return roleArn === undefined
    ? [arnIn(secret), 'an integration secret']
    : [roleArn, 'a role in another account'];
}

function arnIn(secret: string): string {
  return secret.startsWith('arn:') ? secret : secretArn(secret);
}
