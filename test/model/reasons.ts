import { fieldsOf, integrationLogin, loginIn, sameLogin } from './reading.ts';
import { DRAFT, INTEGRATIONS, MAX_ATTEMPTS, SECRET } from './scene.ts';
import type { World } from './world.ts';

type Check = (world: World) => string | undefined;

/** What must be so where a credential is blocked for a reason; a reason that is not here cannot be true. */
const TRUTHS: Readonly<Record<string, Check>> = {
  'credential-edited-during-commit': (world) => {
    const rotation = world.state?.rotation;
    const since = Date.parse(rotation?.startedAt ?? '');
    if (!world.people.credentialWrites.some((at) => at >= since)) return 'nobody wrote the credential secret';
    const behind = INTEGRATIONS.filter((integration) => {
      const login = integrationLogin(integration, world.secrets.text(integration.secret));
      return login === undefined || !world.org.wouldAccept(login);
    });
    return behind.length === 0
      ? undefined
      : `${behind.map(({ secret }) => secret).join(', ')} does not hold the new credential`;
  },
  'credential-secret-unusable': (world) =>
    world.people.garbageWrites > 0 ? undefined : 'nobody wrote anything unusable',
  'credential-without-rotation': (world) =>
    world.people.cancellations > 0 ? undefined : 'nobody turned rotation off',
  'attempts-spent': (world) =>
    world.reservations >= MAX_ATTEMPTS && world.spentWhenBlocked >= MAX_ATTEMPTS
      ? undefined
      : 'the attempts were not spent',
  'draft-holds-another-rotation': (world) => {
    const draft = loginIn(world.secrets.text(DRAFT));
    if (draft === undefined) return 'the draft is empty';
    return sameLogin(draft, loginIn(world.secrets.text(SECRET)))
      ? 'the draft holds what is current'
      : undefined;
  },
  'draft-lost': (world) =>
    fieldsOf(world.secrets.text(DRAFT))?.['rotationId'] === world.state?.rotation?.id
      ? 'the draft holds the password of this rotation'
      : 'nobody but the service writes the draft',
};

/** Why the reason of a blocked credential is not true, or `undefined` where it is. */
export function untruth(world: World): string | undefined {
  const code = world.state?.blocked?.refusal.code ?? 'none';
  const check = TRUTHS[code];
  return check === undefined ? 'nothing in this world can bring it about' : check(world);
}
