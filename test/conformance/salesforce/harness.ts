import { Connection } from 'jsforce';
import { type RunningServer, serve } from '../../../lib/sandbox/http.ts';
import { type Journal, memoryJournal } from '../../../lib/sandbox/journal.ts';
import { SalesforceOrg } from '../../../lib/sandbox/salesforce/org.ts';
import type { SalesforceSeed } from '../../../lib/sandbox/salesforce/seed.ts';
import type { SettingsChange } from '../../../lib/sandbox/salesforce/settings.ts';
import { salesforceStandIn } from '../../../lib/sandbox/salesforce/stand-in.ts';
import type { OrgState } from '../../../lib/sandbox/salesforce/state.ts';
import type { OutgoingMail } from '../../../lib/sandbox/salesforce/token-mail.ts';
import { CountingWire } from '../../../lib/sandbox/wire.ts';

export const START = '2026-11-01T00:00:00.400Z';
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
export const TRUSTED = '10.0.0.7';
export const AMBIGUOUS = 'INVALID_LOGIN: Invalid username, password, security token; or user locked out.';

/** A clock that moves only when it is told to. */
export class HandClock {
  #time = Date.parse(START);

  now(): Date {
    return new Date(this.#time);
  }

  advance(milliseconds: number): void {
    this.#time += milliseconds;
  }
}

/** Bytes that repeat from run to run. */
function countingRandom(): (count: number) => Uint8Array {
  let state = 1;
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (state >> 8) & 0xff;
    });
}

export const BILLING = {
  username: 'billing@acme.example',
  password: 'old-Passw0rd',
  securityToken: 'AbCdEfGhIjKlMnOpQrStUvW1',
  email: 'billing-mailbox@acme.example',
  firstName: 'Bill',
  lastName: 'Ing',
} as const;

export const ADMIN = {
  username: 'rotator@acme.example',
  password: 'admin-Passw0rd',
  securityToken: 'ZyXwVuTsRqPoNmLkJiHgFeD2',
  permissions: { manageUsers: true, useAnyApiAuth: true },
} as const;

export const APP = { clientId: '3MVG9.rotator', clientSecret: 'app-secret', runAs: ADMIN.username } as const;

export const SEED: SalesforceSeed = {
  organizationId: '00D5g0000012345',
  settings: { trustedIpRanges: [{ start: '10.0.0.0', end: '10.0.0.255' }] },
  users: [BILLING, ADMIN],
  connectedApps: [APP],
};

export interface Options {
  readonly settings?: SettingsChange;
  readonly users?: SalesforceSeed['users'];
  readonly connectedApps?: NonNullable<SalesforceSeed['connectedApps']>;
  readonly journal?: Journal<OrgState>;
  readonly clock?: HandClock;
}

/** A running org, the things that it was given, and short ways to talk to it. */
export class Bench {
  readonly org: SalesforceOrg;
  readonly clock: HandClock;
  readonly wire = new CountingWire();
  readonly mails: OutgoingMail[] = [];
  readonly journal: Journal<OrgState>;
  /** Makes the next deliveries fail while set. */
  mailDown = false;
  #server: RunningServer | undefined;

  private constructor(options: Options) {
    this.clock = options.clock ?? new HandClock();
    this.journal = options.journal ?? memoryJournal<OrgState>();
    this.org = new SalesforceOrg({
      clock: this.clock,
      journal: this.journal,
      seed: {
        ...SEED,
        users: options.users ?? SEED.users,
        connectedApps: options.connectedApps ?? [APP],
        settings: { ...SEED.settings, ...options.settings },
      },
      random: countingRandom(),
      deliver: async (mail) => {
        if (this.mailDown) throw new Error('mail is down');
        this.mails.push(mail);
      },
    });
  }

  static async start(options: Options = {}): Promise<Bench> {
    const bench = new Bench(options);
    const standIn = salesforceStandIn(bench.org, { baseUrl: () => bench.url });
    bench.#server = await serve(standIn, bench.wire);
    return bench;
  }

  get url(): string {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server.url;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  connection(version = '64.0'): Connection {
    return new Connection({ loginUrl: this.url, version });
  }

  /** Logs in with jsforce; the connection has no way to log in again by itself. */
  async login(username: string, secret: string): Promise<Connection> {
    const first = this.connection();
    await first.login(username, secret);
    return this.withSession(String(first.accessToken));
  }

  withSession(accessToken: string): Connection {
    return new Connection({ instanceUrl: this.url, accessToken, version: '64.0' });
  }

  loginBilling(): Promise<Connection> {
    return this.login(BILLING.username, BILLING.password + BILLING.securityToken);
  }

  loginAdmin(): Promise<Connection> {
    return this.login(ADMIN.username, ADMIN.password + ADMIN.securityToken);
  }

  /** A SOAP login without jsforce, from an address of choice. */
  soapLogin(username: string, secret: string, options: SoapOptions = {}): Promise<SoapReply> {
    const body = `<u:login><u:username>${xml(username)}</u:username><u:password>${xml(secret)}</u:password></u:login>`;
    return this.soap(body, options);
  }

  async soap(body: string, options: SoapOptions = {}): Promise<SoapReply> {
    const { version = '64.0', from, session } = options;
    const header =
      session === undefined
        ? ''
        : `<u:SessionHeader><u:sessionId>${xml(session)}</u:sessionId></u:SessionHeader>`;
    const response = await fetch(`${this.url}/services/Soap/u/${version}`, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml',
        soapaction: '""',
        ...(from === undefined ? {} : { 'x-forwarded-for': from }),
      },
      body:
        '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" ' +
        `xmlns:u="urn:partner.soap.sforce.com"><e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`,
    });
    const text = await response.text();
    return { status: response.status, text, code: /<sf:exceptionCode>([^<]+)</.exec(text)?.[1] };
  }

  token(parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<JsonReply> {
    return this.fetchJson('/services/oauth2/token', {
      method: 'POST',
      headers,
      body: new URLSearchParams(parameters),
    });
  }

  /** REST with a session; `body` makes it JSON. */
  rest(path: string, session: string, method = 'GET', body?: unknown): Promise<JsonReply> {
    return this.fetchJson(path, {
      method,
      headers: {
        authorization: `Bearer ${session}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async fetchJson(path: string, init: RequestInit = {}): Promise<JsonReply> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : text };
  }

  /** `LoginHistory.Status` of a user, oldest first. */
  statuses(username: string): string[] {
    const { id } = this.org.inspect(username);
    return this.org.view.loginHistory.filter((row) => row.userId === id).map((row) => row.status);
  }
}

export interface SoapOptions {
  readonly version?: string;
  readonly from?: string;
  readonly session?: string;
}

export interface SoapReply {
  readonly status: number;
  readonly text: string;
  readonly code: string | undefined;
}

export interface JsonReply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any endpoint, read by the tests' expectations.
  readonly body: any;
}

function xml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
