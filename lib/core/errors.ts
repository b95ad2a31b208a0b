/**
 * Faults that core throws. Expected outcomes are return values (discriminated
 * unions); an error here means that this run cannot go on.
 *
 * `message` is safe to show to an operator: no error of this project ever
 * carries a secret value, and `cause` is kept for logs, which redact it.
 */
export abstract class RotationError extends Error {
  abstract readonly code: string;
  /** Whether the same call may succeed later without anybody doing anything. */
  abstract readonly retryable: boolean;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }

  /** What an operator may see. */
  get publicMessage(): string {
    return this.message;
  }
}

/** Secrets Manager asked for a version before a verified credential exists. Nothing was changed. */
export class RotationNotPrepared extends RotationError {
  readonly code = 'RotationNotPrepared';
  readonly retryable = true;

  constructor(credential: string, phase: string) {
    super(
      `Credential "${credential}" has no verified new credential yet (phase: ${phase}). Nothing was changed. ` +
        'The preparation was started; Secrets Manager retries, or the service asks for the rotation when it is ready.',
    );
  }
}

/** A rotation event that must not be acted on: unknown step, foreign secret, token that is no version. */
export class RotationRefused extends RotationError {
  readonly code = 'RotationRefused';
  readonly retryable = false;
}

/** An integration secret, or the pending version, is not what a commit needs. Nothing is current. */
export class CommitNotPossible extends RotationError {
  readonly code = 'CommitNotPossible';
  readonly retryable = true;
}

/** Salesforce did not give a definite answer: timeout, broken connection, 5xx. The call may have landed. */
export class SalesforceOutcomeUnknown extends RotationError {
  readonly code = 'SalesforceOutcomeUnknown';
  readonly retryable = true;
}

/** As `SalesforceOutcomeUnknown`, of a login attempt: it was reserved and counts as spent. */
export class LoginUnanswered extends SalesforceOutcomeUnknown {}

/** The secret of the app by which the integrations log in cannot be used. No attempt was made. */
export class LoginAppUnusable extends RotationError {
  readonly code = 'LoginAppUnusable';
  readonly retryable = true;
  readonly secret: string;
  readonly problem: string;

  constructor(secret: string, problem: string) {
    super(`The login app's secret "${secret}" cannot be used: ${problem}. No login was attempted.`);
    this.secret = secret;
    this.problem = problem;
  }
}

/** A caller named a credential that the configuration does not have. */
export class UnknownCredential extends RotationError {
  readonly code = 'UnknownCredential';
  readonly retryable = false;

  constructor(name: string, known: readonly string[]) {
    super(`There is no credential "${name}". Configured: ${known.join(', ') || 'none'}.`);
  }
}

/** Two runs keep overtaking each other; the state is intact and the next run goes on. */
export class LedgerContention extends RotationError {
  readonly code = 'LedgerContention';
  readonly retryable = true;

  constructor(credential: string) {
    super(`Other runs keep changing the state of "${credential}". Nothing is lost; the next run goes on.`);
  }
}

/** A token came too early to be judged, or Salesforce may not know it yet; offer it again. */
export class TokenNotYetUsable extends RotationError {
  readonly code = 'TokenNotYetUsable';
  readonly retryable = true;
}

/** A stored mail cannot be read or deleted now. It stays stored, and the same notification may be handled again. */
export class MailStoreFault extends RotationError {
  readonly code = 'MailStoreFault';
  readonly retryable = true;
}

/** Secrets Manager refused or did not answer a call, beyond the SDK's own retries. Nothing of it is assumed done. */
export class SecretStoreFault extends RotationError {
  readonly code = 'SecretStoreFault';
  readonly retryable = true;
}

/** A command got no answer, or the function that carries it out failed. What it asked for may have been done. */
export class CommandNotCarriedOut extends RotationError {
  readonly code = 'CommandNotCarriedOut';
  readonly retryable = true;
  /** The fault by which the function refused it, where it is one of those here. */
  readonly fault: string | undefined;

  constructor(message: string, options: { readonly cause?: unknown; readonly fault?: string } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.fault = options.fault;
  }
}
