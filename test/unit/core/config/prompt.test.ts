import { describe, expect, test } from '@jest/globals';
import { billingCredential } from '../../../support/billing.ts';
import { type Break, billing, broken } from './broken.ts';

const MAIL = { from: 'rotation@acme.example', to: ['owner@acme.example'] };

describe('how people are asked', () => {
  test('needs no word in the configuration', () => {
    const { prompt, lockout } = billingCredential();
    expect(prompt).toEqual({ expiresAfter: 86_400, language: 'en' });
    expect(lockout.unlock).toBe(false);
  });

  test('is read as written, with times in seconds', () => {
    const { prompt } = billingCredential({
      prompt: { expiresAfter: '6h', language: 'ja', mail: MAIL, escalate: { after: '2h' } },
    });
    expect(prompt).toEqual({
      expiresAfter: 21_600,
      language: 'ja',
      mail: MAIL,
      escalate: { after: 7_200, to: [] },
    });
  });

  test('may be by mail to more people after a while', () => {
    const escalate = { after: '2h', to: ['lead@acme.example'] };
    expect(billingCredential({ prompt: { mail: MAIL, escalate } }).prompt.escalate?.to).toEqual(escalate.to);
  });
});

const NO_ADDRESS = 'this is no mail address. Write for example "owner@acme.com".';

test.each<[string, Break, string]>([
  ['another language', billing('prompt.language', 'fr'), 'prompt.language: a language is one of "en", "ja".'],
  ['no mail address', billing('prompt.mail', { ...MAIL, from: 'acme' }), `prompt.mail.from: ${NO_ADDRESS}`],
  [
    'a name with the address',
    billing('prompt.mail', { ...MAIL, to: ['A <a@b.example>'] }),
    `prompt.mail.to[0]: ${NO_ADDRESS}`,
  ],
  [
    'a header in the address',
    billing('prompt.mail', { ...MAIL, to: ['a@b.example\nBcc: c@d.example'] }),
    `prompt.mail.to[0]: ${NO_ADDRESS}`,
  ],
  [
    'nobody to mail to',
    billing('prompt.mail', { ...MAIL, to: [] }),
    'prompt.mail.to: name at least one mail address.',
  ],
  [
    'nowhere to mail from',
    billing('prompt.escalate', { after: '2h', to: ['lead@acme.example'] }),
    'prompt.escalate.to: mails are to be sent, and "prompt.mail" does not say from where. Add it, or take the addresses out.',
  ],
  [
    'a key that is not known',
    billing('prompt', { expireAfter: '6h' }),
    'prompt: unknown key "expireAfter". Did you mean "expiresAfter"?',
  ],
  [
    'no duration',
    billing('prompt.expiresAfter', 'soon'),
    'prompt.expiresAfter: "soon" is no duration. Write for example "30 days" or "4h".',
  ],
])('%s is refused', (_name, change, sentence) => {
  expect(broken(change)).toEqual([`credentials.billing.${sentence}`]);
});
