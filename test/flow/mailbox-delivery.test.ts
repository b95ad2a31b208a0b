import { afterEach, describe, expect, test } from '@jest/globals';
import nodemailer from 'nodemailer';
import { failedLogins, problemsAfterRotation } from '../support/invariants.ts';
import { HOUR, MINUTE, RotationBench, SECRET, USERNAME } from '../support/rotation-bench.ts';
import { fail, ScriptedWire } from '../support/scripted-wire.ts';
import { sendTokenMail } from '../support/token-mails.ts';

afterEach(() => RotationBench.closeAll());

const MAILBOX_SECRET = 'mail/ops';

/** The credential waits for mails of a mailbox with IMAP. */
async function startWithImap({ password }: { readonly password?: string } = {}): Promise<RotationBench> {
  const bench = await RotationBench.start({ mailDelivery: 'imap' });
  const { imap } = bench.sandbox.mailDelivery;
  if (imap === undefined) throw new Error('the sandbox serves no IMAP');
  bench.sandbox.secretsManager.createSecret({
    Name: MAILBOX_SECRET,
    SecretString: JSON.stringify({ user: imap.user, password: password ?? imap.password }),
  });
  bench.configure((file) => {
    const { port, authservId } = imap;
    file.mailboxes = {
      ops: { kind: 'imap', host: '127.0.0.1', port, security: 'none', secret: MAILBOX_SECRET, authservId },
    };
    for (const credential of Object.values(file.credentials))
      credential.token = { ...credential.token, mailbox: 'ops' };
  });
  return bench;
}

const imapOf = (bench: RotationBench) => bench.sandbox.mailDelivery.imap?.server;
const events = async (bench: RotationBench, type: string) =>
  (await bench.ledger.history()).filter((event) => event.type === type);

describe('mails that a receipt rule stores in a bucket', () => {
  test('complete the rotation, and are gone when they were handled', async () => {
    const bench = await RotationBench.start({ mailDelivery: 'bucket' });
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect((await bench.state()).last?.source).toBe('mailbox');
    expect(bench.sandbox.mailDelivery.bucket?.keys).toEqual([]);
    expect(bench.sandbox.mailbox.mails).toHaveLength(1);
  });

  test('stay until their token works, and are delivered again', async () => {
    const bench = await RotationBench.start({
      mailDelivery: 'bucket',
      settings: { tokenActivationDelayMs: 90_000 },
    });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    await bench.pass(2);
    expect(bench.sandbox.mailDelivery.bucket?.keys).toHaveLength(1);
    await bench.untilIdle(10 * MINUTE);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect(bench.sandbox.mailDelivery.bucket?.keys).toEqual([]);
  });

  test('are delivered again where the bucket does not answer', async () => {
    const wire = new ScriptedWire();
    const bench = await RotationBench.start({ mailDelivery: 'bucket', wire });
    const old = bench.secrets.login(SECRET);
    wire.on({ operation: 'GetObject', nth: 1, does: () => fail('AccessDenied', 'Access Denied', 403) });
    await bench.request();
    await bench.pass(2);
    expect(await bench.phase()).toBe('awaiting-token');
    expect(bench.sandbox.logLines.join('\n')).toContain('MailStoreFault');
    await bench.untilIdle(10 * MINUTE);
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });

  test('hold an eight-bit body byte by byte', async () => {
    const bench = await RotationBench.start({
      mailDelivery: 'bucket',
      settings: { mailLanguage: 'ja', mailEncoding: 'plain' },
    });
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

describe('mails that wait in a mailbox with IMAP', () => {
  test('complete the rotation, and are marked', async () => {
    const bench = await startWithImap();
    const old = bench.secrets.login(SECRET);
    await bench.rotate();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    expect((await bench.state()).last?.source).toBe('mailbox');
    expect(failedLogins(bench)).toBe(1);
    expect(imapOf(bench)?.commands).toContain('UID STORE');
  });

  test('are looked for only while somebody waits for them', async () => {
    const bench = await startWithImap();
    await bench.pass(HOUR);
    expect(imapOf(bench)?.connections).toBe(0);
    await bench.rotate();
    const during = imapOf(bench)?.connections;
    expect(during).toBeGreaterThan(0);
    await bench.pass(HOUR);
    expect(imapOf(bench)?.connections).toBe(during);
  });

  test('are tried in no case where the mail server does not vouch for them', async () => {
    const bench = await startWithImap();
    bench.sandbox.salesforce.updateSettings({ onApiPasswordSet: 'reset-without-mail' });
    await bench.request();
    await bench.pass(2 * MINUTE);
    const failedBefore = failedLogins(bench);
    await forgedMail(bench);
    await bench.pass(20 * MINUTE);
    expect(await bench.phase()).toBe('awaiting-token');
    expect(failedLogins(bench)).toBe(failedBefore);
    expect((await events(bench, 'Token Refused')).map(({ reason }) => reason)).toEqual(['not-authentic']);
    bench.sandbox.salesforce.resetToken(USERNAME);
    await bench.untilIdle();
  });

  test('of which the newest counts', async () => {
    const bench = await startWithImap();
    bench.sandbox.salesforce.updateSettings({ onApiPasswordSet: 'reset-without-mail' });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    await bench.pass(90);
    await sendTokenMail(bench, 'AstrayAstrayAstrayAstray1');
    await bench.pass(20);
    bench.sandbox.salesforce.resetToken(USERNAME);
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
    // The one with the old token only.
    expect(failedLogins(bench)).toBe(1);
    expect((await events(bench, 'Token Refused')).map(({ reason }) => reason)).toEqual(['superseded']);
  });

  test('cannot be read with a wrong login: said once, and nothing else stops', async () => {
    const bench = await startWithImap({ password: 'wrong' });
    const old = bench.secrets.login(SECRET);
    await bench.request();
    await bench.pass(30 * MINUTE);
    expect(await bench.phase()).toBe('awaiting-token');
    const told = await events(bench, 'Mailbox Not Read');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ reason: 'mailbox-login-refused' });
    expect(told[0]?.message).toMatch(
      /^The mailbox "ops" at 127\.0\.0\.1:\d+ could not be read: the server refused the login\.$/,
    );
    expect(bench.sandbox.logLines.join('\n')).not.toContain('"wrong"');
    const { imap } = bench.sandbox.mailDelivery;
    bench.sandbox.secretsManager.putSecretValue({
      SecretId: MAILBOX_SECRET,
      SecretString: JSON.stringify({ user: imap?.user, password: imap?.password }),
    });
    await bench.untilIdle();
    expect(await problemsAfterRotation(bench, old)).toEqual([]);
  });
});

/** A mail as from the org, with a header that pretends to be the mail server's, sent by somebody else. */
async function forgedMail(bench: RotationBench): Promise<void> {
  const { clock, pump, endpoints } = bench.sandbox;
  const raw = [
    'Authentication-Results: mx.acme.example; spf=pass; dkim=pass header.d=salesforce.com; dmarc=pass',
    `Date: ${clock.now().toUTCString()}`,
    'From: support@salesforce.com',
    `To: ${USERNAME}`,
    '',
    `Username: ${USERNAME}`,
    'Security token (case-sensitive): ForgedForgedForgedForged1',
    '',
  ].join('\r\n');
  const stranger = nodemailer.createTransport({
    host: '127.0.0.1',
    port: endpoints.smtpPort,
    ignoreTLS: true,
  });
  await stranger.sendMail({ envelope: { from: 'support@salesforce.com', to: USERNAME }, raw });
  await pump.settle();
}
