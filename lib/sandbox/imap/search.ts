import { type Argument, textOf } from './commands.ts';

/** A mail as the server has it. */
export interface ImapMessage {
  readonly uid: number;
  readonly receivedAt: Date;
  readonly raw: Buffer;
  readonly flags: ReadonlySet<string>;
}

type Test = (message: ImapMessage) => boolean;

/** A key that the stand-in does not have. */
export class UnknownSearchKey extends Error {
  override readonly name = 'UnknownSearchKey';
}

/**
 * The keys of a SEARCH that a reader of token mails needs; all of them must hold.
 *
 * @throws UnknownSearchKey
 * @see https://www.rfc-editor.org/rfc/rfc3501#section-6.4.4
 */
export function searchTest(keys: readonly Argument[]): Test {
  const rest = [...keys];
  const tests: Test[] = [];
  while (rest.length > 0) tests.push(nextTest(rest));
  return (message) => tests.every((test) => test(message));
}

function nextTest(rest: Argument[]): Test {
  const key = rest.shift();
  if (key?.kind === 'list') return searchTest(key.items);
  const text = () => textOf(rest.shift());
  switch (textOf(key).toUpperCase()) {
    case 'ALL':
      return () => true;
    case 'NOT': {
      const test = nextTest(rest);
      return (message) => !test(message);
    }
    case 'OR': {
      const [one, other] = [nextTest(rest), nextTest(rest)];
      return (message) => one(message) || other(message);
    }
    case 'SEEN':
      return flagged('\\Seen');
    case 'UNSEEN':
      return not(flagged('\\Seen'));
    case 'KEYWORD':
      return flagged(text());
    case 'UNKEYWORD':
      return not(flagged(text()));
    case 'SINCE': {
      const since = Date.parse(`${text()} 00:00:00 +0000`);
      return ({ receivedAt }) => receivedAt.getTime() >= since;
    }
    case 'FROM': {
      const part = text().toLowerCase();
      return ({ raw }) => fromHeader(raw).includes(part);
    }
    default:
      throw new UnknownSearchKey(textOf(key));
  }
}

function not(test: Test): Test {
  return (message) => !test(message);
}

function flagged(flag: string): Test {
  return ({ flags }) => [...flags].some((each) => each.toLowerCase() === flag.toLowerCase());
}

/** The From headers, unfolded, in lower case. */
function fromHeader(raw: Buffer): string {
  const text = raw.toString('latin1');
  const head = text.slice(0, text.search(/\r?\n\r?\n/) + 1 || text.length).replace(/\r?\n[ \t]+/g, ' ');
  return (head.match(/^from:.*$/gim) ?? []).join(' ').toLowerCase();
}
