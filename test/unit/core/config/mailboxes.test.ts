import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, checkConfiguration } from '../../../../lib/core/config/load.ts';

const OPS = { kind: 'imap', host: 'imap.acme.com', secret: 'mail/ops', authservId: 'mx.acme.com' };

const file = (mailbox: object, token: object = { mailbox: 'ops' }) => ({
  orgs: {
    prod: {
      loginUrl: 'https://acme.my.salesforce.com',
      connection: { kind: 'client-credentials', secret: 'salesforce/prod/rotator' },
    },
  },
  mailboxes: { ops: mailbox },
  credentials: { billing: { org: 'prod', secret: 'salesforce/prod/billing', token } },
});

function problems(json: unknown): readonly string[] {
  try {
    checkConfiguration(json);
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('a mailbox', () => {
  test('has a port, a folder and TLS unless the file says otherwise', () => {
    const { mailboxes, credentials } = checkConfiguration(file({ ...OPS, host: 'IMAP.acme.com' }));
    expect(mailboxes['ops']).toEqual({ ...OPS, port: 993, security: 'tls', folder: 'INBOX' });
    expect(credentials.get('billing')?.token).toMatchObject({ mailbox: 'ops', requireSpf: true });
    const starttls = checkConfiguration(file({ ...OPS, security: 'starttls' })).mailboxes['ops'];
    expect(starttls).toMatchObject({ port: 143 });
  });

  test('may speak in clear text on loopback, and nowhere else', () => {
    const clear = { ...OPS, security: 'none' };
    for (const host of ['127.0.0.1', 'localhost']) expect(problems(file({ ...clear, host }))).toEqual([]);
    for (const host of ['imap.acme.com', '127.0.0.1.evil.net', '10.0.0.1'])
      expect(problems(file({ ...clear, host }))).toEqual([
        'mailboxes.ops.security: "none" would send the password over the network as it is. Use "tls" or "starttls".',
      ]);
  });

  test.each([
    [{ ...OPS, kind: 'pop3' }, 'mailboxes.ops.kind: the kind of a mailbox must be "imap".'],
    [{ ...OPS, host: 'imap://acme' }, 'mailboxes.ops.host: this is no name or address of a host.'],
    [{ ...OPS, port: 0 }, 'mailboxes.ops.port: '],
    [{ ...OPS, security: 'ssl' }, 'mailboxes.ops.security: the security of a mailbox is'],
    [
      { ...OPS, authservId: undefined },
      'mailboxes.ops.authservId: this is missing: without it no mail is proven',
    ],
    [{ ...OPS, authservId: 'a; spf=pass' }, 'mailboxes.ops.authservId: this is no id of a mail server.'],
    [{ ...OPS, secret: '' }, 'mailboxes.ops.secret: '],
    [{ ...OPS, password: 'x' }, 'mailboxes.ops: unknown key "password".'],
    [{ ...OPS, secret: 'salesforce/prod/billing' }, 'is used already at mailboxes.ops.secret.'],
  ])('%j is refused', (mailbox, sentence) => {
    expect(problems(file(mailbox)).join('\n')).toContain(sentence);
  });
});

describe('a credential', () => {
  test.each([
    [
      { mailbox: 'obs' },
      'credentials.billing.token.mailbox: there is no mailbox "obs". Add it under "mailboxes", or use one of: ops.',
    ],
    [{ mailbox: 'toString' }, 'credentials.billing.token.mailbox: there is no mailbox "toString".'],
    [
      { mailbox: 'ops', sources: ['unchanged'] },
      'credentials.billing.token.sources: a mailbox is named, and mails are no source of tokens.',
    ],
    [
      { allowedSenderDomains: [] },
      'credentials.billing.token.allowedSenderDomains: name at least one domain.',
    ],
    [{ allowedSenderDomains: ['com'] }, 'allowedSenderDomains[0]: this is no domain.'],
    [{ allowedSenderDomains: ['*.salesforce.com'] }, 'this is no domain.'],
    [{ allowedSenderDomains: ['@salesforce.com'] }, 'this is no domain.'],
    [{ allowedSenderDomains: ['salesforce.com.'] }, 'this is no domain.'],
    [{ allowedSenderDomains: ['sаlesforce.com'] }, 'this is no domain.'],
  ])('with token %j is refused', (token, sentence) => {
    expect(problems(file(OPS, token)).join('\n')).toContain(sentence);
  });

  test('gets its domains in lower case', () => {
    const { credentials } = checkConfiguration(file(OPS, { allowedSenderDomains: ['Salesforce.COM'] }));
    expect(credentials.get('billing')?.token.allowedSenderDomains).toEqual(['salesforce.com']);
  });
});
