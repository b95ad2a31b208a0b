import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SalesforceOutcomeUnknown } from '../../lib/core/errors.ts';
import {
  type IntegrationLogin,
  type OrgAdministration,
  type OrgConnection,
  sameSalesforceId,
} from '../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../lib/core/redacted.ts';

export const BILLING = {
  username: 'billing@acme.example',
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

/** An org with the two users above, and what an administrator does there behind a test's back. */
export interface SalesforceBench {
  readonly org: OrgAdministration;
  readonly login: IntegrationLogin;
  readonly connection: OrgConnection;
  /** Login attempts as the org has counted them. */
  attempts(): number;
  deactivate(): void;
  freeze(): void;
  lock(): Promise<void>;
  /** Lets the password grow so old that it must be changed. */
  expire(): void;
  restrictAddresses(): void;
  turnOffSoapLogin(): void;
  takePermissionAway(): void;
  /** `request`: the org hears nothing. `answer`: the org hears, the caller does not. */
  cut(what: 'request' | 'answer'): void;
  mend(): void;
  later(seconds: number): void;
  stop(): Promise<void>;
}

/** What core relies on, whatever the org is. */
export function salesforceContract(name: string, start: () => Promise<SalesforceBench>): void {
  describe(`org and login: ${name}`, () => {
    let bench: SalesforceBench;
    beforeEach(async () => {
      bench = await start();
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
    const login = (
      combined: string,
      changes: { readonly username?: string; readonly apiVersion?: string } = {},
    ) =>
      bench.login.login({
        loginUrl: bench.connection.loginUrl,
        apiVersion: '64.0',
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

      test('with an app that the org does not know is refused, without the secret in the reason', async () => {
        const connection = { ...bench.connection, clientSecret: Redacted.of('sentinel-secret') };
        const found = await bench.org.findUser(connection, BILLING.username);
        expect(found).toEqual({ kind: 'connection-refused', detail: expect.stringMatching(/^\w+\.$/) });
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
        expect(await login(RIGHT)).toEqual({ kind: 'rejected' });
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
          detail: expect.stringContaining('IP address'),
        });
      });

      test('where the org has turned login() off is told apart', async () => {
        bench.turnOffSoapLogin();
        expect(await login(RIGHT)).toEqual({
          kind: 'disabled',
          detail: expect.stringContaining('disabled by default'),
        });
      });

      test('with a version that has no login() is told apart', async () => {
        expect(await login(RIGHT, { apiVersion: '65.0' })).toEqual({
          kind: 'disabled',
          detail: expect.stringMatching(/\.$/),
        });
      });

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
