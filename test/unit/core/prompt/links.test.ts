import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Configuration, Credential } from '../../../../lib/core/config/load.ts';
import { openPrompt } from '../../../../lib/core/prompt/open-prompt.ts';
import { isLinkId, linkHash } from '../../../../lib/core/prompt/prompt-link.ts';
import { advance } from '../../../../lib/core/reconcile/advance.ts';
import type { Trigger } from '../../../../lib/core/reconcile/facts.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { billingConfiguration, billingState, ROTATION, USERNAME } from '../../../support/billing.ts';
import { BillingScene } from '../../../support/billing-scene.ts';

const HOUR = 3_600;
const CONFIGURATION = billingConfiguration({
  token: { sources: ['operator'], remindAfter: ['1h', '4h'] },
  prompt: { expiresAfter: '6h', escalate: { after: '2h' } },
});
const AWAITING = { promptId: 'prompt-1', reminders: 0, triedUnchanged: true };

function credentialOf({ credentials }: Configuration): Credential {
  const credential = credentials.get('billing');
  if (credential === undefined) throw new Error('the configuration has no "billing"');
  return credential;
}

let scene: BillingScene;
const run = (trigger: Trigger = { kind: 'poke' }, configuration: Configuration = CONFIGURATION) =>
  advance(scene.ports, configuration, 'billing', trigger);
const renew = () => run({ kind: 'renew-prompt', by: 'ann' });
/** The id in the link that came with the newest message of a type. */
function linkOf(type: string): Redacted {
  const { announced, prompts } = scene.ports.notifier;
  const page = prompts[announced.findLastIndex((event) => event.type === type)]?.page;
  if (page === undefined) throw new Error(`no link came with "${type}"`);
  return page.link.map((url) => url.replace('https://prompt.acme.example/p/', ''));
}
const open = async (link: Redacted) => (await openPrompt(scene.ports, CONFIGURATION, link)).view;
const promptOf = (type: string) => {
  const { announced, prompts } = scene.ports.notifier;
  return prompts[announced.findLastIndex((event) => event.type === type)];
};

beforeEach(() => {
  scene = new BillingScene();
  scene.passwordIsSet();
});

describe('a message that asks a person for something', () => {
  test('has a link of its own, of which only the hash is kept', async () => {
    scene.put('awaiting-token', { triedUnchanged: true });
    await run();
    const link = linkOf('Token Requested');
    expect(link.open(isLinkId)).toBe(true);
    expect(scene.ports.ledger.links).toEqual([
      {
        hash: linkHash(link),
        credential: 'billing',
        rotationId: ROTATION.id,
        promptId: scene.rotation.promptId,
        createdAt: '2026-11-01T12:00:00.000Z',
        expiresAt: '2026-11-01T18:00:00.000Z',
      },
    ]);
    expect(promptOf('Token Requested')?.page?.expiresAt).toBe('2026-11-01T18:00:00.000Z');
  });

  test('says nothing of the link to the history, the log or the ledger', async () => {
    scene.put('awaiting-token', { triedUnchanged: true });
    await run();
    const id = linkOf('Token Requested').open((text) => text);
    const { ledger, telemetry, notifier } = scene.ports;
    const kept = JSON.stringify([
      await ledger.history('billing', 99),
      ledger.links,
      scene.state,
      telemetry,
      notifier.announced,
      notifier.prompts,
    ]);
    expect(kept).not.toContain(id);
  });

  test('has none where there is no page', async () => {
    scene.put('awaiting-token', { triedUnchanged: true });
    const ports = { ...scene.ports, promptUrl: undefined };
    await advance(ports, CONFIGURATION, 'billing', { kind: 'poke' });
    expect(scene.told).toContain('Token Requested');
    expect(promptOf('Token Requested')?.page).toBeUndefined();
    expect(scene.ports.ledger.links).toEqual([]);
  });

  test('has none where nobody but the mailbox brings tokens', async () => {
    scene.put('awaiting-token', { triedUnchanged: true });
    await run({ kind: 'poke' }, billingConfiguration({ token: { sources: ['mailbox'] } }));
    expect(scene.told).toContain('Token Requested');
    expect(scene.ports.ledger.links).toEqual([]);
  });

  test('an invitation has one, and the page that it opens stays the same through Start', async () => {
    scene = new BillingScene();
    scene.ports.org.onSet = 'reset-token';
    scene.ports.ledger.put(
      billingState('idle', { request: { cause: 'requested', by: 'ann', at: '2026-11-01T11:59:00.000Z' } }),
    );
    await run();
    const link = linkOf('Rotation Invited');
    expect(await open(link)).toMatchObject({ kind: 'invitation', username: USERNAME });
    await run({ kind: 'start', by: 'ann', rotationId: scene.rotation.id });
    expect(scene.state.phase).toBe('awaiting-token');
    expect(await open(link)).toMatchObject({
      kind: 'token',
      mailbox: { masked: 'b•••@acme.example', reachable: true },
    });
    expect(linkOf('Token Requested').equals(link)).toBe(false);
    expect(await open(linkOf('Token Requested'))).toMatchObject({ kind: 'token' });
  });

  test('an invitation that was reminded of is followed by a request of its own, with reminders of its own', async () => {
    scene = new BillingScene();
    scene.put('invited', { promptId: 'prompt-1', reminders: 2, escalatedAt: '2026-11-01T11:59:00.000Z' });
    await run({ kind: 'start', by: 'ann' });
    expect(scene.told).toContain('Token Requested');
    expect(scene.rotation).toMatchObject({ promptId: 'prompt-1', reminders: 0 });
    expect(scene.rotation.escalatedAt).toBeUndefined();
  });

  test('a reminder has another link of the same prompt, and the first one goes on working', async () => {
    scene.put('awaiting-token', { triedUnchanged: true });
    await run();
    const first = linkOf('Token Requested');
    scene.ports.ledger.put({ ...scene.state, since: '2026-11-01T11:00:00.000Z' });
    await run();
    expect(linkOf('Token Reminder').equals(first)).toBe(false);
    expect(await open(first)).toMatchObject({ kind: 'token' });
    expect(await open(linkOf('Token Reminder'))).toMatchObject({ kind: 'token' });
  });

  test('the escalation comes once, with a link', async () => {
    scene.put('awaiting-token', { ...AWAITING, reminders: 1 });
    scene.ports.clock.advance(2 * HOUR);
    await run();
    await run();
    expect(scene.told).toEqual(['Token Escalated']);
    expect(scene.rotation.escalatedAt).toBe('2026-11-01T14:00:00.000Z');
    expect(await open(linkOf('Token Escalated'))).toMatchObject({ kind: 'token' });
  });

  test('told again after a crash gets another link, and both work', async () => {
    scene.put('awaiting-token', { triedUnchanged: true });
    scene.ports.notifier.broken = true;
    await run();
    expect(scene.ports.ledger.links).toHaveLength(1);
    scene.ports.notifier.broken = false;
    await run();
    expect(scene.ports.ledger.links).toHaveLength(2);
    expect(await open(linkOf('Token Requested'))).toMatchObject({ kind: 'token' });
  });

  test('told after its prompt was renewed has no link', async () => {
    scene.put('awaiting-token', { triedUnchanged: true });
    scene.ports.notifier.broken = true;
    await run();
    scene.ports.notifier.broken = false;
    await renew();
    expect(promptOf('Token Requested')).toBeUndefined();
    expect(await open(linkOf('Prompt Renewed'))).toMatchObject({ kind: 'token' });
  });
});

