import { SecretsManagerException } from './exceptions.ts';
import type { Secret } from './secret.ts';

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/**
 * Checks a resource policy as text.
 *
 * @throws MalformedPolicyDocumentException when it is no policy document.
 * @throws PublicPolicyException when `blockPublic` is set and it allows everybody, unconditionally.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
 */
export function checkPolicy(policy: string, blockPublic: boolean): void {
  const statements = parsePolicy(policy);
  if (
    blockPublic &&
    statements.some((statement) => statement.Effect === 'Allow' && forEverybody(statement))
  ) {
    throw new SecretsManagerException('PublicPolicyException', 'The resource policy allows broad access.');
  }
}

/**
 * Enforces one thing only: a statement that denies GetSecretValue to everybody.
 * The sandbox has no identities, so it cannot judge a statement about one.
 *
 * @throws AccessDeniedException
 */
export function enforcePolicy(secret: Secret): void {
  if (secret.resourcePolicy === undefined) return;
  const denied = parsePolicy(secret.resourcePolicy).some(
    (statement) => statement.Effect === 'Deny' && forEverybody(statement) && coversReading(statement),
  );
  if (!denied) return;
  throw new SecretsManagerException(
    'AccessDeniedException',
    'Not authorized to perform secretsmanager:GetSecretValue: an explicit deny in a resource-based policy.',
  );
}

function parsePolicy(policy: string): readonly Statement[] {
  const document = parseJson(policy);
  const statement = (document as { Statement?: unknown } | null)?.Statement;
  const statements = Array.isArray(statement) ? statement : [statement];
  if (!statements.every((one) => isStatement(one))) throw malformed();
  return statements;
}

function parseJson(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    throw malformed();
  }
}

function isStatement(value: unknown): value is Statement {
  if (typeof value !== 'object' || value === null) return false;
  const { Effect, Action } = value as Statement;
  return (Effect === 'Allow' || Effect === 'Deny') && Action !== undefined;
}

function forEverybody(statement: Statement): boolean {
  if (statement.Condition !== undefined) return false;
  const principal = statement.Principal;
  return principal === '*' || (principal as { AWS?: unknown } | undefined)?.AWS === '*';
}

function coversReading(statement: Statement): boolean {
  const actions = Array.isArray(statement.Action) ? statement.Action : [statement.Action];
  return actions.some((action) => {
    const pattern = String(action).replace(/[.+^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(
      'secretsmanager:GetSecretValue',
    );
  });
}

function malformed(): SecretsManagerException {
  return new SecretsManagerException(
    'MalformedPolicyDocumentException',
    'The resource policy has syntax errors.',
  );
}
