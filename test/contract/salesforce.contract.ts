import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SalesforceOutcomeUnknown } from '../../lib/core/errors.ts';
import {
  type AppConnection,
  type IntegrationLogin,
  type LoginWay,
  type OrgAdministration,
  sameSalesforceId,
} from '../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../lib/core/redacted.ts';

export const BILLING = {
  username: 'billing@acme.example',
  email: 'billing-mailbox@acme.example',
  password: 'old-Passw0rd',
  token: 'AbCdEfGhIjKlMnOpQrStUvW1',
} as const;
/** An apostrophe, which ends a SOQL literal that is not quoted. */
export const OBRIEN = {
  username: "o'brien@acme.example",
  password: 'ob-Passw0rd',
  token: 'ObRiEnObRiEnObRiEnObRiE1',
} as const;
const ORGANIZATION_ID = '00D5g0000012345';
/** Refused for good, and what to do about it. */
const DISABLED = {
  kind: 'disabled',
  detail: expect.stringMatching(/^\w+.*\.$/),
  remedy: expect.stringMatching(/^[A-Z].*\.$/),
};

/** An org with the two users above, and what an administrator does there behind a test's back. */
export interface SalesforceBench {
  readonly org: OrgAdministration;
  readonly login: IntegrationLogin;
  readonly connection: AppConnection;
  readonly way: LoginWay;
  /** Login attempts as the org has counted them. */
  attempts(): number;
  deactivate(): void;
  freeze(): void;
  lock(): Promise<void>;
  /** Lets the password grow so old that it must be changed. */
  expire(): void;
  restrictAddresses(): void;
  turnOffLogin(): void;
  /** Lets only users with a permission log in that BILLING lacks. */
  requireAnyApiAuth(): void;
  takePermissionAway(): void;
  /** `request`: the org hears nothing. `answer`: the org hears, the caller does not. */
  cut(what: 'request' | 'answer'): void;
  mend(): void;
  now(): Date;
  later(seconds: number): void;
  stop(): Promise<void>;
}

export interface Variant {
  readonly connection: AppConnection['kind'];
  readonly login: LoginWay['kind'];
}

const VARIANTS: readonly Variant[] = [
  { connection: 'client-credentials', login: 'soap' },
  { connection: 'jwt-bearer', login: 'oauth-password' },
];

