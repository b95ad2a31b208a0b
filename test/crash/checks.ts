import { leftovers, problemsOfState, secretsApart } from '../support/invariants.ts';
import { type RotationBench, SECRET } from '../support/rotation-bench.ts';
import { overspent, uncounted } from './budget.ts';
import { type Finding, findingsOf } from './finding.ts';
import { FORMS, loginIn } from './integration-forms.ts';
import { passwordsWithoutSafePlace } from './moments.ts';
import type { CrashScenario } from './scenarios.ts';
import { changedByRefusal, type World, worldOf } from './world.ts';

/** While the process is dead: what is in the services is all that there is. */
export async function checkDeath(
  bench: RotationBench,
  scenario: CrashScenario,
  start: World,
): Promise<readonly Finding[]> {
  return [
    ...lost(bench, scenario, start, 'while the process was dead'),
    ...uncounted(bench, scenario.usernames, start.rows, await bench.stateOrNothing()),
  ];
}

/** After the process has come back and has finished. */
export async function checkEnd(
  bench: RotationBench,
  scenario: CrashScenario,
  start: World,
): Promise<readonly Finding[]> {
  return [
    // Before the logins that are made to see how it ended.
    ...overspent(bench, scenario.usernames, start.rows),
    ...lost(bench, scenario, start, 'in the end'),
    ...(await ENDINGS[scenario.ending](bench, scenario, start)),
  ];
}

type Ending = (bench: RotationBench, scenario: CrashScenario, start: World) => Promise<readonly Finding[]>;

const ENDINGS: Readonly<Record<CrashScenario['ending'], Ending>> = {
  rotated: async (bench, _scenario, start) => {
    const same = bench.secrets.text(SECRET) === start.texts.get(SECRET);
    return [...(same ? findingsOf('other', ['nothing was rotated']) : []), ...(await inOrder(bench))];
  },
  refused: async (bench, scenario, start) => {
    const { phase, blocked } = await bench.state();
    const code = blocked?.refusal.code;
    const wrong = code === 'integration-secret-unusable' ? [] : [`the phase is ${phase} (${code})`];
    return [...findingsOf('other', wrong), ...changedByRefusal(start, worldOf(bench, scenario))];
  },
  retired: async (bench, scenario, start) => {
    const { passwords, texts } = worldOf(bench, scenario);
    const still = [...passwords].filter(
      ([username, password]) => username !== start.liveUsername && password === start.passwords.get(username),
    );
    const swapped = texts.get(SECRET) !== start.texts.get(SECRET);
    return [
      ...findingsOf(
        'other',
        still.map(([username]) => `the old password of ${username} still works`),
      ),
      ...findingsOf('other', swapped ? ['the live credential was touched'] : []),
      ...(await inOrder(bench)),
    ];
  },
};

/** Nothing is under way, and every secret has the one credential in force. */
async function inOrder(bench: RotationBench): Promise<readonly Finding[]> {
  const { secrets } = bench;
  const readLogin = (secret: string) => {
    const form = FORMS.find((each) => each.secret === secret);
    return form === undefined ? secrets.login(secret) : loginIn(form, secrets.text(secret));
  };
  return [
    ...findingsOf('other', problemsOfState(await bench.state())),
    ...findingsOf('other', leftovers(bench)),
    ...findingsOf('halfSwapped', await secretsApart(bench, readLogin)),
  ];
}

function lost(bench: RotationBench, scenario: CrashScenario, start: World, when: string): readonly Finding[] {
  const usernames = passwordsWithoutSafePlace(bench, scenario, start);
  return findingsOf(
    'lost',
    usernames.map((username) => `${when} no safe place had the password of ${username}`),
  );
}
