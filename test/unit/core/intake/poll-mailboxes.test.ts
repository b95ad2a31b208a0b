import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Configuration, checkConfiguration } from '../../../../lib/core/config/load.ts';
import type { ConfigurationInput } from '../../../../lib/core/config/schema.ts';
import type { CredentialState } from '../../../../lib/core/domain/state.ts';
import { type MailboxAccess, pollMailboxes } from '../../../../lib/core/intake/poll-mailboxes.ts';
import type {
  FoundMail,
  MailboxAddress,
  MailboxVisit,
  MailSearch,
} from '../../../../lib/core/ports/mailbox-reader.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { watch } from '../../../../lib/core/watch/watch.ts';
import {
  billingBudget,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  ROTATION,
  USERNAME,
} from '../../../support/billing.ts';

const SET_AT = '2026-11-01T11:30:00.000Z';
const OPS = { kind: 'imap', host: 'imap.acme.com', secret: 'mail/ops', authservId: 'mx.acme.com' } as const;
const PASSWORD = 'mailbox-passw0rd';
const VOUCHED = 'mx.acme.com; spf=pass; dkim=pass; dmarc=pass header.from=salesforce.com';

type CredentialInput = ConfigurationInput['credentials'][string];

function configured(
  credentials: Record<string, Partial<CredentialInput>>,
  mailboxes = { ops: OPS },
): Configuration {
  return checkConfiguration({
    orgs: {
      prod: {
        loginUrl: LOGIN_URL,
        connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
      },
    },
    mailboxes,
    credentials: Object.fromEntries(
      Object.entries(credentials).map(([name, credential]) => [
        name,
        { org: 'prod', secret: `salesforce/prod/${name}`, token: { mailbox: 'ops' }, ...credential },
      ]),
    ),
  });
}

const ONE = configured({ billing: {} });

function waiting(changes: Partial<CredentialState> = {}): CredentialState {
  const rotation = { ...ROTATION, setStartedAt: SET_AT, triedUnchanged: true, reminders: 0 };
  return billingState('awaiting-token', { since: SET_AT, rotation, ...changes });
}

/** A mail server of which a test says what is in it; a mail is the text of its Authentication-Results. */
class Mailboxes implements MailboxAccess {
  readonly visits: { readonly address: MailboxAddress; readonly search: MailSearch }[] = [];
  readonly handled: number[] = [];
  mails: { readonly vouched: string; readonly username?: string; readonly tooLarge?: true }[] = [];
  failure: MailboxVisit | undefined;

  readonly mailboxes = {
    visit: async (
      address: MailboxAddress,
      search: MailSearch,
      handle: (mails: readonly FoundMail[]) => Promise<readonly number[]>,
    ): Promise<MailboxVisit> => {
      this.visits.push({ address, search });
      if (this.failure !== undefined) return this.failure;
      const found = this.mails.map(({ tooLarge }, id) => ({
        id,
        receivedAt: new Date('2026-11-01T11:31:00Z'),
        raw: tooLarge ? undefined : Buffer.from(String(id)),
      }));
      this.handled.push(...(await handle(found)));
      return { kind: 'visited', found: found.length };
    },
  };

  readonly reader: MailboxAccess['reader'] = {
    read: async (raw, envelope) => {
      const { vouched, username = USERNAME } = this.mails[Number(Buffer.from(raw).toString())] ?? {
        vouched: '',
      };
      return {
        messageId: undefined,
        from: { address: 'support@salesforce.com' },
        to: [],
        subject: '',
        sentAt: undefined,
        texts: [Redacted.of(`Username: ${username}\nSecurity token: NotYetNotYetNotYetNotYet`)],
        authenticationResults: [vouched],
        forwarded: [],
        ...envelope,
      };
    },
  };
}

let ports: MemoryPorts;
let mailboxes: Mailboxes;
const told = async (credential = 'billing') =>
  (await ports.ledger.history(credential, 20)).filter(({ type }) => type === 'Mailbox Not Read');

