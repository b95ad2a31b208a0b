import type { SubmissionOutcome } from '../../lib/core/intake/submission.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { createPage } from '../../lib/page/page.ts';
import type { OpenedLink, PageCommand, PageServices, ValidView } from '../../lib/page/services.ts';

/** A link id that is valid on the bench, and one that is not. */
export const LINK = 'valid-link-_0123456789abcdefghijklmnopqrstu';
export const WRONG_LINK = 'wrong-link-_0123456789abcdefghijklmnopqrstu';

const NOW = '2026-11-24T10:30:00.000Z';
export const FORM = 'application/x-www-form-urlencoded';

/** What every view says of the credential. */
const SUBJECT = {
  credential: 'billing',
  org: 'prod',
  loginUrl: 'https://acme.my.salesforce.com',
  username: 'billing@acme.com',
  strategy: 'single-user',
  integrations: 3,
  expiresAt: '2026-11-25T10:30:00.000Z',
} as const;

const SINCE = '2026-11-24T10:00:00.000Z';
const FORM_FACTS = { since: SINCE, attemptsLeft: 3, isChecking: false };
const TOKEN = {
  ...SUBJECT,
  kind: 'token',
  ...FORM_FACTS,
  mailbox: { masked: 'b•••@acme.com', reachable: true },
  readsMailbox: true,
} as const;

/** One view of each look that a valid link can have. */
export const VIEWS = {
  invitation: { ...SUBJECT, kind: 'invitation', invitedAt: SINCE },
  changing: { ...SUBJECT, kind: 'changing' },
  token: TOKEN,
  'token-checking': { ...TOKEN, isChecking: true },
  credential: { ...SUBJECT, kind: 'credential', ...FORM_FACTS },
  'credential-checking': { ...SUBJECT, kind: 'credential', ...FORM_FACTS, isChecking: true },
  blocked: {
    ...SUBJECT,
    kind: 'blocked',
    at: SINCE,
    refusal: {
      code: 'attempts-spent',
      message: 'All allowed login attempts for "billing@acme.com" are used up.',
      remedy: 'Salesforce forgets failed logins by then; resume after that.',
      notBefore: '2026-11-24T11:00:00.000Z',
    },
  },
  verified: { ...SUBJECT, kind: 'verified', verifiedAt: SINCE },
  'verified-window': {
    ...SUBJECT,
    kind: 'verified',
    verifiedAt: SINCE,
    commitAt: '2026-11-26T10:30:00.000Z',
  },
  staged: { ...SUBJECT, kind: 'staged' },
  swapping: { ...SUBJECT, kind: 'swapping' },
  done: { ...SUBJECT, kind: 'done', completedAt: SINCE, swapped: 3, source: 'operator' },
} as const satisfies Readonly<Record<string, ValidView>>;

export type ViewName = keyof typeof VIEWS;

/** The prompt page with everything around it made up: one link, a door that records, counters in memory. */
export class PageBench {
  readonly sent: PageCommand[] = [];
  readonly looked: string[] = [];
  readonly counted: string[] = [];
  readonly warnings: { readonly message: string; readonly error: unknown }[] = [];
  view: ValidView | 'gone' = VIEWS.token;
  /** What the state is once a command was carried out; as before by default. */
  viewAfter: ValidView | 'gone' | undefined;
  outcome: SubmissionOutcome | undefined = { kind: 'accepted' };
  /** Thrown instead of an answer. */
  fault: { readonly of: 'door' | 'ledger'; readonly error: Error } | undefined;
  readonly #counts = new Map<string, number>();
  readonly #page: ReturnType<typeof createPage>;

  constructor(basePath = '') {
    const services: PageServices = {
      lookUp: async (linkId) => this.#lookUp(linkId),
      countIn: async (key) => this.#count(key),
      door: { send: async (command) => this.#send(command) },
      now: () => new Date(NOW),
      warn: (message, error) => this.warnings.push({ message, error }),
      basePath,
    };
    this.#page = createPage(services);
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.request('GET', path, { headers });
  }

  async post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return this.request('POST', path, { body, headers: { 'Content-Type': FORM, ...headers } });
  }

  async request(method: string, path: string, options: RequestInit = {}): Promise<Response> {
    return this.#page.fetch(new Request(`https://page.test${path}`, { method, ...options }));
  }

  async html(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  async #lookUp(linkId: Redacted): Promise<OpenedLink> {
    if (this.fault?.of === 'ledger') throw this.fault.error;
    const isValid = linkId.equals(Redacted.of(LINK));
    this.looked.push(isValid ? 'valid' : 'not valid');
    return isValid && this.view !== 'gone'
      ? { kind: 'valid', linkId, rotationId: 'rotation-1', view: this.view }
      : { kind: 'gone' };
  }

  #count(key: string): number {
    this.counted.push(key);
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }

  #send(command: PageCommand): { readonly submission: SubmissionOutcome | undefined } {
    this.sent.push(command);
    if (this.fault?.of === 'door') throw this.fault.error;
    if (this.viewAfter !== undefined) this.view = this.viewAfter;
    return { submission: this.outcome };
  }
}

/** The content of an element with this id, with its markup; empty where there is none. */
export function part(html: string, id: string): string {
  return new RegExp(`<(\\w+)[^>]*\\sid="${id}"[^>]*>([\\s\\S]*?)</\\1>`).exec(html)?.[2] ?? '';
}
