import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SalesforceOutcomeUnknown } from '../../lib/core/errors.ts';
import {
  type LoginWay,
  type SelfConnection,
  type SessionOutcome,
  sameSalesforceId,
} from '../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../lib/core/redacted.ts';
import { BILLING, OBRIEN, type SalesforceBench } from './salesforce.contract.ts';

/** As for an administrator, with what only the user itself can do. */
export interface SelfBench
  extends Omit<SalesforceBench, 'connection' | 'takePermissionAway' | 'requireAnyApiAuth'> {
  readonly loginUrl: string;
  /** Sessions that the org still knows. */
  sessions(): number;
}

const WAYS: readonly LoginWay['kind'][] = ['soap', 'oauth-password'];
const RIGHT = BILLING.password + BILLING.token;

/** What core relies on where the service is the integration user itself. */
export function selfContract(name: string, start: (login: LoginWay['kind']) => Promise<SelfBench>): void {
  describe.each(WAYS)(`the user's own session, by %s: ${name}`, (kind) => {
    let bench: SelfBench;
    beforeEach(async () => {
      bench = await start(kind);
    });
    afterEach(() => bench.stop());

    const openWith = (combined: string): Promise<SessionOutcome> =>
      bench.login.openSession({
        loginUrl: bench.loginUrl,
        way: bench.way,
        username: BILLING.username,
        combinedPassword: Redacted.of(combined),
      });
    const connect = async (
      combined = RIGHT,
      password: string = BILLING.password,
    ): Promise<SelfConnection> => {
      const outcome = await openWith(combined);
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
      const opened = { session: outcome.session, password: Redacted.of(password) };
      return { kind: 'self', loginUrl: bench.loginUrl, opened };
    };
    const without = (): SelfConnection => ({ kind: 'self', loginUrl: bench.loginUrl, opened: undefined });
    const change = (connection: SelfConnection, password: string) =>
      bench.org.setPassword(connection, '', Redacted.of(password));
    const logIn = async (combined: string) =>
      (
        await bench.login.login({
          loginUrl: bench.loginUrl,
          way: bench.way,
          username: BILLING.username,
          combinedPassword: Redacted.of(combined),
        })
      ).kind;

    test('is opened by one login, tells who the user is, and is closed', async () => {
      const before = bench.attempts();
      const outcome = await openWith(RIGHT);
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
      expect(bench.attempts() - before).toBe(1);
      expect(outcome.session).toMatchObject({ by: kind, passwordExpired: false });
      expect(outcome.userId).toBe(outcome.session.userId);
      expect(sameSalesforceId(outcome.organizationId, '00D5g0000012345')).toBe(true);
      expect(bench.sessions()).toBe(1);
      await bench.login.closeSession(outcome.session);
      expect(bench.sessions()).toBe(0);
    });

    test('is not opened with a wrong token, and nothing is left', async () => {
      expect(await openWith(`${BILLING.password}wrong`)).toEqual({ kind: 'rejected' });
      expect(bench.sessions()).toBe(0);
    });

    test('is not opened where no answer comes', async () => {
      bench.cut('answer');
      await expect(openWith(RIGHT)).rejects.toThrow(SalesforceOutcomeUnknown);
    });

    test('shows the own record, and of others nothing', async () => {
      const connection = await connect();
      expect(await bench.org.findUser(connection, BILLING.username)).toMatchObject({
        kind: 'user',
        user: {
          username: BILLING.username,
          email: BILLING.email,
          lastName: 'Ing',
          isActive: true,
          isLocked: false,
          lastPasswordChangeDate: '2026-10-01T00:00:00.000Z',
        },
      });
      const answer = await bench.org.readUsers(connection, [BILLING.username, OBRIEN.username]);
      if (answer.kind !== 'users') throw new Error(answer.kind);
      expect([...answer.users.keys()]).toEqual([BILLING.username]);
      expect(await bench.org.readUsers(connection, [OBRIEN.username])).toEqual({
        kind: 'users',
        users: new Map(),
      });
      expect(await bench.org.missingPermission(connection)).toBeUndefined();
    });

    test('changes the own password, which is dated, and the old one ends', async () => {
      const connection = await connect();
      bench.later(60);
      expect(await change(connection, `<&>"' é-Passw0rd`)).toEqual({ kind: 'set' });
      const { opened } = connection;
      const changed = await bench.org.passwordChangeDate(connection, opened?.session.userId ?? '');
      expect(changed).toBe(`${bench.now().toISOString().slice(0, 19)}.000Z`);
      expect(await logIn(RIGHT)).toBe('rejected');
      expect(await logIn(`<&>"' é-Passw0rd${BILLING.token}`)).toBe('accepted');
    });

    test('does not change it with an old password that is no longer in force', async () => {
      const connection = await connect(RIGHT, 'not-the-Passw0rd');
      expect(await change(connection, 'fresh-Passw0rd')).toMatchObject({ kind: 'old-password-refused' });
      expect(await logIn(RIGHT)).toBe('accepted');
    });

    test('does not change it to one that is against the policy, or that it had before', async () => {
      const connection = await connect();
      for (const refused of ['short', BILLING.password])
        expect(await change(connection, refused)).toEqual({
          kind: 'against-policy',
          detail: expect.stringMatching(/\.$/),
        });
      expect(await logIn(RIGHT)).toBe('accepted');
    });

    test('does not change it while the user is locked out', async () => {
      const connection = await connect();
      await bench.lock();
      expect(await change(connection, 'fresh-Passw0rd')).toMatchObject({ kind: 'locked' });
    });

    test.each(['request', 'answer'] as const)(
      'an answer to the change that is lost (%s) is told as lost',
      async (what) => {
        const connection = await connect();
        bench.cut(what);
        await expect(change(connection, 'fresh-Passw0rd')).rejects.toThrow(SalesforceOutcomeUnknown);
        bench.mend();
        expect(await logIn(RIGHT)).toBe(what === 'request' ? 'accepted' : 'rejected');
      },
    );

    test('that is over answers nothing definite', async () => {
      const connection = await connect();
      if (connection.opened !== undefined) await bench.login.closeSession(connection.opened.session);
      await expect(change(connection, 'fresh-Passw0rd')).rejects.toThrow(SalesforceOutcomeUnknown);
      await expect(bench.org.findUser(connection, BILLING.username)).rejects.toThrow(
        SalesforceOutcomeUnknown,
      );
      expect(await bench.org.passwordChangeDate(connection, '')).toBeUndefined();
    });

    test('shows the own failed logins', async () => {
      const connection = await connect();
      const since = bench.now();
      await logIn(`${BILLING.password}wrong`);
      const userId = connection.opened?.session.userId ?? '';
      expect(await bench.org.lastLoginFailure(connection, userId, since)).toBe('wrong-password-or-token');
    });

    test('ends no lockout', async () => {
      expect(await bench.org.unlock(await connect(), '')).toMatchObject({ kind: 'not-permitted' });
    });

    test('without one, what the caller told is all that is known, and nobody is asked', async () => {
      const before = bench.attempts();
      bench.deactivate();
      bench.cut('request');
      expect(await bench.org.findUser(without(), BILLING.username)).toEqual({
        kind: 'user',
        user: {
          userId: '',
          organizationId: '',
          username: BILLING.username,
          firstName: '',
          lastName: '',
          email: undefined,
          isActive: true,
          isFrozen: false,
          isLocked: false,
          lastPasswordChangeDate: undefined,
        },
      });
      expect(await bench.org.readUsers(without(), [BILLING.username])).toEqual({
        kind: 'users',
        users: new Map(),
      });
      expect(await bench.org.passwordChangeDate(without(), '')).toBeUndefined();
      expect(await bench.org.lastLoginFailure(without(), '', bench.now())).toBe('unknown');
      bench.mend();
      await expect(change(without(), 'fresh-Passw0rd')).rejects.toThrow('in an open session only');
      expect(bench.attempts()).toBe(before);
    });

    test('of an expired password: by SOAP it sets another one, and by OAuth there is none', async () => {
      bench.expire();
      const outcome = await openWith(RIGHT);
      if (kind === 'oauth-password') {
        expect(outcome).toEqual({ kind: 'password-expired' });
        return;
      }
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
      expect(outcome.session.passwordExpired).toBe(true);
      const opened = { session: outcome.session, password: Redacted.of<string>(BILLING.password) };
      const connection: SelfConnection = { kind: 'self', loginUrl: bench.loginUrl, opened };
      expect(await bench.org.findUser(connection, BILLING.username)).toMatchObject({
        kind: 'user',
        user: { userId: outcome.userId, lastPasswordChangeDate: undefined },
      });
      expect(await change(connection, 'fresh-Passw0rd')).toEqual({ kind: 'set' });
    });

    test('is not opened where this way in is closed', async () => {
      bench.turnOffLogin();
      const outcome = await openWith(RIGHT);
      expect(outcome.kind).toBe(kind === 'soap' ? 'disabled' : 'rejected');
      expect(bench.sessions()).toBe(0);
    });
  });
}
