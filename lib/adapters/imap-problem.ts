import type { MailboxProblem } from '../core/ports/mailbox-reader.ts';

const BY_CODE: Readonly<Record<string, MailboxProblem>> = {
  CONNECT_TIMEOUT: 'unreachable',
  EConnectionClosed: 'unreachable',
  ClosedAfterConnectText: 'unreachable',
  ClosedAfterConnectTLS: 'unreachable',
  NoConnection: 'unreachable',
  GREETING_TIMEOUT: 'too-slow',
  UPGRADE_TIMEOUT: 'too-slow',
  ETIMEOUT: 'too-slow',
  ETHROTTLE: 'too-slow',
  STARTTLS_INJECTION: 'not-encrypted',
  MissingServerExtension: 'not-encrypted',
  EPROTO: 'not-encrypted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'not-encrypted',
  SELF_SIGNED_CERT_IN_CHAIN: 'not-encrypted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'not-encrypted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'not-encrypted',
  CERT_HAS_EXPIRED: 'not-encrypted',
  CERT_NOT_YET_VALID: 'not-encrypted',
};

interface ImapError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly authenticationFailed?: unknown;
  readonly tlsFailed?: unknown;
  readonly responseStatus?: unknown;
  readonly syscall?: unknown;
}

/** What an error of imapflow, TLS or the socket says of the mailbox. Its text is not looked at, and kept nowhere. */
export function problemOf(thrown: unknown): MailboxProblem {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as ImapError;
  const code = typeof error.code === 'string' ? error.code : '';
  if (error.authenticationFailed === true) return 'login-refused';
  if (error.name === 'DeadlineExceeded') return 'too-slow';
  if (error.tlsFailed === true || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL'))
    return 'not-encrypted';
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (error.responseStatus === 'NO') return 'no-folder';
  return error.syscall === undefined ? 'not-understood' : 'unreachable';
}
