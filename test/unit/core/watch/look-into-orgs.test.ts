import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import { submitCredential } from '../../../../lib/core/intake/submit-credential.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { rotateNow } from '../../../../lib/core/watch/watch.ts';
import { PERIOD_SECONDS, WatchedFleet } from '../../../support/watched-fleet.ts';

/** Seven credentials of each policy, in three orgs. */
const PROMPT = 0;
const TAKE_OVER = 7;
const ALERT = 14;
const CREDENTIALS = 21;
const ORGS = 3;

let fleet: WatchedFleet;
const member = (index: number) => {
  const found = fleet.members[index];
  if (found === undefined) throw new Error(`no credential ${index}`);
  return found;
};
const stateOf = (index: number): CredentialState => fleet.state(member(index).name);
const secretOf = (index: number) => `salesforce/${member(index).name}`;
const loginOf = (index: number) =>
  JSON.parse(fleet.secrets.text(secretOf(index)) ?? '{}') as Record<string, string>;
const changeOutside = (index: number) =>
  member(index).org.changeOutside(member(index).user, 'Outside-Passw0rd-1');
const later = async () => {
  fleet.pass(PERIOD_SECONDS);
  return fleet.look();
};
const eventsOf = (index: number) =>
  fleet.notifier.announced
    .filter(({ credential }) => credential === member(index).name)
    .map(({ type }) => type);
const logins = () => fleet.orgs.reduce((sum, org) => sum + org.logins, 0);

beforeEach(async () => {
  fleet = new WatchedFleet(CREDENTIALS, ORGS);
  await fleet.look();
  await later();
});

describe('a look at what nobody changed', () => {
  test('asks each org once, reads the connections in one batch, and writes nothing', async () => {
    const reads: string[] = [];
    fleet.secrets.before = (operation, names) => void reads.push(`${operation} ${names.split(',').length}`);
    const [saves, before] = [fleet.ledger.saves, fleet.orgs.map(({ bulkReads }) => bulkReads)];
    expect(await later()).toEqual({ looked: CREDENTIALS, poked: [], unanswered: [] });
    expect(reads).toEqual([`readCurrent ${ORGS}`]);
    expect(fleet.ledger.saves).toBe(saves);
    expect(fleet.orgs.map(({ bulkReads }) => bulkReads)).toEqual(before.map((count) => count + 1));
    expect(logins()).toBe(0);
    expect(fleet.toldOfChanges).toEqual([]);
  });

  test('has learned whose credential each is, and the org’s own date', () => {
    for (const { name, user } of fleet.members)
      expect(fleet.state(name).user).toEqual({
        username: user.username,
        changedAt: user.lastPasswordChangeDate,
      });
  });
});

describe('the first look', () => {
  test('notes where each stands, so that the next one notices what changed in between', async () => {
    fleet = new WatchedFleet(CREDENTIALS, ORGS);
    await fleet.look();
    expect(fleet.orgs.map(({ bulkReads }) => bulkReads)).toEqual([1, 1, 1]);
    changeOutside(ALERT);
    await later();
    expect(fleet.toldOfChanges).toEqual([member(ALERT).name]);
  });
});

