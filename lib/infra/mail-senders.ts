import { ArnFormat, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type Configuration, ConfigurationError } from '../core/config/load.ts';

/** Of a managed policy's 6,144 characters, with something left for what is around the texts. */
const ROOM = 5_800;
/** `"arn:aws:ses:ap-southeast-1:111122223333:identity/",` */
const AROUND_AN_ARN = 60;
const AROUND_A_TEXT = 3;

/**
 * Lets functions send mail by SES from the configured senders, and from nobody else.
 *
 * @returns how many managed policies each role has by that.
 * @throws ConfigurationError with the first sender that one policy cannot hold.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
 */
export function grantSending(scope: Construct, configuration: Configuration, roles: readonly Role[]): 0 | 1 {
  const senders = sendersOf(configuration);
  if (senders.length === 0) return 0;
  const identities = new Set(senders.flatMap(identitiesOf));
  new ManagedPolicy(scope, 'MailSenders', {
    description: 'Senders of the mails of the Salesforce credential rotation.',
    roles: [...roles],
    statements: [
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        resources: [...identities].map((identity) => identityArn(scope, identity)),
        conditions: { StringEquals: { 'ses:FromAddress': [...senders] } },
      }),
    ],
  });
  return 1;
}

function sendersOf({ credentials }: Configuration): readonly string[] {
  const senders = new Set<string>();
  let room = ROOM;
  for (const [name, { prompt }] of credentials) {
    const from = prompt.mail?.from;
    if (from === undefined || senders.has(from)) continue;
    senders.add(from);
    for (const identity of identitiesOf(from)) room -= identity.length + AROUND_AN_ARN;
    room -= from.length + AROUND_A_TEXT;
    if (room < 0) throw tooManySenders(name);
  }
  return [...senders];
}

/**
 * The identities that SES may ask for: the one that was verified, which is the
 * address, its domain, or a domain that this is in.
 *
 * @example 'rotation@mail.acme.com' → itself, 'mail.acme.com', 'acme.com'
 */
function identitiesOf(address: string): readonly string[] {
  const labels = address.slice(address.lastIndexOf('@') + 1).split('.');
  const domains = labels.map((_label, index) => labels.slice(index).join('.'));
  return [address, ...domains.filter((domain, index) => index === 0 || domain.includes('.'))];
}

function identityArn(scope: Construct, identity: string): string {
  return Stack.of(scope).formatArn({
    service: 'ses',
    resource: 'identity',
    resourceName: identity,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

function tooManySenders(credential: string): ConfigurationError {
  return new ConfigurationError([
    {
      path: `credentials.${credential}.prompt.mail.from`,
      message:
        'from here on there are more senders than one policy can hold. Let several credentials have the same sender, or deploy this credential and those after it in a stack of their own.',
    },
  ]);
}
