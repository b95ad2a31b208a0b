import { describe, expect, test } from '@jest/globals';
import type { StoredMail } from '../../../lib/sandbox/mailbox.ts';
import type { Notification, OutgoingMail } from '../../../lib/sandbox/messaging/messages.ts';
import { inboxPage } from '../../../lib/sandbox/serve/pages/inbox-page.ts';

function mail(raw: string, more: Partial<StoredMail> = {}): StoredMail {
  const common = {
    id: '1',
    from: 'support@salesforce.com',
    to: ['billing@acme.com'],
    authentic: true,
    tries: 0,
  };
  return { ...common, receivedAt: '2026-11-02T08:00:00.000Z', raw, ...more };
}

function notification(text: string, at: string): Notification {
  const topicArn = 'arn:aws:sns:eu-central-1:000000000000:rotation';
  return { topicArn, subject: 'Token Requested', message: '{}', forms: { email: text }, attributes: {}, at };
}

interface Contents {
  readonly mails?: readonly StoredMail[];
  readonly notifications?: readonly Notification[];
  readonly sent?: readonly OutgoingMail[];
}

function page({ mails = [], notifications = [], sent = [] }: Contents): Promise<string> {
  return inboxPage({ mailbox: { mails }, messages: { notifications, mails: sent } } as never);
}

/** Headings, in the order in which they are shown. */
function subjects(html: string): readonly string[] {
  return [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, subject = '']) => subject);
}

describe('the inbox', () => {
  test('has the mails of users and the messages to the owner, newest first', async () => {
    const html = await page({
      mails: [mail('Subject: First\r\n\r\nHello', { receivedAt: '2026-11-02T08:00:00.000Z' })],
      notifications: [notification('Second', '2026-11-02T08:01:00.000Z')],
      sent: [
        {
          from: 'rotation@acme.com',
          to: ['owner@acme.com'],
          subject: 'Third',
          text: 'By SES',
          html: '',
          at: '2026-11-02T08:02:00.000Z',
        },
      ],
    });
    expect(subjects(html)).toEqual(['Third', 'Token Requested', 'First']);
    for (const text of ['By SES', 'owner@acme.com', 'the topic “rotation”', 'Hello'])
      expect(html).toContain(text);
  });

  test('shows a mail as its reader sees it', async () => {
    const encoded = Buffer.from('<p>Tok&amp;en: ABC<br>Grüße</p>').toString('base64');
    const raw = `Subject: =?utf-8?B?${Buffer.from('新しい').toString('base64')}?=\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`;
    const html = await page({ mails: [mail(raw)] });
    expect(subjects(html)).toEqual(['新しい']);
    expect(html).toContain('Tok&amp;en: ABC');
    expect(html).toContain('Grüße');
  });

  test('shows markup in a mail as text, wherever it stands', async () => {
    const evil = '<script>alert(1)</script>';
    const html = await page({
      mails: [mail(`Subject: ${evil}\r\n\r\n${evil}`, { from: evil, to: [evil] })],
      notifications: [notification(`http://x.example/"onclick="x ${evil}`, '2026-11-02T08:01:00.000Z')],
    });
    expect(html).not.toContain('<script');
    expect(html).not.toContain('"onclick');
    expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(5);
  });

  test('makes the addresses of web pages links, and nothing else', async () => {
    const html = await page({
      notifications: [
        notification(
          'See (http://a.example/p/x_-9). javascript:alert(1) ftp://b.example',
          '2026-11-02T08:01:00.000Z',
        ),
      ],
    });
    expect([...html.matchAll(/<pre>[\s\S]*?<\/pre>/g)].join()).toContain(
      '(<a href="http://a.example/p/x_-9">http://a.example/p/x_-9</a>). javascript:alert(1) ftp://b.example',
    );
  });

  test('says where a mail is not from whom it says', async () => {
    expect(await page({ mails: [mail('Subject: x\r\n\r\ny', { authentic: false })] })).toContain(
      'support@salesforce.com (not authentic)',
    );
  });

  test('says when it is empty', async () => {
    expect(await page({})).toContain('Nothing has come yet.');
  });
});