describe('somebody changes a password', () => {
  test('prompt: people are asked within one look, once, with a link, and nothing is tried', async () => {
    changeOutside(PROMPT);
    const before = loginOf(PROMPT);
    await later();
    await later();
    expect(eventsOf(PROMPT).filter((type) => type === 'Password Changed Outside')).toHaveLength(1);
    expect(fleet.notifier.prompts.filter((prompt) => prompt?.page !== undefined)).toHaveLength(1);
    expect(stateOf(PROMPT)).toMatchObject({ phase: 'awaiting-token', rotation: { cause: 'outside-change' } });
    expect(loginOf(PROMPT)).toEqual(before);
    expect(logins()).toBe(0);
  });

  test('prompt, while the user is frozen: people are told of both, and it goes on when the user is good', async () => {
    changeOutside(PROMPT);
    member(PROMPT).user.isFrozen = true;
    await later();
    expect(stateOf(PROMPT)).toMatchObject({
      phase: 'blocked',
      blocked: { refusal: { code: 'user-frozen' } },
    });
    await later();
    await later();
    expect(eventsOf(PROMPT).filter((type) => type === 'Password Changed Outside')).toHaveLength(1);
    expect(eventsOf(PROMPT).filter((type) => type === 'Rotation Blocked')).toHaveLength(1);
    member(PROMPT).user.isFrozen = false;
    await later();
    expect(stateOf(PROMPT)).toMatchObject({ phase: 'awaiting-token', rotation: { cause: 'outside-change' } });
  });

  test('prompt: what a person brings ends it, with the date that goes with it', async () => {
    changeOutside(PROMPT);
    await later();
    const { user, name } = member(PROMPT);
    const brought = { password: Redacted.of(user.password), pasted: Redacted.of(user.token) };
    await submitCredential(fleet.ports, fleet.configuration, { credential: name, by: 'ann', ...brought });
    await fleet.queue.poke(name);
    await fleet.settle();
    expect(stateOf(PROMPT)).toMatchObject({
      phase: 'idle',
      user: { username: user.username, changedAt: user.lastPasswordChangeDate },
    });
    await later();
    expect(fleet.toldOfChanges).toEqual([name]);
  });

  test('prompt: a rotation that is asked for instead, and cannot begin, is no reason to tell again', async () => {
    changeOutside(PROMPT);
    await later();
    member(PROMPT).user.isFrozen = true;
    await rotateNow(fleet.ports, fleet.configuration, member(PROMPT).name, 'bob');
    await fleet.settle();
    expect(stateOf(PROMPT).phase).toBe('blocked');
    await later();
    expect(fleet.toldOfChanges).toEqual([member(PROMPT).name]);
  });

  test('take-over: another password is set, proved and swapped in, and told once', async () => {
    changeOutside(TAKE_OVER);
    await later();
    const { user } = member(TAKE_OVER);
    expect(user.password).not.toBe('Outside-Passw0rd-1');
    expect(loginOf(TAKE_OVER)).toMatchObject({ username: user.username, password: user.password });
    expect(stateOf(TAKE_OVER)).toMatchObject({
      phase: 'idle',
      last: { cause: 'take-over' },
      user: { changedAt: user.lastPasswordChangeDate },
    });
    await later();
    expect(fleet.toldOfChanges).toEqual([member(TAKE_OVER).name]);
    expect(logins()).toBe(1);
  });

  test('take-over, while the integrations have locked the user out: the password is set all the same', async () => {
    changeOutside(TAKE_OVER);
    member(TAKE_OVER).user.isLocked = true;
    await later();
    expect(member(TAKE_OVER).user.password).not.toBe('Outside-Passw0rd-1');
    expect(stateOf(TAKE_OVER)).toMatchObject({
      phase: 'blocked',
      blocked: { from: 'awaiting-token', refusal: { code: 'user-locked' } },
    });
  });

  test('alert: people are told once for each change, and nothing else happens', async () => {
    changeOutside(ALERT);
    const before = loginOf(ALERT);
    await later();
    await later();
    expect(fleet.toldOfChanges).toEqual([member(ALERT).name]);
    changeOutside(ALERT);
    await later();
    expect(fleet.toldOfChanges).toHaveLength(2);
    expect(stateOf(ALERT)).toMatchObject({ phase: 'idle' });
    expect(stateOf(ALERT).request).toBeUndefined();
    expect(loginOf(ALERT)).toEqual(before);
    expect(logins()).toBe(0);
  });

  test('alert: a rotation ends it', async () => {
    changeOutside(ALERT);
    await later();
    await rotateNow(fleet.ports, fleet.configuration, member(ALERT).name, 'ann');
    await fleet.settle();
    await later();
    expect(fleet.toldOfChanges).toHaveLength(1);
    expect(stateOf(ALERT).user).toEqual({
      username: member(ALERT).user.username,
      changedAt: member(ALERT).user.lastPasswordChangeDate,
      provenAt: stateOf(ALERT).last?.completedAt,
    });
  });
});

