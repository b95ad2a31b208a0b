import type { IntegrationEntry } from './integration.ts';
import type { CredentialConfig } from './schema.ts';

interface DeliveryProblem {
  readonly path: string;
  readonly message: string;
}

/** Whether each integration says where its rendering is, in the way that the credential's delivery wants it. */
export function deliveryProblems(credential: CredentialConfig, path: string): readonly DeliveryProblem[] {
  const problems: DeliveryProblem[] = [];
  const { delivery, envelope, integrations } = credential;
  if (delivery === 'envelope' && envelope === undefined)
    problems.push({
      path: `${path}.envelope`,
      message:
        'with "delivery": "envelope", name the one secret that holds all renderings: { "secret": "…" }.',
    });
  if (envelope !== undefined && needsArn(envelope))
    problems.push({ path: `${path}.envelope.secret`, message: ARN_NEEDED });
  if (delivery === 'separate' && envelope !== undefined)
    problems.push({
      path: `${path}.envelope`,
      message: 'is for "delivery": "envelope" only. Set that, or take the envelope out.',
    });
  const problemOf = delivery === 'envelope' ? entryProblem : secretProblem;
  const keys = new Set<string>();
  integrations.forEach((integration, index) => {
    const place = `${path}.integrations[${index}]`;
    const problem = problemOf(integration);
    if (problem !== undefined) problems.push({ path: `${place}.${problem.at}`, message: problem.message });
    if (integration.key === undefined) return;
    if (keys.has(integration.key) && delivery === 'envelope')
      problems.push({
        path: `${place}.key`,
        message: `"${integration.key}" is used by another integration already. Give each its own key in the envelope.`,
      });
    keys.add(integration.key);
  });
  return problems;
}

interface PlaceProblem {
  readonly at: 'key' | 'secret' | 'roleArn';
  readonly message: string;
}

function entryProblem({ key, secret, roleArn }: IntegrationEntry): PlaceProblem | undefined {
  if (secret !== undefined)
    return {
      at: 'secret',
      message:
        'with "delivery": "envelope", all renderings are in the envelope. Give the "key" instead of a secret.',
    };
  if (roleArn !== undefined)
    return { at: 'roleArn', message: 'with "delivery": "envelope", the role belongs into "envelope".' };
  return key === undefined
    ? {
        at: 'key',
        message: 'the key is missing. Name the key under which this integration reads the envelope.',
      }
    : undefined;
}

function secretProblem({ key, secret, roleArn }: IntegrationEntry): PlaceProblem | undefined {
  if (key !== undefined)
    return {
      at: 'key',
      message: 'is for "delivery": "envelope" only. Set that, or take the key out.',
    };
  if (secret === undefined)
    return { at: 'secret', message: 'a secret is missing. Give the name or ARN of a secret.' };
  return needsArn({ secret, roleArn }) ? { at: 'secret', message: ARN_NEEDED } : undefined;
}

const ARN_NEEDED =
  'with a "roleArn", give the ARN of the secret: a name says neither its account nor its Region.';

/** A role is for a secret in another account, where a name cannot lead. */
function needsArn({
  secret,
  roleArn,
}: {
  readonly secret: string;
  readonly roleArn?: string | undefined;
}): boolean {
  return roleArn !== undefined && !secret.startsWith('arn:');
}
