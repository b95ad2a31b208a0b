import * as deeds from './deeds.ts';
import { integrationLogin, loginIn, sameLogin } from './reading.ts';
import { untruth } from './reasons.ts';
import { DRAFT, INTEGRATIONS, SECRET } from './scene.ts';
import type { World } from './world.ts';

const MOST_ROUNDS = 40;
const MOST_REMEDIES = 4;

/**
 * Nobody disturbs any more: whatever runs ends, time passes, pokes and tokens
 * come, and the remedy of each refusal is applied. In the end the credential is
 * at rest, and the secrets agree.
 */
export async function quiesce(world: World): Promise<void> {
  await untilAtRest(world);
  if (world.people.credentialWrites.length > 0) {
    // What a person left in the credential secret stands until the next rotation.
    world.command('rotate-now');
    await untilAtRest(world);
  }
  demandAgreement(world);
}

async function untilAtRest(world: World): Promise<void> {
  let remedies = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await world.scheduler.finishAll();
    if (world.state?.phase === 'blocked') {
      remedies += 1;
      await remedy(world, remedies);
      continue;
    }
    if (isAtRest(world)) return;
    if (world.state?.phase === 'awaiting-token')
      deeds.bringToken(world, 'newest', round % 2 === 0 ? 'mailbox' : 'person');
    else world.advance({ kind: 'poke' });
    await world.scheduler.finishAll();
    await world.pass(round % 2 === 0 ? 61 : 130);
  }
  throw new Error(`no rest is reached; phase ${world.state?.phase}`);
}

/** Nothing is wanted, neither of the service nor by Secrets Manager, which tries a failed rotation again. */
function isAtRest({ state, secrets }: World): boolean {
  if (secrets.engine.nextRotationDueAt() !== undefined) return false;
  return (
    state === undefined ||
    (state.phase === 'idle' && state.request === undefined && state.rotation === undefined)
  );
}

async function remedy(world: World, count: number): Promise<void> {
  const refusal = world.state?.blocked?.refusal;
  const problem = untruth(world);
  if (problem !== undefined) throw new Error(`blocked as ${refusal?.code}, which is not true: ${problem}`);
  if (count > MOST_REMEDIES) throw new Error(`the remedy of ${refusal?.code} does not help`);
  switch (refusal?.code) {
    case 'credential-secret-unusable':
      deeds.putCredential(world, 'the one in force');
      break;
    case 'credential-without-rotation':
      deeds.turnRotationOnByForce(world);
      break;
    case 'attempts-spent':
      await world.pass(3_700);
      world.org.resetToken(world.state?.rotation?.username ?? deeds.liveUsername(world));
      break;
    case 'draft-holds-another-rotation':
      emptyDraft(world);
      break;
    default:
      break;
  }
  world.command('resume');
}

/** A draft that may be the password in force is saved before it is given up. */
function emptyDraft(world: World): void {
  const draft = loginIn(world.secrets.text(DRAFT));
  const inForce =
    draft !== undefined &&
    world.secrets.text(DRAFT)?.includes(JSON.stringify(world.org.user(draft.username).password));
  if (inForce) deeds.putCredential(world, 'the one in force');
  world.secrets.engine.putSecretValue({ SecretId: DRAFT, SecretString: '{}' });
}

function demandAgreement(world: World): void {
  const current = loginIn(world.secrets.text(SECRET));
  const problems: string[] = [];
  if (current === undefined || !world.org.wouldAccept(current))
    problems.push('the credential secret does not log in');
  for (const integration of INTEGRATIONS) {
    if (!sameLogin(integrationLogin(integration, world.secrets.text(integration.secret)), current))
      problems.push(`${integration.secret} holds another login than the credential secret`);
  }
  if (world.secrets.text(DRAFT) !== '{}') problems.push('the draft is not emptied');
  const pending = world.secrets.labelled(SECRET, 'AWSPENDING');
  if (world.people.cancellations === 0 && pending !== undefined && !pending.labels.includes('AWSCURRENT'))
    problems.push('AWSPENDING is left on a version that is not current');
  if (problems.length > 0) throw new Error(problems.join('; '));
}
