/** The exceptions of the service's API model that the stand-in throws, and the protocol's own. */
export type ExceptionCode =
  | 'AccessDeniedException'
  | 'DecryptionFailure'
  | 'InternalServiceError'
  | 'InvalidNextTokenException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'LimitExceededException'
  | 'MalformedPolicyDocumentException'
  | 'PublicPolicyException'
  | 'ResourceExistsException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'ThrottlingException'
  | 'UnknownOperationException';

/** A refusal in the service's words. Its message never carries a secret value. */
export class SecretsManagerException extends Error {
  readonly code: ExceptionCode;

  constructor(code: ExceptionCode, message: string) {
    super(message);
    this.name = code;
    this.code = code;
  }
}

export function invalidParameter(message: string): SecretsManagerException {
  return new SecretsManagerException('InvalidParameterException', message);
}

export function invalidRequest(message: string): SecretsManagerException {
  return new SecretsManagerException('InvalidRequestException', message);
}

export function notFound(message: string): SecretsManagerException {
  return new SecretsManagerException('ResourceNotFoundException', message);
}

export function secretNotFound(): SecretsManagerException {
  return notFound("Secrets Manager can't find the specified secret.");
}

/** What a caller without a role in the account is told. */
export function otherAccount(secretArn: string): SecretsManagerException {
  return new SecretsManagerException(
    'AccessDeniedException',
    `Not authorized to access ${secretArn}: no resource-based policy of its account allows it.`,
  );
}

export function operationNotPermittedOnReplica(): SecretsManagerException {
  return invalidParameter(
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  );
}

export function markedForDeletion(): SecretsManagerException {
  return invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}
