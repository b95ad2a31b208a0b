import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Command } from '../../core/watch/command.ts';
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

  'reset-token': async (sandbox, query) => {
    const username = usernameIn(sandbox, query);
    sandbox.salesforce.resetToken(username);
    return { username, message: "The token was reset, and the new one is on its way to the user's mailbox." };
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
