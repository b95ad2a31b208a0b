import type { Scenario } from '../scenario.ts';

export interface DemoOptions {
  readonly integrations: number;
  readonly strategy: 'single-user';
  readonly source: Scenario['source'];
}

const MOST_INTEGRATIONS = 500;

/** An option that cannot be used: one sentence that names it and what to write instead. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** Checks what was written on the command line. @throws OptionError */
export function readDemoOptions(raw: {
  readonly integrations: string;
  readonly strategy: string;
  readonly source: string;
}): DemoOptions {
  return {
    integrations: readCount(raw.integrations),
    strategy: readStrategy(raw.strategy),
    source: readSource(raw.source),
  };
}

function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= MOST_INTEGRATIONS) return count;
  throw new OptionError(`--integrations takes a whole number from 0 to ${MOST_INTEGRATIONS}, not "${text}".`);
}

function readStrategy(text: string): 'single-user' {
  if (text === 'single-user') return text;
  if (text === 'alternating-users') {
    throw new OptionError(
      '--strategy alternating-users comes with a later version; use single-user for now.',
    );
  }
  throw new OptionError(`--strategy takes single-user or alternating-users, not "${text}".`);
}

function readSource(text: string): Scenario['source'] {
  if (text === 'mailbox' || text === 'unchanged') return text;
  if (text === 'operator') {
    throw new OptionError(
      '--source operator needs the prompt page, which comes with a later version; use mailbox or unchanged for now.',
    );
  }
  throw new OptionError(`--source takes mailbox, unchanged or operator, not "${text}".`);
}
