import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MimeMailReader } from '../../../../lib/adapters/mime-mail-reader.ts';
import { renderDraft } from '../../../../lib/core/domain/credential-value.ts';
import { receiveTokenMail } from '../../../../lib/core/intake/receive-token-mail.ts';
import type { IntegrationLogin } from '../../../../lib/core/ports/salesforce.ts';
import { Redacted } from '../../../../lib/core/redacted.ts';
import {
  billingConfiguration,
  billingState,
  LOGIN_URL,
  type MemoryPorts,
  memoryPorts,
  ROTATION,
} from '../../../support/billing.ts';
import {
  CHANGED_AT,
  GENUINE,
  type HostileMail,
  hostileMail,
  mayBeTaken,
  OURS,
  OUT_OF_ORDER,
} from '../../../support/hostile-mails.ts';

const MAILS = 2_000;
const PASSWORD = 'new-Passw0rd!';
const CONFIGURATION = billingConfiguration();
const SET_AT = CHANGED_AT.toISOString();
const reader = new MimeMailReader();

/** A credential that waits for a token by mail, and the tokens that anybody tried for it. */
function waiting(): { readonly ports: MemoryPorts; readonly tried: string[] } {
  const tried: string[] = [];
  const memory = memoryPorts();
  const login: IntegrationLogin['login'] = async ({ combinedPassword }) => {
    tried.push(combinedPassword.reveal().slice(PASSWORD.length));
    return { kind: 'rejected' };
  };
  const credential = { username: OURS, password: 'old', securityToken: 'old', loginUrl: LOGIN_URL };
  memory.secrets.create('salesforce/prod/billing', JSON.stringify(credential), true);
  memory.secrets.create('salesforce/prod/rotator', JSON.stringify({ clientId: 'a', clientSecret: 'b' }));
  const draft = renderDraft({
    kind: 'password',
    username: OURS,
    password: Redacted.of(PASSWORD),
    securityToken: undefined,
    loginUrl: LOGIN_URL,
    passwordChangedAt: SET_AT,
    rotationId: ROTATION.id,
    verifiedAt: undefined,
  });
  memory.secrets.create('salesforce/prod/billing/draft', draft.reveal());
  const rotation = { ...ROTATION, username: OURS, setStartedAt: SET_AT, triedUnchanged: true, reminders: 0 };
  memory.ledger.put(billingState('awaiting-token', { since: SET_AT, rotation }));
  return { ports: Object.assign(memory, { login: Object.assign(memory.org, { login }) }), tried };
}

interface Handling {
  readonly tried: readonly string[];
  readonly readable: boolean;
  readonly textLength: number;
  readonly kept: string;
}

async function handle({ raw, verdicts, receivedAt }: HostileMail): Promise<Handling> {
  const mail = await reader.read(raw, { verdicts, receivedAt });
  const { ports, tried } = waiting();
  await receiveTokenMail(ports, CONFIGURATION, [mail]);
  const history = await ports.ledger.history('billing', 50);
  const kept = JSON.stringify([
    history,
    ports.ledger.stored('billing'),
    ports.telemetry,
    ports.notifier.announced,
  ]);
  const textLength =
    'unreadable' in mail ? 0 : mail.texts.reduce((sum, text) => sum + text.open(({ length }) => length), 0);
  return { tried, readable: !('unreadable' in mail), textLength, kept };
}

/** The judge does not know how the service decides; it knows how the mail was built. */
function judge({ raw, truth }: HostileMail, { tried, readable, textLength, kept }: Handling): void {
  expect(tried.length).toBeLessThanOrEqual(1);
  const [token] = tried;
  if (token !== undefined) {
    expect(truth.isAuthentic).toBe(true);
    if (!truth.isAmbiguous) {
      expect(truth).toMatchObject({ isFromAllowedSender: true, isNewer: true, usernames: [OURS] });
      expect(truth.tokens).toEqual([token]);
      expect(truth.unread).not.toContain(token);
    }
  } else if (truth.isGenuine) {
    // A service that takes nothing would be safe, and of no use.
    throw new Error(`a genuine mail was refused:\n${raw.toString().slice(0, 2_000)}`);
  }
  // What is read is bounded by what came, whatever it unfolds to, and what is too large is not read at all.
  expect(textLength).toBeLessThanOrEqual(2 * raw.length);
  if (raw.length > 1024 * 1024) expect(readable).toBe(false);
  for (const secret of [...truth.tokens, ...truth.unread]) expect(kept).not.toContain(secret);
}

describe(`${MAILS} hostile mails`, () => {
  test('none brings the service down, and none is taken that ought not to be', async () => {
    const counts = { taken: 0, refused: 0, genuine: 0, unreadable: 0 };
    await fc.assert(
      fc.asyncProperty(hostileMail, async (mail) => {
        const handling = await handle(mail);
        judge(mail, handling);
        counts.taken += handling.tried.length;
        counts.refused += handling.readable && handling.tried.length === 0 ? 1 : 0;
        counts.genuine += mail.truth.isGenuine ? 1 : 0;
        counts.unreadable += handling.readable ? 0 : 1;
      }),
      { numRuns: MAILS },
    );
    // The mails are of all sorts, or nothing was shown.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(MAILS / 200);
  });

  test.each(OUT_OF_ORDER)('with one thing out of order: %j', async (_what, mail) => {
    judge(mail, await handle(mail));
  });

  test('the judge says no to what ought not to be taken', () => {
    const truth = {
      isAuthentic: true,
      isFromAllowedSender: true,
      isNewer: true,
      usernames: [OURS],
      tokens: [GENUINE],
      unread: [],
      isAmbiguous: false,
    };
    expect(mayBeTaken(truth)).toBe(true);
    for (const change of [
      { isAuthentic: false },
      { isFromAllowedSender: false },
      { isNewer: false },
      { usernames: [] },
      { usernames: [OURS, 'eve@evil.example'] },
      { tokens: [] },
      { tokens: [GENUINE, 'PlantedPlantedPlantedPla'] },
    ])
      expect(mayBeTaken({ ...truth, ...change })).toBe(false);
  });
});
