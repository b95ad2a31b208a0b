import { SecretsManagerException } from '../../lib/sandbox/secrets-manager/exceptions.ts';
import { fieldsOf } from './reading.ts';
import { INTEGRATIONS, LOGIN_URL, PASSWORD, ROTATE_FUNCTION, SECRET, TOKEN } from './scene.ts';
import type { World } from './world.ts';

/** What people do, as far as the service may hear of it. Each is done at once, on what is there. */

/** Adds a field to an integration secret; the login in it is left as it is. */
export function editIntegration(world: World, index: number): void {
  const secret = INTEGRATIONS[index % INTEGRATIONS.length]?.secret ?? '';
  const fields = world.people.fields.get(secret) ?? new Map<string, string>();
  const name = `note${fields.size + 1}`;
  fields.set(name, 'kept');
  world.people.fields.set(secret, fields);
  world.secrets.engine.putSecretValue({
    SecretId: secret,
    SecretString: JSON.stringify({ ...fieldsOf(world.secrets.text(secret)), [name]: 'kept' }),
  });
}

export type PutKind = 'the same' | 'garbage' | 'the one before' | 'the one in force';

/** Puts a whole new version into the credential secret. */
export function putCredential(world: World, kind: PutKind): void {
  const { VersionId } = world.secrets.engine.putSecretValue({
    SecretId: SECRET,
    SecretString: credentialText(world, kind),
  });
  world.people.credentialVersions.add(VersionId ?? '');
  world.people.credentialWrites.push(world.clock.now().getTime());
  if (kind === 'garbage') world.people.garbageWrites += 1;
}

function credentialText(world: World, kind: PutKind): string {
  switch (kind) {
    case 'the same':
      return world.secrets.text(SECRET) ?? '';
    case 'garbage':
      return 'to be filled in';
    case 'the one before':
      return world.secrets.text(SECRET, 'AWSPREVIOUS') ?? originalText(world);
    case 'the one in force': {
      const user = world.org.user(liveUsername(world));
      return JSON.stringify({
        username: user.username,
        password: user.password,
        securityToken: user.token,
        loginUrl: LOGIN_URL,
      });
    }
  }
}

function originalText({ scene }: World): string {
  return JSON.stringify({
    username: scene.usernames[0],
    password: `${PASSWORD}0`,
    securityToken: `${TOKEN}0`,
    loginUrl: LOGIN_URL,
  });
}

/** The user that the integrations log in as, or are about to. */
export function liveUsername(world: World): string {
  const [first = ''] = world.scene.usernames;
  const username = fieldsOf(world.secrets.text(SECRET))?.['username'];
  return typeof username === 'string' && world.scene.usernames.includes(username) ? username : first;
}

/** How a token comes in: in its mail, or by a person. */
export type Door = 'mailbox' | 'person';

/** A token is offered: the newest, or one that Salesforce will refuse. */
export function bringToken(world: World, which: 'newest' | 'wrong', door: Door): void {
  const username = world.state?.rotation?.username ?? liveUsername(world);
  const { token } = world.org.user(username);
  world.people.wrongTokens += which === 'wrong' ? 1 : 0;
  const wrong = `wrong${world.people.wrongTokens}`.padEnd(24, 'W');
  const brought = which === 'newest' ? token : wrong;
  if (door === 'person') world.submitToken(brought);
  else world.advance({ kind: 'token', source: 'mailbox' }, brought);
}

export function cancelRotation(world: World): void {
  world.secrets.engine.cancelRotateSecret({ SecretId: SECRET });
  world.people.cancellations += 1;
}

/** As a deployment does it. Secrets Manager refuses while an earlier rotation is not complete. */
export function turnRotationOn(world: World): void {
  if (world.secrets.secret(SECRET).rotation?.enabled === true) return;
  try {
    world.secrets.engine.rotateSecret({
      SecretId: SECRET,
      RotationLambdaARN: ROTATE_FUNCTION,
      RotateImmediately: false,
    });
  } catch (error) {
    if (!(error instanceof SecretsManagerException)) throw error;
  }
}

/** A person, or the schedule of the secret, asks for a rotation that is perhaps not prepared. */
export function rotateInConsole(world: World): void {
  try {
    world.secrets.engine.rotateSecret({ SecretId: SECRET });
  } catch (error) {
    if (!(error instanceof SecretsManagerException)) throw error;
  }
}

/** The documented way out where Secrets Manager refuses: take the label away, and turn rotation on. */
export function turnRotationOnByForce(world: World): void {
  const pending = world.secrets.labelled(SECRET, 'AWSPENDING');
  if (pending !== undefined && !pending.labels.includes('AWSCURRENT')) {
    world.secrets.engine.updateSecretVersionStage({
      SecretId: SECRET,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: pending.id,
    });
  }
  turnRotationOn(world);
}
