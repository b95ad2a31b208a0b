import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Redacted } from '../../../../lib/core/redacted.ts';
import { type PastedTokenProblem, readPastedToken } from '../../../../lib/core/token-mail/paste.ts';
import { englishText, fullWidthText } from '../../../fixtures/token-mails/mails.ts';

const TOKEN = 'AbCdEfGhIjKlMnOpQrStUvWx';
const MAIL = englishText({ username: 'Billing@acme.com', token: TOKEN });
const paste = (text: string) => readPastedToken(Redacted.of(text));

describe('readPastedToken', () => {
  test.each([
    ['bare', TOKEN],
    ['blanks around', `  ${TOKEN}\r\n`],
    ['broken over lines', `${TOKEN.slice(0, 12)}\n  ${TOKEN.slice(12)}`],
    ['invisible characters', `\ufeff\u200b${TOKEN.slice(0, 5)}\u200b${TOKEN.slice(5)}\u00a0\u2060`],
    ['in groups', TOKEN.replace(/.{4}/g, '$& ')],
  ])('takes a token: %s', (_name, text) => {
    const pasted = paste(text);
    expect(pasted).toMatchObject({ kind: 'token', usernames: [] });
    expect(pasted.kind === 'token' && pasted.token.reveal()).toBe(TOKEN);
  });

  test.each([
    ['English', MAIL],
    ['Japanese', fullWidthText({ username: 'billing@ACME.com', token: TOKEN })],
    ['quoted', MAIL.replace(/^/gm, '> ')],
    ['with headers', `From: Salesforce <support@salesforce.com>\nSubject: token\n\n${MAIL}`],
  ])('takes the token out of a whole mail, and says whose it is: %s', (_name, text) => {
    const pasted = paste(text);
    expect(pasted).toMatchObject({ kind: 'token', usernames: ['billing@acme.com'] });
    expect(pasted.kind === 'token' && pasted.token.reveal()).toBe(TOKEN);
  });

  test.each<[string, PastedTokenProblem]>([
    ['', 'empty'],
    [' \u200b\n', 'empty'],
    ['AbC123', 'wrong-length'],
    [TOKEN + TOKEN, 'wrong-length'],
    ['x'.repeat(300_000), 'wrong-length'],
    ['S3cret!Passw0rd<>#-Salesforce', 'wrong-characters'],
    ['ＡｂＣｄＥｆＧｈＩｊＫｌＭｎＯｐＱｒＳｔＵｖ', 'wrong-characters'],
    [`\u202e${TOKEN}`, 'wrong-characters'],
    ['Please use the one from before', 'looks-like-words'],
    ['Username: billing@acme.com', 'whole-mail-without-token'],
    ['Security token (case-sensitive):', 'whole-mail-without-token'],
    [`${MAIL}\nSecurity token (case-sensitive): ${TOKEN}1`, 'whole-mail-with-two-tokens'],
  ])('says what is wrong: %j', (text, problem) => {
    expect(paste(text)).toEqual({ kind: 'problem', problem });
  });

  test('answers anything, and takes only letters and digits that were there', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 20, maxLength: 40 })),
        (text) => {
          const pasted = paste(text);
          if (pasted.kind === 'problem') return;
          const token = pasted.token.reveal();
          expect(token).toMatch(/^[A-Za-z0-9]{20,32}$/);
          expect(text.replace(/[^A-Za-z0-9]/g, '')).toContain(token);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
