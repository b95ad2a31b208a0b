import { afterAll, describe, expect, test } from '@jest/globals';
import type { ConfigurationInput } from '../../lib/core/config/schema.ts';
import { functionArn } from '../../lib/sandbox/function-host.ts';
import { OTHER_USERNAME } from '../../lib/sandbox/scenario.ts';
import { DAY, HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { callsOf, cellsOf, readWidget, type WidgetElement } from '../support/widget-page.ts';

afterAll(() => RotationBench.closeAll());

/** What CloudWatch adds to every call that a dashboard makes. */
const widgetContext = { dashboardName: 'Rotation', widgetId: 'widget-1', theme: 'dark', forms: { all: {} } };

async function look({ sandbox }: RotationBench): Promise<readonly WidgetElement[]> {
  const html = await sandbox.functions.invoke('widget', { widgetContext });
  if (typeof html !== 'string') throw new Error('the widget returned no HTML');
  return readWidget(html);
}

/** The row of the bench's one credential: phase, what it waits for, and what stands where the button would be. */
async function rowOf(bench: RotationBench) {
  const [row = [], ...others] = cellsOf(await look(bench));
  expect(others).toEqual([]);
  const [, phase, waiting, age, next, attempts, stragglers, button] = row;
  return { phase, waiting, age, next, attempts, stragglers, button };
}

/** Presses the only button: the dashboard calls the function with what the HTML carries. */
async function press(bench: RotationBench): Promise<unknown> {
  const [call, ...others] = callsOf(await look(bench));
  expect(others).toEqual([]);
  expect(call?.endpoint).toBe(functionArn('watch'));
  expect(call?.confirmation).toMatch(/^Rotate "billing" now\? /);
  return bench.sandbox.functions.invoke('watch', { ...(call?.payload as object), widgetContext });
}

const monthly = (file: ConfigurationInput) => {
  for (const credential of Object.values(file.credentials)) credential.schedule = { every: '30 days' };
};

describe('the widget draws', () => {
  test('a credential at rest, the token that it waits for after the button, and the end of it', async () => {
    const bench = await RotationBench.start({ configure: monthly, settings: { mailDelayMs: 600_000 } });
    await bench.pass(5 * MINUTE);
    expect(await rowOf(bench)).toMatchObject({
      phase: expect.stringMatching(/^at rest for /),
      waiting: 'nothing',
      age: expect.stringMatching(/^\d+ d of 30 d$/),
      next: expect.stringMatching(/^in \d+ d$/),
      attempts: '3',
    });

    expect(await press(bench)).toMatchObject({
      message: 'The rotation was requested.',
      status: { phase: 'idle', waitingFor: { kind: 'service' } },
    });
    expect((await bench.state()).request).toMatchObject({ cause: 'requested', by: 'CloudWatch dashboard' });
    expect(await rowOf(bench)).toMatchObject({
      waiting: 'the service, which begins the rotation that was requested by CloudWatch dashboard',
      button: 'about to begin',
    });

    await bench.untilPhase('awaiting-token');
    await bench.pass(5 * MINUTE);
    expect(await rowOf(bench)).toMatchObject({
      phase: 'awaiting the token for 5 min',
      waiting: `the mail with the new token of "${USERNAME}"`,
      attempts: '2',
      button: 'under way',
    });

    await bench.untilIdle();
    expect(await rowOf(bench)).toMatchObject({
      phase: expect.stringMatching(/^at rest for \d+ s$/),
      waiting: 'nothing',
      next: 'in 29 d',
      attempts: '3',
    });
  });

  test('a refusal with its remedy, and offers the button again, which resumes', async () => {
    const bench = await RotationBench.start();
    bench.sandbox.salesforce.updateUser(USERNAME, { isFrozen: true });
    await bench.request();
    const { message, remedy } = (await bench.ask('status')).status;
    expect(await rowOf(bench)).toMatchObject({
      phase: expect.stringMatching(/^blocked for \d+ s$/),
      waiting: `${message}${remedy}`,
    });
    bench.sandbox.salesforce.updateUser(USERNAME, { isFrozen: false });
    await press(bench);
    await bench.untilIdle();
    expect(await rowOf(bench)).toMatchObject({ waiting: 'nothing' });
    expect((await bench.historyTypes()).filter((type) => type === 'Rotation Completed')).toHaveLength(1);
  });

  test('a verified credential that waits for its due time, and swaps it when the button is pressed', async () => {
    const bench = await RotationBench.start({ scenario: { strategy: 'alternating-users', integrations: 2 } });
    await bench.jump(7 * DAY);
    await bench.untilPhase('verified', HOUR);
    const next = await rowOf(bench);
    expect(next).toMatchObject({
      phase: expect.stringMatching(/^verified for /),
      waiting: 'the due time of the swap; the new credential is verified',
      next: 'in 2 d',
    });
    await press(bench);
    await bench.sandbox.pump.settle();
    await bench.untilIdle();
    expect(bench.secrets.login(SECRET).username).toBe(OTHER_USERNAME);
    expect(await rowOf(bench)).toMatchObject({ waiting: 'nothing' });
  });

  test('a credential that the ledger has no record of', async () => {
    const bench = await RotationBench.start();
    await bench.ledger.loseState();
    expect(await rowOf(bench)).toMatchObject({ phase: 'never seen by the service', age: 'not known' });
  });

  test('its own documentation when asked', async () => {
    const bench = await RotationBench.start();
    const said = await bench.sandbox.functions.invoke('widget', { describe: true, widgetContext });
    expect(said).toMatch(/^## Salesforce credential rotation: the fleet\n/);
    expect(said).not.toMatch(/<\w/);
  });
});
