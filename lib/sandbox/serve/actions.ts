import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import * as z from 'zod';
import type { Command } from '../../core/watch/command.ts';
import { logInWithOldCredential, OLD_CLIENT } from '../old-client.ts';
import type { Sandbox } from '../sandbox.ts';

/** A request that cannot be carried out: one sentence, and the HTTP status that fits. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Action = (sandbox: Sandbox, query: URLSearchParams, body: string) => Promise<unknown>;

/** What can be done to a running sandbox from outside. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  rotate: (sandbox, query) => command(sandbox, 'rotate-now', query),
  prompt: (sandbox, query) => command(sandbox, 'prompt', query),
  resume: (sandbox, query) => command(sandbox, 'resume', query),
  rollback: (sandbox, query) => command(sandbox, 'rollback', query),
  check: (sandbox, query) => command(sandbox, 'check', query),
  tick: (sandbox) => sandbox.pump.tick(),

  'change-password': async (sandbox, query) => {
    const username = usernameIn(sandbox, query);
    sandbox.salesforce.changePasswordInUi(username, `Changed-${randomBytes(9).toString('base64url')}-1`);
    return {
      username,
      message: "The password was changed in Salesforce, and a new token is on its way to the user's mailbox.",
    };
  },

  'edit-secret': async (sandbox, query) => {
    const secret = credentialSecretIn(sandbox, query);
    const versionId = editByHand(sandbox, secret);
    return {
      secret,
      versionId,
      message: 'Another password was set in Salesforce, and put into the credential secret with its token.',
    };
  },

  'reset-token': async (sandbox, query) => {
    const username = usernameIn(sandbox, query);
    sandbox.salesforce.resetToken(username);
    return { username, message: "The token was reset, and the new one is on its way to the user's mailbox." };
  },

  'old-client': async (sandbox, query) => {
    const name = credentialIn(sandbox, query);
    const address = query.get('address') ?? OLD_CLIENT.address;
    if (isIP(address) === 0) throw new ActionError(400, 'Say where it logs in from: ?address=IP.');
    const client = { address, application: query.get('application') ?? OLD_CLIENT.application };
    const { secret = '' } = sandbox.configuration.credentials.get(name) ?? {};
    const answer = await logInWithOldCredential(sandbox, secret, client);
    if (answer === 'no-earlier-credential')
      throw new ActionError(409, `"${name}" has no earlier credential yet: rotate it first.`);
    return { ...client, credential: name, answer };
  },

  'advance-clock': async (sandbox, query) => {
    const seconds = Number(query.get('seconds'));
    if (!Number.isFinite(seconds) || seconds <= 0)
      throw new ActionError(400, 'Say how far: ?seconds=N, with N above 0.');
    sandbox.clock.advance(seconds * 1_000);
    return { now: sandbox.clock.now().toISOString() };
  },

  org: async (sandbox, _query, body) => {
    try {
      sandbox.salesforce.updateSettings(JSON.parse(body));
    } catch (error) {
      throw new ActionError(400, `These are no settings of the org: ${problemOf(error)}`);
    }
    return sandbox.salesforce.settings;
  },
};

/** Sets another password as the user, and writes it with its token into the secret, as a person does in the console. */
function editByHand({ salesforce, secretsManager }: Sandbox, secret: string): string {
  const { SecretString = '{}' } = secretsManager.getSecretValue({ SecretId: secret });
  const value = JSON.parse(SecretString) as { readonly username: string };
  const password = `Edited-${randomBytes(9).toString('base64url')}-1`;
  salesforce.changePasswordInUi(value.username, password);
  const securityToken = salesforce.inspect(value.username).token?.value;
  const edited = JSON.stringify({ ...value, password, securityToken });
  return secretsManager.putSecretValue({ SecretId: secret, SecretString: edited }).VersionId ?? '';
}

function credentialSecretIn(sandbox: Sandbox, query: URLSearchParams): string {
  const name = credentialIn(sandbox, query);
  return sandbox.configuration.credentials.get(name)?.secret ?? '';
}

function command(sandbox: Sandbox, action: Command['action'], query: URLSearchParams): Promise<unknown> {
  return sandbox.functions.invoke('watch', {
    action,
    credential: credentialIn(sandbox, query),
    by: 'sandbox',
  });
}

function credentialIn(sandbox: Sandbox, query: URLSearchParams): string {
  const names = [...sandbox.configuration.credentials.keys()];
  const name = query.get('credential') ?? (names.length === 1 ? names[0] : undefined);
  if (name !== undefined && names.includes(name)) return name;
  throw new ActionError(404, `Say which credential: ?credential=NAME, one of ${names.join(', ')}.`);
}

function usernameIn(sandbox: Sandbox, query: URLSearchParams): string {
  const credentials = [...sandbox.configuration.credentials.values()];
  const known = sandbox.salesforce.view.users.map((user) => user.username);
  const name = query.get('username') ?? (credentials.length === 1 ? known[0] : undefined);
  if (name !== undefined && known.includes(name)) return name;
  throw new ActionError(404, `Say which user: ?username=NAME, one of ${known.join(', ')}.`);
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => `${path.join('.') || '(body)'}: ${message}`).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