describe('a link', () => {
  beforeEach(async () => {
    scene.put('awaiting-token', { triedUnchanged: true });
    await run();
  });

  test('ends with its time, to the second', async () => {
    const link = linkOf('Token Requested');
    scene.ports.clock.advance(6 * HOUR - 1);
    expect(await open(link)).toMatchObject({ kind: 'token' });
    scene.ports.clock.advance(1);
    expect(await open(link)).toEqual({ kind: 'gone' });
  });

  test('ends when the prompt is renewed, with all that were sent before; the new one works', async () => {
    const link = linkOf('Token Requested');
    await renew();
    expect(await open(link)).toEqual({ kind: 'gone' });
    expect(await open(linkOf('Prompt Renewed'))).toMatchObject({ kind: 'token' });
    expect(scene.ports.notifier.announced.at(-1)).toMatchObject({ type: 'Prompt Renewed', by: 'ann' });
  });

  test('asks for nothing more once a token was accepted', async () => {
    const link = linkOf('Token Requested');
    await advance(
      scene.ports,
      CONFIGURATION,
      'billing',
      { kind: 'token', source: 'operator', by: 'ann' },
      { token: Redacted.of(scene.user.token) },
    );
    expect(await open(link)).toMatchObject({ kind: 'verified' });
  });

  test('does not open another credential’s rotation', async () => {
    const link = linkOf('Token Requested');
    const crm = { ...credentialOf(CONFIGURATION), name: 'crm' };
    const kept = scene.ports.ledger.links.map((known) => ({ ...known, credential: 'crm' }));
    scene.ports.ledger.links.splice(0, kept.length, ...kept);
    scene.ports.ledger.put({
      ...scene.state,
      credential: 'crm',
      rotation: { ...scene.rotation, id: 'rotation-9' },
    });
    const configuration = { credentials: new Map([...CONFIGURATION.credentials, ['crm', crm]]) };
    expect((await openPrompt(scene.ports, configuration, link)).view).toEqual({ kind: 'gone' });
  });
});

describe('whatever a link is, opening it costs the same', () => {
  const cases: readonly (readonly [string, () => Promise<Redacted>])[] = [
    ['a valid one', async () => linkOf('Token Requested')],
    ['an unknown one', async () => Redacted.of('A'.repeat(43))],
    ['another unknown one', async () => Redacted.of('B'.repeat(43))],
    [
      'an expired one',
      async () => {
        const link = linkOf('Token Requested');
        scene.ports.clock.advance(6 * HOUR);
        return link;
      },
    ],
    [
      'a revoked one',
      async () => {
        const link = linkOf('Token Requested');
        await renew();
        return link;
      },
    ],
  ];

  test.each(cases)('%s', async (name, prepare) => {
    scene.put('awaiting-token', { triedUnchanged: true });
    await run();
    const link = await prepare();
    const reads: string[] = [];
    scene.ports.ledger.before = async (operation) => {
      reads.push(operation);
    };
    const opened = await openPrompt(scene.ports, CONFIGURATION, link);
    expect(reads).toEqual(['findLink', 'load']);
    if (name !== 'a valid one') expect(opened).toEqual({ view: { kind: 'gone' } });
    else expect(opened).toMatchObject({ view: { kind: 'token' }, credential: { name: 'billing' } });
  });
});
