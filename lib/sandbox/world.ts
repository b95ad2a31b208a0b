import { randomBytes } from 'node:crypto';
import { functionArn } from './function-host.ts';
import type { Journal } from './journal.ts';
import { buildWorld, type Scenario, type World } from './scenario.ts';
import type { SecretsManagerEngine } from './secrets-manager/engine.ts';

export type { World } from './scenario.ts';

/** The world of a data folder: what an earlier start set up, or a new one, kept for the next start. */
export function worldIn(
  journal: Journal<World>,
  scenario: Scenario,
  loginUrl: string,
  startedAt: Date,
): World {
  const known = journal.load();
  if (known !== undefined) return known;
  const world = buildWorld(scenario, loginUrl, startedAt, lettersAndDigits);
  journal.save(world);
  return world;
}

/**
 * Creates the secrets that are not there yet and attaches the rotate function,
 * as a deployment does: with RotateImmediately=false, so that nothing rotates.
 */
export function seedSecrets(engine: SecretsManagerEngine, world: World): void {
  for (const secret of world.secrets) {
    if (!exists(engine, secret.name)) {
      const { name, description, value, previous } = secret;
      engine.createSecret({ Name: name, Description: description, SecretString: previous ?? value });
      if (previous !== undefined) engine.putSecretValue({ SecretId: name, SecretString: value });
    }
    if (!secret.rotates || engine.describeSecret({ SecretId: secret.name }).RotationEnabled === true)
      continue;
    engine.rotateSecret({
      SecretId: secret.name,
      RotationLambdaARN: functionArn('rotate'),
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotateImmediately: false,
    });
  }
}

function exists(engine: SecretsManagerEngine, name: string): boolean {
  const { SecretList } = engine.listSecrets({ Filters: [{ Key: 'name', Values: [name] }] });
  return (SecretList ?? []).some((secret) => secret.Name === name);
}

function lettersAndDigits(bytes: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return [...randomBytes(Math.ceil(bytes * 1.4))].map((byte) => alphabet[byte % alphabet.length]).join('');
}