async function poll(configuration = ONE, states: readonly CredentialState[] = [waiting()]): Promise<void> {
  for (const state of states) {
    const stored = await ports.ledger.load(state.credential);
    if (stored === undefined) ports.ledger.put(state);
  }
  const fleet = await Promise.all(
    [...configuration.credentials.values()].map(async (credential) => ({
      credential,
      state: await ports.ledger.load(credential.name),
    })),
  );
  await pollMailboxes(ports, configuration, mailboxes, fleet);
}

beforeEach(() => {
  ports = memoryPorts();
  mailboxes = new Mailboxes();
  ports.secrets.create('mail/ops', JSON.stringify({ user: 'tokens@acme.com', password: PASSWORD }));
});

describe('a mailbox is visited', () => {
  test('while a credential waits for a token from it, with its login, since the change, for its senders', async () => {
    const configuration = configured({
      billing: { token: { mailbox: 'ops', allowedSenderDomains: ['Salesforce.com', 'acme.com'] } },
    });
    await poll(configuration);
    expect(mailboxes.visits).toMatchObject([
      {
        address: { host: 'imap.acme.com', port: 993, security: 'tls', folder: 'INBOX' },
        search: { since: new Date(SET_AT), senders: ['salesforce.com', 'acme.com'] },
      },
    ]);
    const login = mailboxes.visits[0]?.address.login;
    expect(login).toMatchObject({ user: 'tokens@acme.com', kind: 'password' });
    expect(login?.secret.reveal()).toBe(PASSWORD);
  });

  test('once for all credentials that wait, since the earliest change', async () => {
    const earlier = { ...ROTATION, username: 'crm@acme.example', setStartedAt: '2026-11-01T10:00:00.000Z' };
    await poll(
      configured({ billing: {}, crm: { token: { mailbox: 'ops', allowedSenderDomains: ['acme.com'] } } }),
      [waiting(), { ...waiting({ rotation: earlier }), credential: 'crm' }],
    );
    expect(mailboxes.visits).toMatchObject([
      { search: { since: new Date('2026-11-01T10:00:00.000Z'), senders: ['salesforce.com', 'acme.com'] } },
    ]);
  });

  test('with an access token', async () => {
    ports.secrets.edit('mail/ops', JSON.stringify({ user: 'x', accessToken: 'ya29' }));
    await poll();
    expect(mailboxes.visits).toMatchObject([{ address: { login: { kind: 'access-token' } } }]);
  });

  test.each(['changing', 'awaiting-token'] as const)('in phase %s', async (phase) => {
    await poll(ONE, [waiting({ phase })]);
    expect(mailboxes.visits).toHaveLength(1);
  });

  test('by the watch, after its pokes', async () => {
    ports.ledger.put(waiting());
    expect(await watch(ports, ONE, mailboxes)).toMatchObject({ looked: 1, poked: ['billing'] });
    expect(mailboxes.visits).toHaveLength(1);
  });
});

describe('no mailbox is visited, and no login is read', () => {
  const none = async (configuration: Configuration, state: CredentialState) => {
    ports.secrets.before = (operation) => {
      throw new Error(`${operation} was called`);
    };
    await poll(configuration, [state]);
    expect(mailboxes.visits).toEqual([]);
    expect(ports.telemetry.warnings).toEqual([]);
  };

  test.each(['idle', 'invited', 'drafted', 'verified', 'committing', 'blocked'] as const)(
    'in phase %s',
    async (phase) => {
      await none(ONE, waiting({ phase }));
    },
  );

  test('for a rollback, which needs no token', async () => {
    await none(ONE, waiting({ rotation: { ...ROTATION, cause: 'rollback' } }));
  });

  test('for a credential whose mails SES receives', async () => {
    await none(configured({ billing: { token: {} } }), waiting());
  });
});

