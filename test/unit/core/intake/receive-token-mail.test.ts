import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkConfiguration } from '../../../../lib/core/config/load.ts';
import { renderDraft } from '../../../../lib/core/domain/credential-value.ts';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import { TokenNotYetUsable } from '../../../../lib/core/errors.ts';
import { receiveTokenMail } from '../../../../lib/core/intake/receive-token-mail.ts';
import { receiveTokenMails } from '../../../../lib/core/intake/receive-token-mails.ts';
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
const receive = (mail: ReceivedMail) => receiveTokenMail(ports, CONFIGURATION, mail);

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
    expect(await receiveTokenMail(ports, unchangedOnly, mail())).toEqual({ kind: 'nobody-waits' });
  });

  test('that cannot be read is said to be so', async () => {
    expect(await receiveTokenMail(ports, CONFIGURATION, { unreadable: 'too-large' })).toEqual({
      kind: 'unreadable',
      reason: 'too-large',
    });
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
    await expect(early()).rejects.toThrow(TokenNotYetUsable);
    await expect(early()).rejects.toThrow('Salesforce refused this token a moment ago');
    ports.clock.advance(120);
    await expect(early()).rejects.toThrow('Salesforce refused it; a new token can take minutes to work');
    ports.clock.advance(60);
    expect(await early()).toMatchObject({
      kind: 'offered',
      token: { kind: 'declined', reason: 'refused-before' },
    });
    expect(ports.org.logins).toBe(2);
  });

  test('says so without the token', async () => {
    const error: unknown = await early().catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('TokenThatIsNotActiveYet1');
    expect(error).toMatchObject({ retryable: true });
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
    expect(await receiveTokenMail(ports, TWO, forged)).toMatchObject({ kind: 'refused', credential: 'crm' });
  });

  test('raw mails are read and judged one after the other', async () => {
    const envelope = { receivedAt: new Date(), verdicts: mail().verdicts };
    const read: string[] = [];
    const reader = {
      read: async (raw: Uint8Array) => {
        read.push(Buffer.from(raw).toString());
        return { unreadable: 'malformed' } as const;
      },
    };
    const mails = ['one', 'two'].map((text) => ({ raw: Buffer.from(text), ...envelope }));
    expect(await receiveTokenMails(ports, TWO, reader, mails)).toHaveLength(2);
    expect(read).toEqual(['one', 'two']);
  });
});
