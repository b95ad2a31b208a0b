import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fileJournal, memoryJournal } from '../../../lib/sandbox/journal.ts';
import { SalesforceOrg } from '../../../lib/sandbox/salesforce/org.ts';
import type { SettingsChange } from '../../../lib/sandbox/salesforce/settings.ts';
import { salesforceStandIn } from '../../../lib/sandbox/salesforce/stand-in.ts';
import type { OrgState } from '../../../lib/sandbox/salesforce/state.ts';
import { AMBIGUOUS, APP, Bench, BILLING, HandClock, MINUTE, SEED } from './harness.ts';

let bench: Bench;
afterEach(() => bench.stop());

describe('a restart (design: the sandbox goes on where it was)', () => {
  it('keeps users, sessions, lockout, settings, history and mails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'salesforce-org-'));
    const journal = fileJournal<OrgState>(join(folder, 'org.json'));
    const clock = new HandClock();
    bench = await Bench.start({
      journal,
      clock,
      settings: { policy: { lockoutAfter: 3 }, mailDelayMs: MINUTE },
    });
    const admin = await bench.loginAdmin();
    await admin.soap.setPassword(bench.org.inspect(BILLING.username).id, 'fresh-Pässw0rd');
    bench.org.updateSettings({ faultCodePrefix: 'bare' });
    for (let tries = 0; tries < 3; tries += 1) await bench.soapLogin(BILLING.username, 'wrong');
    await bench.stop();

    const before = bench.org.view;
    bench = await Bench.start({ journal, clock, users: [], settings: { faultCodePrefix: 'ns1' } });
    expect(bench.org.view).toEqual(before);
    expect((await bench.withSession(String(admin.accessToken)).query('SELECT Id FROM User')).totalSize).toBe(
      2,
    );
    const locked = await bench.soapLogin(BILLING.username, 'x');
    expect(locked.text).toContain('<faultcode>INVALID_LOGIN</faultcode>');
    expect(bench.statuses(BILLING.username).at(-1)).toBe('Password Lockout');
    clock.advance(15 * MINUTE);
    await bench.org.deliverDueMails();
    const token = bench.org.inspect(BILLING.username).token?.value;
    expect(bench.mails[0]?.raw).toContain(token);
    expect((await bench.soapLogin(BILLING.username, `fresh-Pässw0rd${token}`)).status).toBe(200);
    rmSync(folder, { recursive: true });
  });

  it('forgets a mail only after it was delivered', async () => {
    const journal = memoryJournal<OrgState>();
    bench = await Bench.start({ journal });
    bench.org.resetToken(BILLING.username);
    bench.mailDown = true;
    await expect(bench.org.deliverDueMails()).rejects.toThrow();
    await bench.stop();
    bench = await Bench.start({ journal });
    await bench.org.deliverDueMails();
    expect(bench.mails).toHaveLength(1);
    await bench.stop();
    bench = await Bench.start({ journal });
    await bench.org.deliverDueMails();
    expect(bench.mails).toHaveLength(0);
  });

  it('has a change in the journal before the client hears of it', async () => {
    const journal = memoryJournal<OrgState>();
    bench = await Bench.start({ journal });
    const passwordOnDisk = () =>
      journal.load()?.users.find((user) => user.username === BILLING.username)?.password;
    const admin = await bench.loginAdmin();
    const answered = admin.soap
      .setPassword(bench.org.inspect(BILLING.username).id, 'fresh-Passw0rd')
      .then(() => passwordOnDisk());
    expect(await answered).toBe('fresh-Passw0rd');
    await admin.soap.getUserInfo();
    await bench.soap('<u:logout/>', { session: String(admin.accessToken) });
    expect(journal.load()?.sessions).toEqual([]);
    await bench.soapLogin(BILLING.username, 'wrong');
    expect(journal.load()?.users.map((user) => user.failedLogins)).toEqual([1, 0]);
  });
});