describe('the mails', () => {
  test('are judged by the header of the mail server, and marked when they were handled', async () => {
    mailboxes.mails = [
      { vouched: 'mx.evil.net; spf=pass; dkim=pass; dmarc=pass' },
      { vouched: VOUCHED, username: 'somebody@else.example' },
      { vouched: VOUCHED, tooLarge: true },
    ];
    await poll();
    expect(mailboxes.handled).toEqual([0, 2]);
    expect(ports.telemetry.mails).toEqual([
      { kind: 'refused', reason: 'not-authentic' },
      { kind: 'nobody-waits', reason: undefined },
      { kind: 'unreadable', reason: 'too-large' },
    ]);
  });

  test('are not marked while their token may still come to work', async () => {
    mailboxes.mails = [{ vouched: VOUCHED }];
    const inFlight = {
      id: 'x',
      fingerprint: 'y',
      source: 'operator',
      leaseUntil: '2026-11-01T23:00:00.000Z',
    } as const;
    await poll(ONE, [waiting(billingBudget({ inFlight }))]);
    expect(ports.telemetry.mails).toEqual([{ kind: 'not-yet', reason: undefined }]);
    expect(mailboxes.handled).toEqual([]);
  });
});

describe('a mailbox that cannot be read', () => {
  test.each([
    'unreachable',
    'not-encrypted',
    'login-refused',
    'no-folder',
    'too-slow',
    'not-understood',
  ] as const)('%s is told once, in one sentence with a remedy, and nothing else happens', async (problem) => {
    mailboxes.failure = { kind: 'failed', problem };
    await poll();
    await poll();
    expect(await told()).toMatchObject([{ reason: `mailbox-${problem}` }]);
    const [event] = await told();
    expect(event?.message).toMatch(/^The mailbox "ops" at imap\.acme\.com:993 could not be read: [^.]*\.$/);
    expect(event?.remedy).toMatch(/\.$/);
    expect(ports.ledger.stored('billing')?.phase).toBe('awaiting-token');
    expect(ports.telemetry.warnings).toEqual([]);
  });

  test('for another reason is told of that, too', async () => {
    for (const problem of ['unreachable', 'too-slow', 'unreachable'] as const) {
      mailboxes.failure = { kind: 'failed', problem };
      await poll();
    }
    expect((await told()).map(({ reason }) => reason).sort()).toEqual([
      'mailbox-too-slow',
      'mailbox-unreachable',
    ]);
  });

  test.each([
    ['no JSON', 'it is no JSON'],
    ['{"password":"x"}', 'it lacks "user"'],
    ['{"user":"x"}', 'it lacks "password" or "accessToken"'],
    ['{"user":"x","password":"y","accessToken":"z"}', 'it has both "password" and "accessToken"'],
  ])('because of its secret %j says what is wrong with it', async (text, problem) => {
    ports.secrets.edit('mail/ops', text);
    await poll();
    expect((await told())[0]?.message).toContain(`the secret "mail/ops" cannot be used: ${problem}.`);
    expect(mailboxes.visits).toEqual([]);
  });

  test('because its secret is gone says so', async () => {
    ports.secrets.hide('mail/ops', 'it is marked for deletion');
    await poll();
    expect((await told())[0]?.message).toContain('it is marked for deletion');
  });

  test('keeps no other mailbox from being read, whatever it throws', async () => {
    const lab = { ...OPS, host: 'imap.lab.acme.com', secret: 'mail/lab' };
    const two = configured({ billing: {}, crm: { token: { mailbox: 'lab' } } }, { ops: OPS, lab } as never);
    ports.secrets.create('mail/lab', JSON.stringify({ user: 'x', password: 'y' }));
    ports.secrets.before = (_operation, secret) => {
      if (secret === 'mail/ops') throw new RangeError('throttled');
    };
    const rotation = { ...ROTATION, username: 'crm@acme.example', setStartedAt: SET_AT };
    await poll(two, [waiting(), { ...waiting({ rotation }), credential: 'crm' }]);
    expect(mailboxes.visits).toMatchObject([{ address: { host: 'imap.lab.acme.com' } }]);
    expect(ports.telemetry.warnings).toEqual([
      'the mailbox "ops" could not be looked into now; the next look comes',
    ]);
  });

  test('never shows the login', async () => {
    mailboxes.failure = { kind: 'failed', problem: 'login-refused' };
    await poll();
    expect(JSON.stringify([await ports.ledger.history('billing', 9), ports.telemetry])).not.toContain(
      PASSWORD,
    );
  });
});
