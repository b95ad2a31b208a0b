import type { Configuration } from '../config/load.ts';
import type { Ports } from '../ports/ports.ts';
import { advance } from '../reconcile/advance.ts';
import { type CredentialStatus, rollback, rotateNow, status } from './watch.ts';

/** What an operator may ask for by a direct invocation. */
export interface Command {
  readonly action: 'rotate-now' | 'resume' | 'start' | 'rollback' | 'check' | 'status';
  readonly credential: string;
  /** Who asks, for the history. */
  readonly by: string;
}

export interface CommandOutcome {
  readonly status: CredentialStatus;
  readonly message: string;
}

/** @throws UnknownCredential */
export async function command(
  ports: Ports,
  configuration: Configuration,
  { action, credential, by }: Command,
): Promise<CommandOutcome> {
  const message = await carryOut(ports, configuration, action, credential, by);
  return { status: await status(ports, configuration, credential), message };
}

async function carryOut(
  ports: Ports,
  configuration: Configuration,
  action: Command['action'],
  credential: string,
  by: string,
): Promise<string> {
  switch (action) {
    case 'status':
      return 'The state as the ledger has it.';
    case 'rotate-now': {
      const { kind } = await rotateNow(ports, configuration, credential, by);
      return kind === 'requested'
        ? 'The rotation was requested.'
        : 'A rotation is under way already; it was poked.';
    }
    case 'rollback': {
      const outcome = await rollback(ports, configuration, credential, by);
      return outcome.kind === 'refused'
        ? outcome.message
        : `The rollback was requested. Now in phase "${outcome.state.phase}": ${outcome.because}.`;
    }
    case 'check':
    case 'resume':
    case 'start': {
      const outcome = await advance(ports, configuration, credential, { kind: action, by });
      return outcome.found ?? `Now in phase "${outcome.state.phase}": ${outcome.because}.`;
    }
  }
}
