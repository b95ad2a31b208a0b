import { expect, test } from '@jest/globals';
import { tokenMailbox } from '../../../../lib/core/prompt/token-mailbox.ts';

test.each([
  ['billing@acme.example', 'b•••@acme.example', true],
  ['b@acme.example', '•••@acme.example', true],
  ['é.billing@acme.example', 'é•••@acme.example', true],
  ['"odd@name"@acme.example', '"•••@acme.example', true],
  ['billing@acme.example.invalid', 'b•••@acme.example.invalid', false],
  ['billing@acme.example.INVALID', 'b•••@acme.example.INVALID', false],
])('%s is shown as %s', (email, masked, reachable) => {
  expect(tokenMailbox(email)).toEqual({ masked, reachable });
});

test.each([undefined, '', 'no address'])('%s is no mailbox', (email) => {
  expect(tokenMailbox(email)).toBeUndefined();
});
