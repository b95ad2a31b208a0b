import { ConfigurationError } from '../core/config/load.ts';
import { nearest } from '../core/config/nearest.ts';
import { checkRecipients } from './mail-recipients.ts';
import { checkPromptPage, type PromptPageProps } from './prompt-address.ts';
import { MAIL_DELIVERIES, type MailDelivery } from './token-mail-receipt.ts';

/** What the context of the CDK says to the app. */
export interface AppContext {
  /** Path of the configuration file. */
  readonly file: string;
  readonly recipients: readonly string[] | undefined;
  readonly mailDelivery: MailDelivery | undefined;
  readonly managedPolicyQuota: number | undefined;
  readonly promptPage: PromptPageProps | false | undefined;
}

const KEYS = [
  'config',
  'mailRecipients',
  'mailDelivery',
  'managedPolicyQuota',
  'promptPage',
  'promptDomain',
  'promptCertificate',
] as const;
type Key = (typeof KEYS)[number];
/** The CDK's own keys have hyphens, colons or slashes. */
const PLAIN_WORD = /^[a-z]{4,}$/i;

/**
 * Reads what was given by `-c key=value`, or by `context` in `cdk.json`. A key
 * that looks like a misspelt one of these is refused: the CDK passes over keys
 * that nobody asks for, and something else would be deployed than was meant.
 *
 * @throws ConfigurationError with `-c <key>` as the path.
 */
export function readAppContext(context: Readonly<Record<string, unknown>>): AppContext {
  refuseMisspelt(Object.keys(context));
  const file = textOf(context, 'config');
  if (file === undefined)
    throw refused('config', 'name the configuration file: -c config=rotation.config.json');
  const recipients = textOf(context, 'mailRecipients')
    ?.split(',')
    .map((each) => each.trim());
  if (recipients !== undefined) checkRecipients(recipients, '-c mailRecipients');
  const quota = textOf(context, 'managedPolicyQuota');
  return {
    file,
    recipients,
    mailDelivery: deliveryOf(context),
    managedPolicyQuota: quota === undefined ? undefined : Number(quota),
    promptPage: pageOf(context),
  };
}

function deliveryOf(context: Readonly<Record<string, unknown>>): MailDelivery | undefined {
  const text = textOf(context, 'mailDelivery');
  const known = MAIL_DELIVERIES.find((each) => each === text);
  if (text === undefined || known !== undefined) return known;
  throw refused('mailDelivery', `this must be one of ${MAIL_DELIVERIES.join(', ')}, not "${text}".`);
}

/** `on` without a domain is a page that nobody needs yet; `off` is none, whoever needs it. */
function pageOf(context: Readonly<Record<string, unknown>>): PromptPageProps | false | undefined {
  const page = textOf(context, 'promptPage');
  if (page !== undefined && page !== 'on' && page !== 'off')
    throw refused('promptPage', `this must be on or off, not "${page}".`);
  const domainName = textOf(context, 'promptDomain');
  const certificate = textOf(context, 'promptCertificate');
  const given = { domainName, certificate };
  checkPromptPage(given, { domainName: '-c promptDomain', certificate: '-c promptCertificate' });
  if (page === 'off' && domainName !== undefined)
    throw refused('promptPage', 'there is no page to have a domain. Leave out one of the two.');
  if (page === 'off') return false;
  return page === 'on' || domainName !== undefined ? given : undefined;
}

/** `undefined` where the key is not there, or there is nothing behind its `=`. */
function textOf(context: Readonly<Record<string, unknown>>, key: Key): string | undefined {
  const value = context[key];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw refused(key, 'this must be text. Write for example -c config=rotation.config.json');
}

function refuseMisspelt(keys: readonly string[]): void {
  for (const key of keys.filter((each) => PLAIN_WORD.test(each))) {
    const meant = KEYS.some((known) => known === key) ? undefined : meantBy(key);
    if (meant !== undefined)
      throw refused(key, `this is no key that the app knows. Did you mean -c ${meant}=...?`);
  }
}

function meantBy(word: string): Key | undefined {
  const lower = word.toLowerCase();
  const part = KEYS.find((key) => key.toLowerCase().includes(lower) || lower.includes(key.toLowerCase()));
  const near = nearest(word, KEYS);
  return part ?? KEYS.find((key) => key === near);
}

function refused(key: string, message: string): ConfigurationError {
  return new ConfigurationError([{ path: `-c ${key}`, message }]);
}
