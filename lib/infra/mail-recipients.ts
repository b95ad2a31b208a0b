import { Token } from 'aws-cdk-lib';
import { ConfigurationError } from '../core/config/load.ts';

/** An address, a domain, or with a dot before it all its subdomains. */
const RECIPIENT = /^(?:[^\s@,;<>"]+@|\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i;
const MOST_RECIPIENTS = 100;

/**
 * Refuses recipients that SES would refuse at deployment, and none at all: a rule
 * without recipients takes the mails to every domain of the account.
 *
 * @param path what names the list to whoever wrote it.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-receipt-rules-console-walkthrough.html
 * @throws ConfigurationError
 */
export function checkRecipients(recipients: readonly string[], path: string): void {
  const problem = problemOf(recipients);
  if (problem !== undefined) throw new ConfigurationError([{ path, message: problem }]);
}

function problemOf(recipients: readonly string[]): string | undefined {
  if (recipients.length === 0)
    return 'name at least one address or domain; without one, SES hands over the mails to all domains of the account.';
  if (recipients.length > MOST_RECIPIENTS)
    return `SES takes at most ${MOST_RECIPIENTS} recipients, not ${recipients.length}. Name a domain instead of its addresses.`;
  const wrong = recipients.find((recipient) => !Token.isUnresolved(recipient) && !RECIPIENT.test(recipient));
  return wrong === undefined
    ? undefined
    : `"${wrong}" is neither an address nor a domain. Write for example "billing@acme.com" or "acme.com".`;
}
