import { liveUsername } from './deeds.ts';
import { textOf } from './model-secrets.ts';
import { fieldsOf, integrationLogin, KEEPERS, loginIn, sameLogin } from './reading.ts';
import { INTEGRATIONS, MAX_ATTEMPTS, SECRET } from './scene.ts';
import type { World } from './world.ts';

/** @throws Error with a sentence for each thing that must hold at every moment and does not. */
export function demandInvariants(world: World): void {
  const broken = [
    ...lostPasswords(world),
    ...unverified(world),
    ...overspent(world),
    ...lostEdits(world),
    ...integrationsBehind(world),
  ];
  if (broken.length > 0) throw new Error(broken.join('; '));
}

/**
 * The password in force is in a labelled version that the service keeps, unless
 * people wrote over it. Of alternating users, this is about the one in use: the
 * other's password may be one that nobody holds.
 */
function lostPasswords(world: World): readonly string[] {
  const { org, people } = world;
  const username = liveUsername(world);
  const wanted = JSON.stringify(org.user(username).password);
  const found = KEEPERS.some((name) =>
    world.secrets
      .secret(name)
      .versions.some(
        (version) =>
          (version.labels.length > 0 || people.credentialVersions.size > 0) &&
          textOf(version)?.includes(wanted),
      ),
  );
  return found ? [] : [`the password in force of ${username} is in no version that is kept`];
}

/** What the service made current, or pending, is what Salesforce has accepted. */
function unverified(world: World): readonly string[] {
  return (['AWSCURRENT', 'AWSPENDING'] as const)
    .filter((label) => {
      const version = world.secrets.labelled(SECRET, label);
      const text = textOf(version);
      if (version === undefined || text === undefined) return false;
      if (isPersons(world, version.id, text)) return false;
      const login = loginIn(text);
      return login === undefined || !world.org.hasAccepted(login);
    })
    .map((label) => `${label} of the credential secret holds what Salesforce never accepted`);
}

/** The version is a person's, or a test's copy of one. */
function isPersons(world: World, versionId: string, text: string): boolean {
  const { credentialVersions } = world.people;
  if (credentialVersions.has(versionId)) return true;
  return world.secrets
    .secret(SECRET)
    .versions.some((version) => credentialVersions.has(version.id) && textOf(version) === text);
}

function overspent({ org }: World): readonly string[] {
  return org.mostFailures > MAX_ATTEMPTS ? [`${org.mostFailures} logins failed in a row`] : [];
}

/** A person's field of an integration secret is in its current version. */
function lostEdits(world: World): readonly string[] {
  return [...world.people.fields].flatMap(([secret, fields]) => {
    const current = fieldsOf(world.secrets.text(secret));
    return [...fields]
      .filter(([field, value]) => current?.[field] !== value)
      .map(([field]) => `the field ${field} that a person wrote into ${secret} is gone`);
  });
}

/**
 * People write other fields only, so every login in an integration secret is
 * one that was accepted. All of them hold what the service makes current in the
 * credential secret, because that is promoted last; and as long as nothing is
 * under way they go on holding it.
 */
function integrationsBehind(world: World): readonly string[] {
  const version = world.secrets.labelled(SECRET, 'AWSCURRENT');
  const text = textOf(version) ?? '';
  const current = loginIn(text);
  const isServices = current !== undefined && !isPersons(world, version?.id ?? '', text);
  const isPromotion = world.currentSeen !== undefined && world.currentSeen !== version?.id;
  world.currentSeen = version?.id;
  const mustAgree = isServices && (isPromotion || isIdle(world));
  return INTEGRATIONS.flatMap((integration) => {
    const login = integrationLogin(integration, world.secrets.text(integration.secret));
    if (login === undefined || !world.org.hasAccepted(login))
      return [`${integration.secret} holds what Salesforce never accepted`];
    return mustAgree && !sameLogin(login, current)
      ? [`the credential secret is not in accord with ${integration.secret}`]
      : [];
  });
}

function isIdle({ state }: World): boolean {
  return state === undefined || (state.phase === 'idle' && state.rotation === undefined);
}
