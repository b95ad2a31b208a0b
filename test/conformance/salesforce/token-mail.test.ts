import { afterEach, describe, expect, it, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import { Bench, BILLING, MINUTE, type Options } from './harness.ts';

let bench: Bench;
const start = async (options: Options = {}) => {
  bench = await Bench.start(options);
};
afterEach(() => bench.stop());

const NEW = 'fresh-Passw0rd';
const tokenOf = () => bench.org.inspect(BILLING.username).token?.value ?? '';
const setThroughApi = async () => {
  const admin = await bench.loginAdmin();
  await admin.soap.setPassword(bench.org.inspect(BILLING.username).id, NEW);
};
const login = (token: string) => bench.soapLogin(BILLING.username, NEW + token);
const readMail = async (index = 0) => PostalMime.parse(bench.mails[index]?.raw ?? '');

describe('what a password change does to the token (facts: Token)', () => {
  it('a change in the UI always resets and mails it', async () => {
    await start({ settings: { onApiPasswordSet: 'keep-token' } });
    bench.org.changePasswordInUi(BILLING.username, NEW);
    expect((await login(BILLING.securityToken)).code).toBe('INVALID_LOGIN');
    await bench.org.deliverDueMails();
    const token = /^Security token \(case-sensitive\): (.+)$/m.exec((await readMail()).text ?? '')?.[1] ?? '';
    expect(token).toMatch(/^[A-Za-z0-9]{24,25}$/);
    expect((await login(token.trim())).status).toBe(200);
  });

  it('a set through the API may keep it', async () => {
    await start({ settings: { onApiPasswordSet: 'keep-token' } });
    await setThroughApi();
    expect((await login(BILLING.securityToken)).status).toBe(200);
    expect(bench.org.nextMailDueAt()).toBeUndefined();
  });

  it('a set through the API may reset and mail it', async () => {
    await start({ settings: { onApiPasswordSet: 'reset-and-mail' } });
    await setThroughApi();
    expect((await login(BILLING.securityToken)).status).toBe(500);
    await bench.org.deliverDueMails();
    expect(bench.mails[0]?.raw).toContain(tokenOf());
    expect((await login(tokenOf())).status).toBe(200);
  });

  it('a set through the API may reset it and mail nothing', async () => {
    await start({ settings: { onApiPasswordSet: 'reset-without-mail' } });
    await setThroughApi();
    expect((await login(BILLING.securityToken)).status).toBe(500);
    expect(bench.org.nextMailDueAt()).toBeUndefined();
    bench.org.resetToken(BILLING.username);
    await bench.org.deliverDueMails();
    expect((await login(tokenOf())).status).toBe(200);
  });

  it('a user without a token gets none by an API set, and one by a reset by hand', async () => {
    const { securityToken: _none, ...user } = BILLING;
    await start({
      users: [user, { username: 'a@b.example', password: 'x', permissions: { manageUsers: true } }],
    });
    const admin = await bench.soapLogin('a@b.example', 'x', { from: '10.0.0.1' });
    const session = /<sessionId>([^<]+)</.exec(admin.text)?.[1] ?? '';
    await bench.withSession(session).soap.setPassword(bench.org.inspect(user.username).id, NEW);
    expect(bench.org.inspect(user.username).token).toBeNull();
    bench.org.resetToken(user.username);
    expect((await login(tokenOf())).status).toBe(200);
  });

  it('a token-only reset does not move LastPasswordChangeDate (facts: Detecting a change)', async () => {
    await start();
    const before = bench.org.inspect(BILLING.username);
    bench.clock.advance(MINUTE);
    bench.org.resetToken(BILLING.username);
    const after = bench.org.inspect(BILLING.username);
    expect(after.lastPasswordChangeDate).toBe(before.lastPasswordChangeDate);
    expect(after.token).not.toEqual(before.token);
  });

  it('API-only users and profiles with login ranges have no reset page', async () => {
    await start({
      users: [
        { ...BILLING, permissions: { apiOnly: true } },
        {
          username: 'c@d.example',
          password: 'x1y2z3w4',
          loginIpRanges: [{ start: '10.0.0.1', end: '10.0.0.1' }],
        },
      ],
    });
    expect(() => bench.org.resetToken(BILLING.username)).toThrow('not available');
    expect(() => bench.org.resetToken('c@d.example')).toThrow('not available');
    bench.org.changePasswordInUi('c@d.example', NEW);
    expect(bench.org.nextMailDueAt()).toBeUndefined();
  });

  it('a new token takes its time to work, and each try before counts', async () => {
    await start({ settings: { tokenActivationDelayMs: 5 * MINUTE } });
    bench.org.changePasswordInUi(BILLING.username, NEW);
    bench.clock.advance(5 * MINUTE - 1);
    expect((await login(tokenOf())).code).toBe('INVALID_LOGIN');
    expect(bench.org.inspect(BILLING.username).failedLogins).toBe(1);
    bench.clock.advance(1);
    expect((await login(tokenOf())).status).toBe(200);
  });
});

describe('the mail (facts: Token mail)', () => {
  test.each(['plain', 'quoted-printable', 'base64', 'multipart', 'html-only'] as const)(
    'encoded as %s parses to the documented lines, in both languages',
    async (mailEncoding) => {
      await start({ settings: { mailEncoding } });
      bench.org.resetToken(BILLING.username);
      const english = tokenOf();
      bench.org.updateSettings({ mailLanguage: 'ja' });
      bench.org.resetToken(BILLING.username);
      await bench.org.deliverDueMails();
      const [first, second] = [await readMail(0), await readMail(1)];
      const body = (mail: typeof first) => (mailEncoding === 'html-only' ? mail.html : mail.text) ?? '';
      expect(body(first)).toContain(`Username: ${BILLING.username}`);
      expect(body(first)).toContain(`Security token (case-sensitive): ${english}`);
      expect(body(second)).toContain(`ユーザ名: ${BILLING.username}`);
      expect(body(second)).toContain(`セキュリティトークン (大文字と小文字を区別): ${tokenOf()}`);
      expect(first.text === undefined || first.text.trim() === '').toBe(mailEncoding === 'html-only');
    },
  );

  it('has the headers of a real message', async () => {
    await start();
    bench.org.resetToken(BILLING.username);
    await bench.org.deliverDueMails();
    const mail = await readMail();
    expect(mail.subject).toBe('Your new Salesforce security token');
    expect(mail.from?.address).toBe('support@salesforce.com');
    expect(mail.to?.[0]?.address).toBe(BILLING.email);
    expect(new Date(mail.date ?? '').toISOString()).toBe('2026-11-01T00:00:00.000Z');
    expect(mail.messageId).toMatch(/^<[A-Za-z0-9]+@mail\.salesforce\.com>$/);
    expect(bench.mails[0]).toMatchObject({ from: 'support@salesforce.com', to: BILLING.email });
    expect(bench.mails[0]?.raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const line of bench.mails[0]?.raw.split('\r\n') ?? []) expect(line.length).toBeLessThan(998);
  });

  it('keeps quoted-printable and base64 lines at 76 characters (RFC 2045)', async () => {
    for (const mailEncoding of ['quoted-printable', 'base64', 'multipart', 'html-only'] as const) {
      await start({ settings: { mailEncoding, mailLanguage: 'ja' } });
      bench.org.resetToken(BILLING.username);
      await bench.org.deliverDueMails();
      const raw = bench.mails[0]?.raw ?? '';
      expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
      if (mailEncoding !== 'html-only') await bench.stop();
    }
  });

  it('may carry the older subject, another sender, and an encoded subject in Japanese', async () => {
    await start({ settings: { mailSubject: 'older', mailFrom: 'support@emea.salesforce.com' } });
    bench.org.resetToken(BILLING.username);
    bench.org.updateSettings({ mailLanguage: 'ja', mailSubject: 'current' });
    bench.org.resetToken(BILLING.username);
    await bench.org.deliverDueMails();
    expect((await readMail(0)).subject).toBe('salesforce.com security token confirmation');
    expect((await readMail(0)).from?.address).toBe('support@emea.salesforce.com');
    expect((await readMail(1)).subject).toBe('新しい Salesforce セキュリティトークン');
  });

  it('comes late, and a later one may overtake it', async () => {
    await start({ settings: { mailDelayMs: 10 * MINUTE } });
    bench.org.resetToken(BILLING.username);
    const late = tokenOf();
    bench.org.updateSettings({ mailDelayMs: 0 });
    bench.org.resetToken(BILLING.username);
    await bench.org.deliverDueMails();
    expect(bench.mails).toHaveLength(1);
    expect(bench.mails[0]?.raw).toContain(tokenOf());
    expect(bench.org.nextMailDueAt()?.toISOString()).toBe('2026-11-01T00:10:00.400Z');
    bench.clock.advance(10 * MINUTE);
    await bench.org.deliverDueMails();
    expect(bench.mails[1]?.raw).toContain(late);
    expect(bench.org.nextMailDueAt()).toBeUndefined();
  });

  it('may come twice', async () => {
    await start({ settings: { duplicateMails: true } });
    bench.org.resetToken(BILLING.username);
    await bench.org.deliverDueMails();
    expect(bench.mails).toHaveLength(2);
    expect(bench.mails[0]).toEqual(bench.mails[1]);
  });

  it('goes out once though two hosts ask at the same time', async () => {
    await start();
    bench.org.resetToken(BILLING.username);
    await Promise.all([bench.org.deliverDueMails(), bench.org.deliverDueMails()]);
    expect(bench.mails).toHaveLength(1);
  });

  it('never arrives at an address that ends in .invalid (facts: sandboxes)', async () => {
    await start({ users: [{ ...BILLING, email: 'billing@acme.example.invalid' }] });
    bench.org.resetToken(BILLING.username);
    expect(bench.org.nextMailDueAt()).toBeUndefined();
    expect(tokenOf()).not.toBe(BILLING.securityToken);
  });

  it('waits while the mail system is down', async () => {
    await start();
    bench.org.resetToken(BILLING.username);
    bench.mailDown = true;
    await expect(bench.org.deliverDueMails()).rejects.toThrow('1 mails not delivered');
    bench.mailDown = false;
    await bench.org.deliverDueMails();
    expect(bench.mails).toHaveLength(1);
  });
});