describe('our own change', () => {
  const rotate = async (index: number) => {
    await rotateNow(fleet.ports, fleet.configuration, member(index).name, 'ann');
    await fleet.settle();
  };

  test.each([
    ['answered', () => undefined],
    [
      'whose answer was lost',
      (index: number) => void Object.assign(member(index).org, { losesNextAnswer: true }),
    ],
    [
      'whose date was not told',
      (index: number) => void Object.assign(member(index).org, { losesNextDate: true }),
    ],
  ])('%s is told by nobody as an outside one', async (_how, disturb) => {
    disturb(ALERT);
    await rotate(ALERT);
    await later();
    await later();
    expect(stateOf(ALERT)).toMatchObject({
      phase: 'idle',
      last: { cause: 'requested' },
      user: { changedAt: member(ALERT).user.lastPasswordChangeDate },
    });
    expect(fleet.toldOfChanges).toEqual([]);
    changeOutside(ALERT);
    await later();
    expect(fleet.toldOfChanges).toEqual([member(ALERT).name]);
  });

  test('that begins between the look and the note is not taken for another’s', async () => {
    const { name } = member(TAKE_OVER);
    changeOutside(TAKE_OVER);
    const [first] = fleet.orgs;
    let loads = 0;
    fleet.ledger.before = async (operation) => {
      // The look has read the ledger, and asked the org; now it opens the state to write.
      if (operation === 'load') loads += 1;
      if (operation !== 'load' || loads !== CREDENTIALS + 1) return;
      const state = fleet.state(name);
      const rotation = {
        id: 'r',
        cause: 'requested',
        startedAt: state.since,
        username: member(TAKE_OVER).user.username,
        userId: member(TAKE_OVER).user.userId,
        organizationId: first?.organizationId ?? '',
        draftNumber: 1,
      } as const;
      fleet.ledger.put({ ...state, version: state.version + 1, phase: 'changing', rotation });
    };
    fleet.pass(PERIOD_SECONDS);
    await fleet.look().catch(() => undefined);
    expect(fleet.toldOfChanges).toEqual([]);
    expect(loads).toBeGreaterThan(CREDENTIALS);
  });
});

describe('an org', () => {
  test('that is slow keeps no other waiting', async () => {
    const [slow] = fleet.orgs;
    if (slow === undefined) throw new Error('no org');
    let answer: () => void = () => undefined;
    const read = slow.readUsers.bind(slow);
    slow.readUsers = async (...args) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return read(...args);
    };
    const other = ALERT;
    expect(member(other).org).not.toBe(slow);
    changeOutside(other);
    fleet.pass(PERIOD_SECONDS);
    const look = fleet.look();
    // Everything that needs no answer of the slow org comes to its end.
    for (let turn = 0; turn < 1_000 && fleet.toldOfChanges.length === 0; turn += 1) await Promise.resolve();
    expect(fleet.toldOfChanges).toEqual([member(other).name]);
    answer();
    expect((await look).unanswered).toEqual([]);
  });

  test.each([
    ['gives no answer', () => void Object.assign(fleet.orgs[0] ?? {}, { lost: 'request' })],
    [
      'refuses the connection',
      () => void fleet.secrets.edit('salesforce/org-0/rotator', '{"clientId":"x","clientSecret":"y"}'),
    ],
    [
      'has a connection secret that cannot be used',
      () => void fleet.secrets.edit('salesforce/org-0/rotator', '{}'),
    ],
  ])('that %s is reported, and the others are looked into', async (_what, disturb) => {
    disturb();
    changeOutside(ALERT);
    changeOutside(ALERT + 2);
    expect(member(ALERT).org).not.toBe(fleet.orgs[0]);
    changeOutside(ALERT + 4);
    expect(member(ALERT + 4).org).toBe(fleet.orgs[0]);
    const { unanswered } = await later();
    expect(unanswered).toEqual(['org-0']);
    expect(fleet.telemetry.warnings).toEqual([expect.stringContaining('"org-0" could not be read')]);
    expect(fleet.toldOfChanges.toSorted()).toEqual([member(ALERT).name, member(ALERT + 2).name]);
  });

  test('is not asked while Secrets Manager does not answer', async () => {
    fleet.secrets.before = () => {
      throw new Error('throttled');
    };
    const before = fleet.orgs.map(({ bulkReads }) => bulkReads);
    expect(await later()).toMatchObject({ unanswered: ['org-0', 'org-1', 'org-2'] });
    expect(fleet.orgs.map(({ bulkReads }) => bulkReads)).toEqual(before);
  });
});