/** What core relies on, whatever the org is, however the service gets in and however integrations do. */
export function salesforceContract(
  name: string,
  start: (variant: Variant) => Promise<SalesforceBench>,
): void {
  describe.each(VARIANTS)(`org by $connection and login by $login: ${name}`, (variant) => {
    const bySoap = variant.login === 'soap';
    let bench: SalesforceBench;
    beforeEach(async () => {
      bench = await start(variant);
    });
    afterEach(() => bench.stop());

    const find = (username: string = BILLING.username) => bench.org.findUser(bench.connection, username);
    const userOf = async (username?: string) => {
      const found = await find(username);
      if (found.kind !== 'user') throw new Error(found.kind);
      return found.user;
    };
    const set = async (password: string) =>
      bench.org.setPassword(bench.connection, (await userOf()).userId, Redacted.of(password));
    const login = (combined: string, changes: { readonly username?: string; readonly way?: LoginWay } = {}) =>
      bench.login.login({
        loginUrl: bench.connection.loginUrl,
        way: bench.way,
        username: BILLING.username,
        combinedPassword: Redacted.of(combined),
        ...changes,
      });
    const RIGHT = BILLING.password + BILLING.token;

    describe('finding a user', () => {
      test('tells who it is and how it is', async () => {
        const user = await userOf();
        expect(user).toEqual({
          userId: expect.stringMatching(/^005\w{12}(\w{3})?$/),
          organizationId: expect.stringMatching(/^00D\w{12}(\w{3})?$/),
          username: BILLING.username,
          firstName: 'Bill',
          lastName: 'Ing',
          email: BILLING.email,
          isActive: true,
          isFrozen: false,
          isLocked: false,
          lastPasswordChangeDate: '2026-10-01T00:00:00.000Z',
        });
        expect(sameSalesforceId(user.organizationId, ORGANIZATION_ID)).toBe(true);
      });

      test('takes a username as text, whatever is in it', async () => {
        expect((await userOf(OBRIEN.username)).username).toBe(OBRIEN.username);
        for (const username of ["x' OR Username != '", '\\', "\\' OR IsActive = true OR Username = '"])
          expect(await find(username)).toEqual({ kind: 'no-such-user' });
      });

      test('that is not there is an answer', async () => {
        expect(await find('nobody@acme.example')).toEqual({ kind: 'no-such-user' });
      });

      test('shows who is deactivated, frozen or locked out', async () => {
        bench.deactivate();
        expect(await userOf()).toMatchObject({ isActive: false, isFrozen: false, isLocked: false });
        bench.freeze();
        expect(await userOf()).toMatchObject({ isFrozen: true });
      });

      test('shows who is locked out, and is no login attempt', async () => {
        await bench.lock();
        const before = bench.attempts();
        expect(await userOf()).toMatchObject({ isActive: true, isLocked: true });
        expect(bench.attempts()).toBe(before);
      });

      test('with an app that the org does not know is refused, without its id in the reason', async () => {
        const connection = { ...bench.connection, clientId: Redacted.of('sentinel-id') };
        const found = await bench.org.findUser(connection, BILLING.username);
        expect(found).toEqual({
          kind: 'connection-refused',
          detail: expect.stringMatching(/^invalid_client\w*(?:: .*[^.])?$/),
          remedy: expect.stringMatching(/^[A-Z].*\.$/),
        });
        expect(JSON.stringify(found)).not.toContain('sentinel-id');
        expect(await bench.org.setPassword(connection, '005', Redacted.of('x'))).toMatchObject({
          kind: 'connection-refused',
        });
      });

      test('that gets no answer is no definite one', async () => {
        bench.cut('request');
        await expect(find()).rejects.toThrow(SalesforceOutcomeUnknown);
        bench.mend();
        expect((await userOf()).username).toBe(BILLING.username);
      });
    });

    describe('what the connection may do', () => {
      const missing = () => bench.org.missingPermission(bench.connection);

      test('names the permission that is missing, and nothing where it is there', async () => {
        expect(await missing()).toBeUndefined();
        bench.takePermissionAway();
        expect(await missing()).toBe('Reset User Passwords and Unlock Users');
      });

      test('is unknown where the org gives no answer', async () => {
        bench.takePermissionAway();
        bench.cut('request');
        expect(await missing()).toBeUndefined();
      });
    });

    describe('reading many users', () => {
      const read = async (...usernames: string[]) => {
        const answer = await bench.org.readUsers(bench.connection, usernames);
        if (answer.kind !== 'users') throw new Error(answer.kind);
        return answer.users;
      };
      const readBilling = async () => (await read(BILLING.username)).get(BILLING.username);

      test('tells of each what finding it tells, by its name in lower case', async () => {
        const users = await read(BILLING.username.toUpperCase(), OBRIEN.username);
        expect([...users.keys()].toSorted()).toEqual([BILLING.username, OBRIEN.username]);
        const { organizationId: _o, firstName: _f, lastName: _l, ...found } = await userOf();
        expect(users.get(BILLING.username)).toEqual(found);
      });

      test('leaves out who is not there, whatever is in the name', async () => {
        expect((await read('nobody@acme.example', "x') OR (Username != '", '\\')).size).toBe(0);
        expect((await read()).size).toBe(0);
      });

      test('shows who is deactivated, frozen or locked out, and is no login attempt', async () => {
        await bench.lock();
        const before = bench.attempts();
        expect(await readBilling()).toMatchObject({ isActive: true, isFrozen: false, isLocked: true });
        bench.deactivate();
        bench.freeze();
        expect(await readBilling()).toMatchObject({ isActive: false, isFrozen: true });
        expect(bench.attempts()).toBe(before);
      });

      test('shows when the password was changed, as the date of one user does', async () => {
        bench.later(60);
        await set('fresh-Passw0rd');
        const changed = (await readBilling())?.lastPasswordChangeDate;
        expect(changed).toMatch(/:01:00\.000Z$/);
        const { userId } = await userOf();
        expect(await bench.org.passwordChangeDate(bench.connection, userId)).toBe(changed);
      });

      test('with an app that the org does not know is refused', async () => {
        const { userId } = await userOf();
        const connection = { ...bench.connection, clientId: Redacted.of('unknown') };
        expect(await bench.org.readUsers(connection, [BILLING.username])).toMatchObject({
          kind: 'connection-refused',
        });
        expect(await bench.org.passwordChangeDate(connection, userId)).toBeUndefined();
      });

      test('without an answer has no definite one; the date alone is not known then', async () => {
        const { userId } = await userOf();
        bench.cut('request');
        await expect(read(BILLING.username)).rejects.toThrow(SalesforceOutcomeUnknown);
        expect(await bench.org.passwordChangeDate(bench.connection, userId)).toBeUndefined();
        bench.mend();
        expect(await readBilling()).toBeDefined();
      });
    });

    describe('reading the login history', () => {
      const read = async (since: Date, ...usernames: string[]) => {
        const wanted = await Promise.all(
          usernames.map(async (username) => ({ userId: (await userOf(username)).userId, since })),
        );
        const answer = await bench.org.readLogins(bench.connection, wanted);
        if (answer.kind !== 'logins') throw new Error(answer.kind);
        return answer;
      };
      const via = variant.login === 'soap' ? 'soap' : 'oauth';

      test('sums up what differs only in time, the newest first, to the second', async () => {
        const since = bench.now();
        await login('wrong');
        bench.later(60);
        await login('wrong');
        bench.later(60);
        await login(RIGHT);
        const before = bench.attempts();
        const { logins, isComplete } = await read(since, BILLING.username);
        const { userId } = await userOf();
        const same = { userId, sourceIp: expect.any(String), application: expect.any(String), via };
        expect(isComplete).toBe(true);
        expect(logins).toEqual([
          {
            ...same,
            outcome: 'accepted',
            logins: 1,
            firstAt: '2026-11-01T00:02:00.000Z',
            lastAt: '2026-11-01T00:02:00.000Z',
          },
          {
            ...same,
            outcome: 'wrong-password-or-token',
            logins: 2,
            firstAt: '2026-11-01T00:00:00.000Z',
            lastAt: '2026-11-01T00:01:00.000Z',
          },
        ]);
        expect(bench.attempts()).toBe(before);
      });

      test('tells each user from the others, and leaves out who is not asked for', async () => {
        const since = bench.now();
        await login('wrong');
        await login('wrong', { username: OBRIEN.username });
        const { logins } = await read(since, OBRIEN.username);
        expect(logins.map(({ userId }) => userId)).toEqual([(await userOf(OBRIEN.username)).userId]);
        expect((await read(since, BILLING.username, OBRIEN.username)).logins).toHaveLength(2);
        expect((await read(since)).logins).toEqual([]);
      });

      test('leaves out what was before, for each user by its own moment', async () => {
        const since = bench.now();
        await login('wrong');
        await login('wrong', { username: OBRIEN.username });
        bench.later(60);
        const wanted = [
          { userId: (await userOf()).userId, since: bench.now() },
          { userId: (await userOf(OBRIEN.username)).userId, since },
        ];
        const answer = await bench.org.readLogins(bench.connection, wanted);
        expect(answer).toMatchObject({ logins: [{ userId: wanted[1]?.userId, logins: 1 }] });
      });

      test('without the permission shows nothing of others, and is no error', async () => {
        const since = bench.now();
        await login('wrong');
        bench.takePermissionAway();
        expect((await read(since, BILLING.username)).logins).toEqual([]);
      });

      test('with an app that the org does not know is refused; without an answer has no definite one', async () => {
        const { userId } = await userOf();
        const wanted = [{ userId, since: bench.now() }];
        const connection = { ...bench.connection, clientId: Redacted.of('unknown') };
        expect(await bench.org.readLogins(connection, wanted)).toMatchObject({ kind: 'connection-refused' });
        bench.cut('request');
        await expect(bench.org.readLogins(bench.connection, wanted)).rejects.toThrow(
          SalesforceOutcomeUnknown,
        );
      });
    });

    describe('setting a password', () => {
      test('moves the date, ends the old password and needs none of the old', async () => {
        bench.later(60);
        expect(await set('fresh-Passw0rd')).toEqual({ kind: 'set' });
        expect((await userOf()).lastPasswordChangeDate).toMatch(/^2026-11-01T\d\d:01:00\.000Z$/);
        expect(await login(RIGHT)).toEqual({ kind: 'rejected' });
        expect(await login(`fresh-Passw0rd${BILLING.token}`)).toMatchObject({ kind: 'accepted' });
      });

      test('that it has already is told as such: the way to find out after a lost answer', async () => {
        await set('fresh-Passw0rd');
        expect(await set('fresh-Passw0rd')).toEqual({ kind: 'repeated' });
      });

      test('whose answer was lost has landed, and was asked for once', async () => {
        const { userId } = await userOf();
        bench.later(60);
        bench.cut('answer');
        await expect(
          bench.org.setPassword(bench.connection, userId, Redacted.of('fresh-Passw0rd')),
        ).rejects.toThrow(SalesforceOutcomeUnknown);
        bench.mend();
        expect((await userOf()).lastPasswordChangeDate).toMatch(/:01:00\.000Z$/);
        expect(await set('fresh-Passw0rd')).toEqual({ kind: 'repeated' });
      });

      test('against the policy says why, without the password', async () => {
        const outcome = await set('x1y2');
        expect(outcome).toEqual({
          kind: 'against-policy',
          detail: expect.stringMatching(/^Your password .*\.$/),
        });
        expect(JSON.stringify(outcome)).not.toContain('x1y2');
        expect(await login(RIGHT)).toMatchObject({ kind: 'accepted' });
      });

      test('without the permission says so, and changes nothing', async () => {
        bench.takePermissionAway();
        expect(
          await bench.org.setPassword(bench.connection, '005580000000001AAA', Redacted.of('fresh-Passw0rd')),
        ).toEqual({
          kind: 'not-permitted',
          detail: expect.stringMatching(/\w/),
        });
        expect(await login(RIGHT)).toMatchObject({ kind: 'accepted' });
      });

      test.each([`Aa1&<>"'`, 'Aa1]]><!--&amp;', 'Aa1-é秘密🔑', 'Aa1 %+\\u0041'])(
        'keeps %s as it is',
        async (password) => {
          expect(await set(password)).toEqual({ kind: 'set' });
          expect(await login(password + BILLING.token)).toMatchObject({ kind: 'accepted' });
          expect(await login(`${password}x${BILLING.token}`)).toEqual({ kind: 'rejected' });
        },
      );
    });

    describe('the last failed login', () => {
      const failure = async (since: Date) =>
        bench.org.lastLoginFailure(bench.connection, (await userOf()).userId, since);

      test.each([
        ['a wrong token', `${BILLING.password}${'x'.repeat(24)}`, 'wrong-password-or-token'],
        ['no token', BILLING.password, 'token-missing'],
      ])('with %s is told', async (_name, combined, because) => {
        const since = bench.now();
        await login(combined);
        expect(await failure(since)).toBe(because);
      });

      test('of a user who is locked out, frozen or deactivated is told', async () => {
        const since = bench.now();
        await bench.lock();
        await login(RIGHT);
        expect(await failure(since)).toBe('locked');
        bench.freeze();
        await login(RIGHT);
        expect(await failure(since)).toBe('frozen');
        bench.deactivate();
        await login(RIGHT);
        if (bySoap) expect(await failure(since)).toBe('inactive');
      });

      test('is told also when a login has worked since', async () => {
        const since = bench.now();
        await login('wrong');
        await login(RIGHT);
        expect(await failure(since)).toBe('wrong-password-or-token');
      });

      test('is not one from before the moment, nor another user’s, nor one that worked', async () => {
        await login('wrong');
        bench.later(60);
        const since = bench.now();
        await login('wrong', { username: OBRIEN.username });
        await login(RIGHT);
        expect(await failure(since)).toBe('unknown');
      });

      test('is unknown where the org gives no answer or lets the service not in', async () => {
        const { userId } = await userOf();
        await login('wrong');
        bench.cut('request');
        expect(await bench.org.lastLoginFailure(bench.connection, userId, bench.now())).toBe('unknown');
        bench.mend();
        const connection = { ...bench.connection, clientId: Redacted.of('unknown') };
        expect(await bench.org.lastLoginFailure(connection, userId, bench.now())).toBe('unknown');
      });
    });

    describe('unlocking', () => {
      const unlock = async () => bench.org.unlock(bench.connection, (await userOf()).userId);

      test('lets a user who was locked out log in again, and costs no attempt', async () => {
        await bench.lock();
        const before = bench.attempts();
        expect(await unlock()).toEqual({ kind: 'unlocked' });
        expect(await userOf()).toMatchObject({ isLocked: false });
        expect(bench.attempts()).toBe(before);
        expect(await login(RIGHT)).toMatchObject({ kind: 'accepted' });
      });

      test('without the permission says so, and changes nothing', async () => {
        await bench.lock();
        const { userId } = await userOf();
        bench.takePermissionAway();
        expect(await bench.org.unlock(bench.connection, userId)).toEqual({
          kind: 'not-permitted',
          detail: expect.stringMatching(/\w/),
        });
        expect(await login(RIGHT)).toEqual({ kind: 'rejected' });
      });

      test('without an answer has no definite one', async () => {
        await bench.lock();
        const { userId } = await userOf();
        bench.cut('request');
        await expect(bench.org.unlock(bench.connection, userId)).rejects.toThrow(SalesforceOutcomeUnknown);
      });

      test('with an app that the org does not know is refused', async () => {
        const { userId } = await userOf();
        const connection = { ...bench.connection, clientId: Redacted.of('unknown') };
        expect(await bench.org.unlock(connection, userId)).toMatchObject({ kind: 'connection-refused' });
      });
    });

    describe('logging in', () => {
      test('gives the ids of user and org, and costs one attempt', async () => {
        const { userId } = await userOf();
        const before = bench.attempts();
        const outcome = await login(RIGHT);
        if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
        expect(sameSalesforceId(outcome.userId, userId)).toBe(true);
        expect(sameSalesforceId(outcome.organizationId, ORGANIZATION_ID)).toBe(true);
        expect(bench.attempts()).toBe(before + 1);
      });

      test('takes a username as text', async () => {
        expect(await login(OBRIEN.password + OBRIEN.token, { username: OBRIEN.username })).toMatchObject({
          kind: 'accepted',
        });
      });

      test.each([
        ['a wrong password', `wrong${BILLING.token}`],
        ['a wrong token', `${BILLING.password}${'x'.repeat(24)}`],
        ['no token', BILLING.password],
      ])('with %s is rejected, in one attempt', async (_name, combined) => {
        const before = bench.attempts();
        expect(await login(combined)).toEqual({ kind: 'rejected' });
        expect(bench.attempts()).toBe(before + 1);
      });

      test('as nobody, or as a user who may not, is rejected', async () => {
        expect(await login(RIGHT, { username: 'nobody@acme.example' })).toEqual({ kind: 'rejected' });
        bench.freeze();
        expect(await login(RIGHT)).toEqual({ kind: 'rejected' });
        bench.deactivate();
        expect(await login(RIGHT)).toEqual(bySoap ? { kind: 'rejected' } : DISABLED);
      });

      test('as a user who is locked out is answered like a wrong token', async () => {
        await bench.lock();
        expect(await login(RIGHT)).toEqual({ kind: 'rejected' });
      });

      test('with an expired password is told apart', async () => {
        bench.expire();
        expect(await login(RIGHT)).toEqual({ kind: 'password-expired' });
      });

      test('from an address that the profile does not allow is told apart', async () => {
        bench.restrictAddresses();
        expect(await login(RIGHT)).toEqual({
          kind: 'restricted',
          detail: expect.stringMatching(/\bIP\b.*\.$/),
        });
      });

      if (bySoap) {
        test('where the org has turned login() off is told apart', async () => {
          bench.turnOffLogin();
          expect(await login(RIGHT)).toEqual({
            kind: 'disabled',
            detail: expect.stringContaining('disabled by default'),
            remedy: expect.stringContaining('login()'),
          });
        });

        test('for want of the permission Use Any API Auth is told apart from that', async () => {
          bench.requireAnyApiAuth();
          expect(await login(RIGHT)).toEqual({
            kind: 'disabled',
            detail: expect.stringMatching(/\.$/),
            remedy: expect.stringContaining('"Use Any API Auth"'),
          });
        });

        test('with a version that has no login() is told apart from both', async () => {
          bench.turnOffLogin();
          bench.requireAnyApiAuth();
          expect(await login(RIGHT, { way: { kind: 'soap', apiVersion: '65.0' } })).toEqual({
            kind: 'version-retired',
            detail: expect.stringMatching(/\.$/),
          });
        });
      } else {
        test('where the org has turned the flow off is answered like a wrong token; the history tells', async () => {
          const since = bench.now();
          bench.turnOffLogin();
          expect(await login(RIGHT)).toEqual({ kind: 'rejected' });
          expect(await bench.org.lastLoginFailure(bench.connection, (await userOf()).userId, since)).toBe(
            'password-flow-disabled',
          );
        });

        test.each(['clientId', 'clientSecret'] as const)(
          'with a wrong %s is told apart, with a remedy and without it',
          async (field) => {
            const right = bench.way;
            if (right.kind !== 'oauth-password') throw new Error(right.kind);
            const app = { ...right.app, [field]: Redacted.of('sentinel-app') };
            const outcome = await login(RIGHT, { way: { kind: 'oauth-password', app } });
            expect(outcome).toEqual(DISABLED);
            expect(JSON.stringify(outcome)).not.toContain('sentinel-app');
          },
        );
      }

      test.each(['request', 'answer'] as const)(
        'whose %s is lost has no definite answer, and is not made again',
        async (what) => {
          const before = bench.attempts();
          bench.cut(what);
          const error: unknown = await login(RIGHT).catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(SalesforceOutcomeUnknown);
          expect(String(error)).not.toContain(BILLING.password);
          expect(bench.attempts()).toBe(what === 'answer' ? before + 1 : before);
        },
      );
    });
  });
}