describe('what the wire hears of a call', () => {
  it('names operations and targets, never a secret', async () => {
    bench = await Bench.start();
    const admin = await bench.loginAdmin();
    const { id } = bench.org.inspect(BILLING.username);
    await admin.soap.setPassword(id, 'fresh-Passw0rd');
    await admin.requestPost(`/sobjects/User/${id}/password`, { NewPassword: 'next-Passw0rd' });
    await bench.rest(`/services/data/v64.0/sobjects/User/${id}/password`, String(admin.accessToken));
    await admin.query('SELECT Id FROM LoginHistory');
    await admin.limits();
    await bench.token({
      grant_type: 'client_credentials',
      client_id: APP.clientId,
      client_secret: APP.clientSecret,
    });
    await bench.token({ grant_type: 'password', username: BILLING.username, password: 'next-Passw0rd' });
    await bench.fetchJson('/services/data/');
    await bench.fetchJson('/services/nope');
    await bench.soap('<u:logout/>', { session: String(admin.accessToken) });
    expect(bench.wire.calls.map(({ operation, target }) => [operation, target])).toEqual([
      ['login', 'rotator@acme.example'],
      ['setPassword', id],
      ['password.post', id],
      ['password.get', id],
      ['query', 'LoginHistory'],
      ['limits', undefined],
      ['token', 'rotator@acme.example'],
      ['token', BILLING.username],
      ['versions', undefined],
      ['unknown', undefined],
      ['logout', undefined],
    ]);
    const heard = JSON.stringify(bench.wire.calls);
    for (const secret of ['Passw0rd', APP.clientSecret, String(admin.accessToken)]) {
      expect(heard).not.toContain(secret);
    }
  });

  it('renders an injected fault as jsforce expects one', async () => {
    bench = await Bench.start();
    const standIn = salesforceStandIn(bench.org, { baseUrl: () => bench.url });
    const soap = standIn.fault(500, 'SERVER_UNAVAILABLE', 'try <later>');
    expect(soap.body).toContain('<faultstring>SERVER_UNAVAILABLE: try &lt;later&gt;</faultstring>');
    expect(JSON.parse(String(standIn.fault(503, 'SERVER_UNAVAILABLE', 'later').body))).toEqual([
      { errorCode: 'SERVER_UNAVAILABLE', message: 'later' },
    ]);
  });

  it('says nothing of a password in any answer to a failed login', async () => {
    bench = await Bench.start();
    const reply = await bench.soapLogin(BILLING.username, 'gue55ed-Secret');
    expect(reply.text).not.toContain('gue55ed');
    await expect(bench.connection().login(BILLING.username, 'gue55ed-Secret')).rejects.toThrow(AMBIGUOUS);
  });
});

describe('settings', () => {
  it('change at run time, and a bad one changes nothing', async () => {
    bench = await Bench.start();
    const before = bench.org.settings;
    expect(() => bench.org.updateSettings({ nope: true } as unknown as SettingsChange)).toThrow('nope');
    expect(() => bench.org.updateSettings({ policy: { history: 25 } })).toThrow('history');
    expect(() => bench.org.updateSettings({ mailDelayMs: -1 })).toThrow('mailDelayMs');
    expect(bench.org.settings).toEqual(before);
    bench.org.updateSettings({ policy: { history: 24 } });
    expect(bench.org.settings.policy).toEqual({ ...before.policy, history: 24 });
  });

  it('refuse a seed with an unknown key or a username twice', async () => {
    bench = await Bench.start();
    const options = {
      clock: bench.clock,
      journal: memoryJournal<OrgState>(),
      deliver: async () => undefined,
    };
    const withUser = (user: object) =>
      new SalesforceOrg({ ...options, seed: { ...SEED, users: [BILLING, { ...BILLING, ...user }] } });
    expect(() => withUser({ nope: 1 })).toThrow('nope');
    expect(() => withUser({ username: BILLING.username.toUpperCase() })).toThrow('one user only');
  });
});