test('a credential whose state cannot be written keeps no other from being noted', async () => {
  changeOutside(ALERT);
  changeOutside(ALERT + 3);
  expect(member(ALERT + 3).org).toBe(member(ALERT).org);
  const save = fleet.ledger.save.bind(fleet.ledger);
  fleet.ledger.save = async (state) => {
    if (state.credential === member(ALERT).name) throw new Error('throttled');
    return save(state);
  };
  expect((await later()).unanswered).toEqual([]);
  expect(fleet.toldOfChanges).toEqual([member(ALERT + 3).name]);
  fleet.ledger.save = save;
  await later();
  expect(fleet.toldOfChanges).toContain(member(ALERT).name);
});

test('another user in the credential secret is looked at from then on, when the one before is gone', async () => {
  const { org, user } = member(ALERT);
  const next = org.addUser({ username: 'renamed@acme.example', password: user.password, token: user.token });
  org.users.splice(org.users.indexOf(user), 1);
  fleet.secrets.edit(secretOf(ALERT), JSON.stringify({ ...loginOf(ALERT), username: next.username }));
  await later();
  expect(stateOf(ALERT)).toMatchObject({ phase: 'idle', user: { username: next.username } });
  await later();
  expect(stateOf(ALERT).user).toEqual({ username: next.username, changedAt: next.lastPasswordChangeDate });
});

describe('the ledger is deleted', () => {
  const deleteLedger = () => fleet.ledger.clear();

  test('what it knew comes back from the secrets and the orgs; nothing is changed and nobody is told', async () => {
    await rotateNow(fleet.ports, fleet.configuration, member(TAKE_OVER).name, 'ann');
    await fleet.settle();
    await later();
    // When a login last proved it is forgotten, and comes back with the next one.
    const known = (name: string) => ({ ...fleet.state(name).user, provenAt: undefined });
    const before = fleet.members.map(({ name, user }) => [known(name), user.password]);
    const secrets = fleet.members.map((_, index) => fleet.secrets.labelsOf(secretOf(index)));
    const [told, madeLogins] = [ofChanges(fleet).length, logins()];
    deleteLedger();
    await later();
    await later();
    expect(fleet.members.map(({ name, user }) => [known(name), user.password])).toEqual(before);
    expect(fleet.members.map((_, index) => fleet.secrets.labelsOf(secretOf(index)))).toEqual(secrets);
    expect(ofChanges(fleet)).toHaveLength(told);
    expect(logins()).toBe(madeLogins);
  });

  test('a change by somebody else meanwhile is found by the date in the secret', async () => {
    await rotateNow(fleet.ports, fleet.configuration, member(ALERT).name, 'ann');
    await fleet.settle();
    deleteLedger();
    fleet.pass(3_600);
    changeOutside(ALERT);
    await later();
    await later();
    expect(fleet.toldOfChanges).toEqual([member(ALERT).name]);
  });

  test('a question that was open is asked again', async () => {
    await rotateNow(fleet.ports, fleet.configuration, member(PROMPT).name, 'ann');
    await fleet.settle();
    fleet.pass(3_600);
    changeOutside(PROMPT);
    await later();
    deleteLedger();
    await later();
    await later();
    expect(stateOf(PROMPT)).toMatchObject({ phase: 'awaiting-token', rotation: { cause: 'outside-change' } });
    expect(fleet.toldOfChanges).toHaveLength(2);
  });
});

/** What was told but that a way of logging in will end, which is told again by a service that forgot. */
function ofChanges({ notifier }: WatchedFleet) {
  return notifier.announced.filter(({ type }) => type !== 'Login Retires');
}
