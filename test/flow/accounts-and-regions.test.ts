import { afterEach, describe, expect, test } from '@jest/globals';
import type { Place } from '../../lib/sandbox/secrets-manager/place.ts';
import { logInAsIntegration } from '../support/integration-login.ts';
import { problemsAfterRotation } from '../support/invariants.ts';
import { RotationBench, SECRET } from '../support/rotation-bench.ts';
import { CUT, fail, ScriptedWire } from '../support/scripted-wire.ts';
import { SecretsProbe } from '../support/secrets-probe.ts';

const OWN = 'etl/airflow/salesforce';
const NAME = 'crm/salesforce';
const ROLE = 'arn:aws:iam::222233334444:role/salesforce-rotation';
const HOME: Place = { accountId: '000000000000', region: 'eu-central-1' };
const ACCOUNT: Place = { accountId: '222233334444', region: 'eu-central-1' };
const REGION: Place = { accountId: '000000000000', region: 'us-west-2' };
const REPLICA: Place = { accountId: '000000000000', region: 'eu-west-1' };

afterEach(() => RotationBench.closeAll());

/** A secret of an integration somewhere else, with what its integration sees of it. */
interface Elsewhere {
  readonly arn: string;
  readonly probe: SecretsProbe;
}

class Bench {
  readonly bench: RotationBench;
  readonly wire: ScriptedWire;

  private constructor(bench: RotationBench, wire: ScriptedWire) {
    this.bench = bench;
    this.wire = wire;
  }

  static async start(): Promise<Bench> {
    const wire = new ScriptedWire();
    return new Bench(await RotationBench.start({ wire, scenario: { integrations: 1 } }), wire);
  }

  at(place: Place): SecretsProbe {
    return new SecretsProbe(this.bench.sandbox.secretsManager.at(place));
  }

  /** Creates a secret that holds what the own integration's holds. */
  create(place: Place, ...replicas: readonly Place[]): Elsewhere {
    const created = this.bench.sandbox.secretsManager.at(place).createSecret({
      Name: NAME,
      SecretString: this.bench.secrets.text(OWN),
      ...(replicas.length === 0
        ? {}
        : { AddReplicaRegions: replicas.map(({ region: Region }) => ({ Region })) }),
    });
    return { arn: created.ARN ?? '', probe: this.at(place) };
  }

  configure(...integrations: readonly { readonly secret: string; readonly roleArn?: string }[]): void {
    this.bench.configureCredential((credential) => {
      credential.integrations = [{ secret: OWN }, ...integrations].map((place) => ({
        ...place,
        format: 'json',
      }));
    });
  }

  /** Everything that a refusal must leave alone, wherever it is. */
  everything(): unknown {
    const probes = [ACCOUNT, REGION, REPLICA].map((place) => this.at(place));
    const versions = probes.map((probe) => probe.names().map((name) => [name, [...probe.versions(name)]]));
    return { versions, fingerprint: this.bench.fingerprint() };
  }

  async refusal(): Promise<string> {
    await this.bench.request();
    const { phase, blocked } = await this.bench.state();
    expect([phase, blocked?.from, blocked?.refusal.code]).toEqual([
      'blocked',
      'idle',
      'integration-secret-missing',
    ]);
    return blocked?.refusal.message ?? '';
  }

  /** The secrets that functions made a call about, by function. */
  calls(operation: string): string[] {
    const made = this.wire.calls.filter((call) => call.operation === operation);
    return made.map(({ caller, target }) => `${caller} ${target}`);
  }
}

const arnAt = ({ region }: Place, { arn }: Elsewhere) => arn.replace(REGION.region, region);

describe('a rotation of secrets in the own account, in another one, and in another Region with a replica in a third', () => {
  test('reaches them all, and the replica follows', async () => {
    const here = await Bench.start();
    const { bench } = here;
    const old = bench.secrets.login(SECRET);
    const foreign = here.create(ACCOUNT);
    const west = here.create(REGION, REPLICA);
    bench.sandbox.roles.allow(ROLE);
    here.configure({ secret: foreign.arn, roleArn: ROLE }, { secret: west.arn });
    await bench.rotate();

    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    const current = bench.secrets.login(SECRET);
    for (const probe of [foreign.probe, west.probe, here.at(REPLICA)]) {
      expect(probe.login(NAME)).toEqual(current);
      expect(await logInAsIntegration(probe.login(NAME))).toBe('accepted');
      expect(probe.login(NAME, 'AWSPREVIOUS')).toEqual(old);
      expect(probe.versionWith(NAME, 'ROTATION_STAGED')).toBeUndefined();
    }
    expect([...here.at(REPLICA).versions(NAME)]).toEqual([...west.probe.versions(NAME)]);
  });

  test('asks only once, and only in another Region, whether a secret is a replica', async () => {
    const here = await Bench.start();
    const { bench, wire } = here;
    const [foreign, west] = [here.create(ACCOUNT), here.create(REGION)];
    bench.sandbox.roles.allow(ROLE);
    here.configure({ secret: foreign.arn, roleArn: ROLE }, { secret: west.arn });
    wire.calls.length = 0;
    await bench.rotate();
    await bench.rotate();
    const described = here
      .calls('DescribeSecret')
      .filter((call) => call.includes(NAME) || call.includes(OWN));
    expect(described.sort()).toEqual([`advance ${west.arn}`, `rotate ${west.arn}`]);
    expect(here.calls('AssumeRole').sort()).toEqual([`advance ${ROLE}`, `rotate ${ROLE}`]);
  });

  test('is all or none: a foreign secret that cannot be written keeps the others as they are', async () => {
    const here = await Bench.start();
    const { bench, wire } = here;
    const old = bench.secrets.login(SECRET);
    const foreign = here.create(ACCOUNT);
    bench.sandbox.roles.allow(ROLE);
    here.configure({ secret: foreign.arn, roleArn: ROLE });
    wire.on({ operation: 'PutSecretValue', target: foreign.arn, does: () => fail('AccessDeniedException') });
    await bench.request();
    await bench.untilPhase('verified');
    await bench.pass(60);
    expect([foreign.probe.login(NAME), bench.secrets.login(OWN), bench.secrets.login(SECRET)]).toEqual([
      old,
      old,
      old,
    ]);
    wire.clear();
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(foreign.probe.login(NAME)).toEqual(bench.secrets.login(SECRET));
  });
});

