import type { DeliveryKind, OutsideChangePolicy, Scenario, StrategyKind } from '../scenario.ts';

export interface DemoOptions {
  readonly integrations: number;
  readonly strategy: StrategyKind;
  readonly source: Scenario['source'];
  readonly delivery: DeliveryKind;
  readonly onOutsideChange: OutsideChangePolicy;
  readonly connection: Scenario['connection'];
}

/** What was written on the command line. */
interface RawDemoOptions {
  readonly integrations: string;
  readonly strategy: string;
  readonly source: string;
  /** @default separate */
  readonly delivery?: string;
  /** @default prompt */
  readonly onOutsideChange?: string;
  /** @default client-credentials */
  readonly connection?: string;
}

const MOST_INTEGRATIONS = 500;
/** A secret takes 64 KiB, and each of the demo's entries takes about 300 bytes of an envelope. */
const MOST_IN_AN_ENVELOPE = 200;

/** An option that cannot be used: one sentence that names it and what to write instead. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** Checks what was written on the command line. @throws OptionError */
export function readDemoOptions(raw: RawDemoOptions): DemoOptions {
  const options = {
    integrations: readCount(raw.integrations),
    strategy: readStrategy(raw.strategy),
    source: readSource(raw.source),
    delivery: readDelivery(raw.delivery ?? 'separate'),
    onOutsideChange: readPolicy(raw.onOutsideChange ?? 'prompt'),
    connection: readConnection(raw.connection ?? 'client-credentials'),
  };
  if (options.connection === 'self' && options.strategy !== 'single-user') {
    throw new OptionError(
      '--connection self takes a single user, because nobody could prepare the idle one of two; use --strategy single-user.',
    );
  }
  if (options.delivery === 'envelope' && options.integrations > MOST_IN_AN_ENVELOPE) {
    throw new OptionError(
      `--delivery envelope takes at most ${MOST_IN_AN_ENVELOPE} integrations here, because a secret holds 64 KiB; use fewer, or --delivery separate.`,
    );
  }
  return options;
}

function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= MOST_INTEGRATIONS) return count;
  throw new OptionError(`--integrations takes a whole number from 0 to ${MOST_INTEGRATIONS}, not "${text}".`);
}

function readStrategy(text: string): StrategyKind {
  if (text === 'single-user' || text === 'alternating-users') return text;
  throw new OptionError(`--strategy takes single-user or alternating-users, not "${text}".`);
}

function readSource(text: string): Scenario['source'] {
  if (text === 'mailbox' || text === 'unchanged' || text === 'operator') return text;
  throw new OptionError(`--source takes mailbox, unchanged or operator, not "${text}".`);
}

function readConnection(text: string): Scenario['connection'] {
  if (text === 'client-credentials' || text === 'jwt-bearer' || text === 'self') return text;
  throw new OptionError(`--connection takes client-credentials, jwt-bearer or self, not "${text}".`);
}

function readDelivery(text: string): DeliveryKind {
  if (text === 'separate' || text === 'envelope') return text;
  throw new OptionError(`--delivery takes separate or envelope, not "${text}".`);
}

function readPolicy(text: string): OutsideChangePolicy {
  if (text === 'prompt' || text === 'take-over' || text === 'alert') return text;
  throw new OptionError(`--on-outside-change takes prompt, take-over or alert, not "${text}".`);
}
