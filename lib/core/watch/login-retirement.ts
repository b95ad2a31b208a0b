import type { Credential } from '../config/load.ts';

/**
 * When Salesforce retires SOAP `login()`. The release is documented; the day is
 * what its customers were told for production, and orgs get a release on
 * different days: preview sandboxes some weeks before.
 *
 * @see https://help.salesforce.com/s/articleView?id=005132110
 */
const SOAP_LOGIN_ENDS = { release: "Summer '27", from: '2027-06-01T00:00:00.000Z' } as const;

const DAY_MILLISECONDS = 86_400_000;

/** What will become of the way in which the integrations of a credential log in. */
export interface LoginRetirement {
  readonly login: Credential['login']['kind'];
  /** Of `login()`; absent for other ways. */
  readonly apiVersion?: string;
  /** The release that ends it; absent where Salesforce has named none. */
  readonly release?: string;
  /** From when on it is to be expected. ISO 8601. */
  readonly from?: string;
  /** Whole days until then; 0 once it is there. */
  readonly daysLeft?: number;
  /** What stops working, in one sentence. */
  readonly text: string;
  /** What to do, in one sentence. */
  readonly remedy: string;
}

const WAY_OUT =
  'Move the integrations to an External Client App with the client credentials or JWT bearer flow; until then, rotations go on as always.';

/** Pure: the time is a fact. */
export function loginRetirement({ login }: Pick<Credential, 'login'>, now: Date): LoginRetirement {
  if (login.kind === 'oauth-password')
    return {
      login: login.kind,
      text: 'Salesforce is deprecating the OAuth username-password flow and has named no release; External Client Apps do not offer it.',
      remedy: WAY_OUT,
    };
  const { release, from } = SOAP_LOGIN_ENDS;
  const { apiVersion } = login;
  const daysLeft = Math.max(0, Math.ceil((Date.parse(from) - now.getTime()) / DAY_MILLISECONDS));
  const what = `SOAP login() in API versions 31.0 to 64.0 (here: ${apiVersion})`;
  const day = from.slice(0, 10);
  const text =
    daysLeft > 0
      ? `${what} ends with ${release}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'} (production from ${day} on, preview sandboxes earlier); from then on no integration can log in with a password and a security token.`
      : `${what} has ended, or is about to end, with ${release} (production from ${day} on); no integration will be able to log in with a password and a security token.`;
  return { login: login.kind, apiVersion, release, from, daysLeft, text, remedy: WAY_OUT };
}

/** Up to so many days before the end, people are told every so many days; the first line that fits counts. */
const TOLD_EVERY: readonly { readonly daysLeft: number; readonly everyDays: number }[] = [
  { daysLeft: 60, everyDays: 7 },
  { daysLeft: 365, everyDays: 30 },
  { daysLeft: Number.POSITIVE_INFINITY, everyDays: 365 },
];

/**
 * Whether people are to be told now: yearly, in the last year monthly, in the
 * last two months and afterwards weekly. Nobody is told of what has no date.
 *
 * @param toldAt When they were told last; ISO 8601.
 */
export function isRetirementTellingDue(
  { daysLeft }: LoginRetirement,
  toldAt: string | undefined,
  now: Date,
): boolean {
  if (daysLeft === undefined) return false;
  if (toldAt === undefined) return true;
  const everyDays = TOLD_EVERY.find((line) => daysLeft <= line.daysLeft)?.everyDays ?? 365;
  return now.getTime() >= Date.parse(toldAt) + everyDays * DAY_MILLISECONDS;
}