test('a replica in the own Region is found out by the first write, of which nothing becomes current', async () => {
  const here = await Bench.start();
  const { bench } = here;
  const west = here.create(REGION, HOME);
  here.configure({ secret: arnAt(HOME, west) });
  const old = bench.secrets.login(SECRET);
  await bench.request();
  await bench.untilPhase('verified');
  await bench.pass(60);
  expect(bench.sandbox.logLines.join('\n')).toContain(
    `on \\"${arnAt(HOME, west)}\\" failed: it is a replica, which cannot be written; name the primary, its replicas follow.`,
  );
  expect([west.probe.login(NAME), bench.secrets.login(OWN), bench.secrets.login(SECRET)]).toEqual([
    old,
    old,
    old,
  ]);
  here.configure({ secret: west.arn });
  await bench.untilIdle();
  expect(await problemsAfterRotation(bench, old)).toEqual([]);
  expect(bench.secrets.login(NAME)).toEqual(bench.secrets.login(SECRET));
});

describe('the preflight refuses, and touches nothing anywhere', () => {
  test('a role that may not be assumed, by its name; once it may, the rotation follows', async () => {
    const here = await Bench.start();
    const foreign = here.create(ACCOUNT);
    here.configure({ secret: foreign.arn, roleArn: ROLE });
    const before = here.everything();
    expect(await here.refusal()).toBe(
      `The integration secret "${foreign.arn}" cannot be read: the role ${ROLE} may not be assumed. Salesforce was not touched.`,
    );
    expect(here.everything()).toEqual(before);
    here.bench.sandbox.roles.allow(ROLE);
    await here.bench.resumeUntilIdle();
    expect(foreign.probe.login(NAME)).toEqual(here.bench.secrets.login(SECRET));
  });

  test("another account's secret without a role", async () => {
    const here = await Bench.start();
    const foreign = here.create(ACCOUNT);
    here.configure({ secret: foreign.arn });
    const before = here.everything();
    expect(await here.refusal()).toContain('access is denied');
    expect(here.everything()).toEqual(before);
  });

  test('a replica, and names its primary; once that is configured, the rotation follows', async () => {
    const here = await Bench.start();
    const west = here.create(REGION, REPLICA);
    here.configure({ secret: arnAt(REPLICA, west) });
    const before = here.everything();
    expect(await here.refusal()).toContain(
      'it is a replica of the secret in us-west-2, and a replica cannot be written; name the primary, its replicas follow.',
    );
    expect(here.everything()).toEqual(before);
    here.configure({ secret: west.arn });
    await here.bench.resumeUntilIdle();
    expect(here.at(REPLICA).login(NAME)).toEqual(here.bench.secrets.login(SECRET));
  });

  test('but not because STS does not answer: that is tried again', async () => {
    const here = await Bench.start();
    const { bench, wire } = here;
    const foreign = here.create(ACCOUNT);
    bench.sandbox.roles.allow(ROLE);
    here.configure({ secret: foreign.arn, roleArn: ROLE });
    wire.on({ operation: 'AssumeRole', does: () => CUT });
    await bench.request();
    expect(await bench.phase()).toBe('idle');
    wire.clear();
    await bench.untilIdle();
    expect(foreign.probe.login(NAME)).toEqual(bench.secrets.login(SECRET));
  });
});

test('an envelope in another account is one secret like any other', async () => {
  const here = await Bench.start();
  const { bench } = here;
  const foreign = here.create(ACCOUNT);
  bench.sandbox.roles.allow(ROLE);
  bench.configureCredential((credential) => {
    credential.delivery = 'envelope';
    credential.envelope = { secret: foreign.arn, roleArn: ROLE };
    credential.integrations = [{ key: 'etl', format: 'json' }];
  });
  await bench.rotate();
  const { etl } = foreign.probe.json(NAME) as { etl: string };
  expect(JSON.parse(etl)).toMatchObject({ ...bench.secrets.login(SECRET) });
});
