/** What the org's login history says of a refused attempt; `unknown` where it could not be read. */
export type RejectionCause =
  | 'wrong-password-or-token'
  | 'token-missing'
  | 'locked'
  | 'ip-restricted'
  | 'time-restricted'
  | 'password-expired'
  | 'inactive'
  | 'frozen'
  | 'rate-exceeded'
  | 'password-flow-disabled'
  | 'api-disabled'
  | 'unknown';
