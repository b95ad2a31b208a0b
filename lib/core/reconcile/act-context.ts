import type { Credential } from '../config/load.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Ports } from '../ports/ports.ts';
import type { Brought, Facts, TokenOutcome } from './facts.ts';
import type { Findings } from './look.ts';
import type { StateKeeper } from './state-keeper.ts';
import type { Workbench } from './workbench.ts';

/** What an action works with. */
export interface ActContext {
  readonly ports: Ports;
  readonly keeper: StateKeeper;
  readonly credential: Credential;
  readonly bench: Workbench;
  readonly findings: Findings;
  readonly facts: Facts;
  readonly brought: Brought | undefined;
}

/** What an action says back to the loop. */
export interface Done {
  /** Facts that are still true after it; the others are gathered again. */
  readonly keep: Partial<Facts>;
  /** Another run wrote first: everything is looked at anew. */
  readonly overtaken: boolean;
  readonly answeredTrigger: boolean;
  readonly token?: TokenOutcome;
  /** What was asked for is refused, and nothing else is in its way. */
  readonly refusal?: Refusal;
  /** What a check found, for the person who asked. */
  readonly found?: string;
}
