import type { Refusal } from '../../domain/refusal.ts';
import type { Finding } from './finding.ts';

/** A refusal as a finding, with what to type in its remedy. */
export function refusalFinding(
  refusal: Refusal,
  where: string,
  about: { readonly credential: string; readonly isBlocked: boolean },
): Finding {
  const { code, message } = refusal;
  return {
    code,
    severity: 'problem',
    where,
    message,
    remedy: remedyOf(refusal, where, about),
    fixable: false,
  };
}

/** What is said of a rotation that is blocked is "then resume"; without one, there is nothing to resume. */
function remedyOf(
  { code, remedy }: Refusal,
  where: string,
  { credential, isBlocked }: { readonly credential: string; readonly isBlocked: boolean },
): string {
  const typed = COMMANDS[code]?.(where);
  return [
    remedy.replace(/,? then resume\.$/, '.'),
    ...(typed === undefined ? [] : [`Type: ${typed}`]),
    ...(isBlocked ? [`Then: sfrotate resume ${credential}`] : []),
  ].join(' ');
}

const describe = (secret: string) => `aws secretsmanager describe-secret --secret-id ${secret}`;
const put = (secret: string) =>
  `aws secretsmanager put-secret-value --secret-id ${secret} --secret-string file://new.json`;

/** What to type, where a command does it or shows what is wrong. A value never stands in it. */
const COMMANDS: Partial<Record<Refusal['code'], (where: string) => string>> = {
  'credential-secret-missing': describe,
  'credential-secret-unusable': put,
  'credential-without-rotation': (secret) =>
    `aws secretsmanager rotate-secret --secret-id ${secret} --no-rotate-immediately`,
  'draft-secret-missing': (secret) =>
    `aws secretsmanager create-secret --name ${secret} --secret-string '{}'`,
  'draft-holds-another-rotation': (secret) =>
    `aws secretsmanager put-secret-value --secret-id ${secret} --secret-string '{}'`,
  'draft-lost': (secret) => `aws secretsmanager list-secret-version-ids --secret-id ${secret}`,
  'connection-secret-unusable': put,
  'login-app-unusable': put,
  'integration-secret-missing': describe,
};
