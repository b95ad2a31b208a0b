import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkConfiguration } from '../../../../lib/core/config/load.ts';
import { renderDraft } from '../../../../lib/core/domain/credential-value.ts';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import { TokenNotYetUsable } from '../../../../lib/core/errors.ts';
import { receiveTokenMail } from '../../../../lib/core/intake/receive-token-mail.ts';
import { type IncomingMail, receiveTokenMails } from '../../../../lib/core/intake/receive-token-mails.ts';
import type { StoredMailRead } from '../../../../lib/core/ports/mail-store.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import type { ReceivedMail } from '../../../../lib/core/token-mail/mail.ts';
import {
  billingConfiguration,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const CONFIGURATION = billingConfiguration();
const TOKEN = 'NewTokenNewTokenNewToken';
const SET_AT = '2026-11-01T11:30:00.000Z';

let ports: MemoryPorts;
const history = async () =>
  (await ports.ledger.history('billing', 20)).map(({ type, reason }) => ({ type, reason }));
const receive = async (received: ReceivedMail, configuration = CONFIGURATION) =>
  (await receiveTokenMail(ports, configuration, [received]))[0];

function mail(
  changes: Partial<ReceivedMail> & { readonly username?: string; readonly token?: string } = {},
): ReceivedMail {
  const { username = USERNAME, token = TOKEN, ...rest } = changes;
  return {
    messageId: '<1@salesforce.com>',
    from: { address: 'support@emea.salesforce.com' },
    to: [USERNAME],
    subject: 'Your new Salesforce security token',
    sentAt: new Date('2026-11-01T11:31:00Z'),
    receivedAt: new Date('2026-11-01T11:31:05Z'),
    texts: [Redacted.of(`Username: ${username}\nSecurity token (case-sensitive): ${token}\n`)],
    verdicts: { spf: 'pass', dkim: 'pass', dmarc: 'pass' },
    authenticationResults: [],
    forwarded: [],
    ...rest,
  };
}

function waiting(changes: Partial<CredentialState> = {}): CredentialState {
  const rotation = { ...ROTATION, setStartedAt: SET_AT, triedUnchanged: true, reminders: 0 };
  return billingState('awaiting-token', { since: SET_AT, rotation, ...changes });
}

beforeEach(() => {
  ports = memoryPorts();
  ports.org.addUser({ username: USERNAME, password: 'new-Passw0rd', token: TOKEN });
  const credential = { username: USERNAME, password: 'old', securityToken: 'old', loginUrl: LOGIN_URL };
  ports.secrets.create('salesforce/prod/billing', JSON.stringify(credential), true);
  ports.secrets.create(
    'salesforce/prod/rotator',
    JSON.stringify({ clientId: '3MVG9.rotator', clientSecret: 'app-secret' }),
  );
  const draft = renderDraft({
    kind: 'password',
    username: USERNAME,
    password: Redacted.of('new-Passw0rd'),
    securityToken: undefined,
    loginUrl: LOGIN_URL,
    passwordChangedAt: SET_AT,
    rotationId: ROTATION.id,
    verifiedAt: undefined,
  });
  draft.open((text) => ports.secrets.create('salesforce/prod/billing/draft', text));
  ports.ledger.put(waiting());
});

describe('a token mail', () => {
  test('for a credential that waits brings the rotation forward', async () => {
    expect(await receive(mail())).toEqual({
      kind: 'offered',
      credential: 'billing',
      token: { kind: 'accepted' },
    });
    expect(ports.ledger.stored('billing')).toMatchObject({
      phase: 'verified',
      rotation: { source: 'mailbox' },
    });
    expect(ports.org.logins).toBe(1);
    expect(JSON.parse(ports.secrets.text('salesforce/prod/billing/draft') ?? '')).toMatchObject({
      securityToken: TOKEN,
    });
  });

  test('finds its credential whatever the case of the username', async () => {
    expect(await receive(mail({ username: USERNAME.toUpperCase() }))).toMatchObject({ kind: 'offered' });
  });

  test('again, after it was accepted, costs no login', async () => {
    await receive(mail());
    expect(await receive(mail())).toEqual({ kind: 'nobody-waits' });
    expect(ports.org.logins).toBe(1);
  });

  test.each([
    ['a forged one', { verdicts: { spf: 'pass', dkim: 'fail', dmarc: 'fail' } } as const, 'not-authentic'],
    ['one of another sender', { from: { address: 'support@example.com' } }, 'sender-not-allowed'],
    ['one from before the change', { sentAt: new Date('2026-11-01T11:00:00Z') }, 'older-than-change'],
    ['one without a token', { token: '' }, 'no-token'],
    [
      'one for two users',
      { texts: [Redacted.of(`Username: ${USERNAME}\nUsername: b@x.example\nSecurity token: ${TOKEN}`)] },
      'two-usernames',
    ],
  ])('%s is refused with a reason in the history, and never a login', async (_name, changes, reason) => {
    expect(await receive(mail(changes))).toEqual({ kind: 'refused', credential: 'billing', reason });
    expect(ports.org.logins).toBe(0);
    expect(ports.ledger.stored('billing')?.phase).toBe('awaiting-token');
    expect(await history()).toEqual([{ type: 'Token Refused', reason }]);
    expect(JSON.stringify(await ports.ledger.history('billing', 9))).not.toContain(TOKEN);
  });

  test.each([
    ['another user', { username: 'crm@acme.example' }],
    ['nobody', { texts: [Redacted.of('Good morning.')] }],
  ])('for %s finds nobody who waits', async (_name, changes) => {
    expect(await receive(mail(changes))).toEqual({ kind: 'nobody-waits' });
    expect(await history()).toEqual([]);
  });

  test.each(['idle', 'invited', 'drafted', 'verified', 'committing'] as const)(
    'in phase %s finds nobody who waits',
    async (phase) => {
      ports.ledger.put(waiting({ phase }));
      expect(await receive(mail())).toEqual({ kind: 'nobody-waits' });
    },
  );

  test('finds nobody where the mailbox is no source', async () => {
    const unchangedOnly = billingConfiguration({ token: { sources: ['unchanged'] } });
    expect(await receive(mail(), unchangedOnly)).toEqual({ kind: 'nobody-waits' });
  });

  test('that cannot be read is said to be so', async () => {
    expect(await receiveTokenMail(ports, CONFIGURATION, [{ unreadable: 'too-large' }])).toEqual([
      { kind: 'unreadable', reason: 'too-large' },
    ]);
    expect(ports.telemetry.mails).toEqual([{ kind: 'unreadable', reason: 'too-large' }]);
  });

  test('while blocked is declined: a person comes first', async () => {
    const refusal = { code: 'user-locked', message: 'Locked.', remedy: 'Unlock.' } as const;
    ports.ledger.put(waiting({ phase: 'blocked', blocked: { from: 'awaiting-token', refusal, at: SET_AT } }));
    expect(await receive(mail())).toMatchObject({
      kind: 'offered',
      token: { kind: 'declined', reason: 'blocked' },
    });
    expect(ports.org.logins).toBe(0);
  });
});

describe('a token that Salesforce does not know yet', () => {
  const early = () => receive(mail({ token: 'TokenThatIsNotActiveYet1' }));

  test('is offered again later, and never a third time', async () => {
    const refused = 'Salesforce refused it; a new token can take minutes to work';
    expect(await early()).toEqual({ kind: 'not-yet', credential: 'billing', because: refused });
    expect(await early()).toMatchObject({ because: 'Salesforce refused this token a moment ago' });
    ports.clock.advance(120);
    expect(await early()).toMatchObject({ because: refused });
    ports.clock.advance(60);
    expect(await early()).toMatchObject({
      kind: 'offered',
      token: { kind: 'declined', reason: 'refused-before' },
    });
    expect(ports.org.logins).toBe(2);
  });

  test('says so without the token', async () => {
    expect(JSON.stringify(await early())).not.toContain('TokenThatIsNotActiveYet1');
  });
});

describe('routing', () => {
  const TWO = checkConfiguration({
    orgs: {
      prod: {
        loginUrl: LOGIN_URL,
        connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
      },
    },
    credentials: {
      billing: { org: 'prod', secret: 'salesforce/prod/billing' },
      crm: { org: 'prod', secret: 'salesforce/prod/crm' },
    },
  });

  test('goes by the username that was rotated, not by the order of the file', async () => {
    ports.ledger.put({
      ...waiting(),
      credential: 'crm',
      rotation: { ...ROTATION, username: 'crm@acme.example', setStartedAt: SET_AT },
    });
    const forged = mail({
      username: 'crm@acme.example',
      verdicts: { spf: 'fail', dkim: 'fail', dmarc: 'fail' },
    });
    expect(await receive(forged, TWO)).toMatchObject({ kind: 'refused', credential: 'crm' });
  });

  test('takes SES for the mails of a credential that names no mailbox, and the named one for the others', async () => {
    const mailboxes = {
      ops: { kind: 'imap' as const, host: 'imap.acme.com', secret: 'mail/ops', authservId: 'mx.acme.com' },
    };
    const named = checkConfiguration({
      orgs: TWO.orgs,
      mailboxes,
      credentials: {
        billing: { org: 'prod', secret: 'salesforce/prod/billing', token: { mailbox: 'ops' } },
      },
    });
    expect(await receive(mail(), named)).toEqual({ kind: 'nobody-waits' });
    expect(await receiveTokenMail(ports, CONFIGURATION, [mail()], 'ops')).toEqual([{ kind: 'nobody-waits' }]);
    expect(ports.org.logins).toBe(0);
    expect(await receiveTokenMail(ports, named, [mail()], 'ops')).toMatchObject([{ kind: 'offered' }]);
  });
});

describe('several mails at once', () => {
  const OLDER = { token: 'OldTokenOldTokenOldToken', sentAt: new Date('2026-11-01T11:30:30Z') };

  test('the newest is tried, whatever its place, and no other costs a login', async () => {
    const outcomes = await receiveTokenMail(ports, CONFIGURATION, [mail(OLDER), mail(), mail(OLDER)]);
    expect(outcomes).toEqual([
      { kind: 'refused', credential: 'billing', reason: 'superseded' },
      { kind: 'offered', credential: 'billing', token: { kind: 'accepted' } },
      { kind: 'refused', credential: 'billing', reason: 'superseded' },
    ]);
    expect(ports.org.logins).toBe(1);
    expect((await history()).filter(({ type }) => type === 'Token Refused')).toEqual(
      Array(2).fill({ type: 'Token Refused', reason: 'superseded' }),
    );
  });

  test('the same mail twice is one', async () => {
    const outcomes = await receiveTokenMail(ports, CONFIGURATION, [mail(), mail()]);
    expect(outcomes).toEqual(
      Array(2).fill({ kind: 'offered', credential: 'billing', token: { kind: 'accepted' } }),
    );
    expect(ports.org.logins).toBe(1);
    expect((await history()).map(({ type }) => type)).not.toContain('Token Refused');
  });

  test('a refused one that is newer does not keep a good one from being tried', async () => {
    const forged = mail({
      token: 'ForgedTokenForgedToken11',
      sentAt: new Date('2026-11-01T11:31:04Z'),
      verdicts: { spf: 'pass', dkim: 'fail', dmarc: 'fail' },
    });
    expect(await receiveTokenMail(ports, CONFIGURATION, [forged, mail()])).toMatchObject([
      { kind: 'refused', reason: 'not-authentic' },
      { kind: 'offered', token: { kind: 'accepted' } },
    ]);
  });

  test('an older mail that comes later is of no use and costs no login', async () => {
    const newer = mail({
      token: 'TokenThatIsNotActiveYet1',
      sentAt: new Date('2026-11-01T11:45:00Z'),
      receivedAt: new Date('2026-11-01T11:45:01Z'),
    });
    expect(await receive(newer)).toMatchObject({ kind: 'not-yet' });
    expect(await receive(mail())).toEqual({ kind: 'refused', credential: 'billing', reason: 'superseded' });
    expect(ports.org.logins).toBe(1);
    ports.clock.advance(120);
    expect(await receive(newer)).toMatchObject({ kind: 'not-yet' });
    expect(ports.org.logins).toBe(2);
  });

  test('one that looks older by seconds may be the newer one, because clocks differ', async () => {
    const other = mail({ token: 'TokenThatIsNotActiveYet1', sentAt: new Date('2026-11-01T11:31:05Z') });
    expect(await receive(other)).toMatchObject({ kind: 'not-yet' });
    expect(await receive(mail())).toMatchObject({ kind: 'offered', token: { kind: 'accepted' } });
  });
});

describe('a flood of refused mails', () => {
  test('fills the history so far and no further, and is counted', async () => {
    const forged = mail({ verdicts: { spf: 'fail', dkim: 'fail', dmarc: 'fail' } });
    for (let round = 0; round < 5; round += 1)
      await receiveTokenMail(ports, CONFIGURATION, Array(10).fill(forged));
    const events = (await ports.ledger.history('billing', 100)).filter(
      ({ type }) => type === 'Token Refused',
    );
    expect(events).toHaveLength(20);
    expect(events.filter(({ message }) => message.endsWith('counted in the log only.'))).toHaveLength(1);
    expect(ports.telemetry.mails).toEqual(Array(50).fill({ kind: 'refused', reason: 'not-authentic' }));
    expect(await receive(mail())).toMatchObject({ kind: 'offered', token: { kind: 'accepted' } });
  });
});

describe('mails as a receipt rule hands them over', () => {
  const envelope = { receivedAt: new Date('2026-11-01T11:31:05Z'), verdicts: mail().verdicts };
  const discarded: string[] = [];
  const inHand = (text: string): IncomingMail => ({
    ...envelope,
    content: { kind: 'raw', raw: Buffer.from(text) },
  });
  const stored = (key: string): IncomingMail => ({ ...envelope, content: { kind: 'stored', key } });
  /** Reads a mail as the token in it; a key is its own mail. */
  const intake = {
    reader: {
      read: async (raw: Uint8Array) => mail({ token: Buffer.from(raw).toString() }),
    },
    store: {
      read: async (key: string): Promise<StoredMailRead> =>
        key === 'gone' || key === 'too-large' ? { kind: key } : { kind: 'found', raw: Buffer.from(key) },
      discard: async (key: string) => void discarded.push(key),
    },
  };
  const take = (...mails: IncomingMail[]) => receiveTokenMails(ports, CONFIGURATION, intake, mails);

  beforeEach(() => {
    discarded.length = 0;
  });

  test('are read in the message or from the store, and discarded when they were handled', async () => {
    expect(await take(inHand('no token'), stored('also none'), stored('gone'), stored('too-large'))).toEqual([
      { kind: 'refused', credential: 'billing', reason: 'no-token' },
      { kind: 'refused', credential: 'billing', reason: 'no-token' },
      { kind: 'unreadable', reason: 'gone' },
      { kind: 'unreadable', reason: 'too-large' },
    ]);
    expect(discarded).toEqual(['also none', 'gone', 'too-large']);
    expect(await take(stored(TOKEN))).toMatchObject([{ kind: 'offered', token: { kind: 'accepted' } }]);
    expect(discarded).toContain(TOKEN);
  });

  test('stay stored, and are delivered again, while the token may still come to work', async () => {
    const early = take(stored('TokenThatIsNotActiveYet1'), stored('none'));
    await expect(early).rejects.toThrow(TokenNotYetUsable);
    await expect(early).rejects.toThrow(
      /^The token for "billing" was not accepted yet \(.+\)\. The mail is offered again\.$/,
    );
    await expect(early).rejects.not.toThrow('TokenThatIsNotActiveYet1');
    expect(discarded).toEqual(['none']);
  });
});
