import { expect, test } from '@jest/globals';
import { canBeSameSecret } from '../../../../lib/core/config/same-secret.ts';

const HERE = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:';
const THERE = 'arn:aws:secretsmanager:eu-central-1:444455556666:secret:';
const WEST = 'arn:aws:secretsmanager:us-west-2:111122223333:secret:';

test.each([
  ['a name and itself', 'salesforce/billing', 'salesforce/billing', true],
  ['a name and its ARN', 'salesforce/billing', `${HERE}salesforce/billing-AbCdEf`, true],
  ['a name and an ARN without a suffix', 'salesforce/billing', `${HERE}salesforce/billing`, true],
  ['a name that ends like a suffix, and its ARN', 'billing-AbCdEf', `${HERE}billing-AbCdEf-123456`, true],
  ['an ARN and itself', `${HERE}billing-AbCdEf`, `${HERE}billing-AbCdEf`, true],
  ['an ARN with and without its suffix', `${HERE}billing-AbCdEf`, `${HERE}billing`, true],
  ['two names', 'salesforce/billing', 'salesforce/worker', false],
  ['two names of which one ends like a suffix', 'billing', 'billing-AbCdEf', false],
  ['a name that another begins with', 'salesforce/billing', `${HERE}salesforce/billing/draft-AbCdEf`, false],
  ['a name that another ends with', 'billing', `${HERE}salesforce/billing-AbCdEf`, false],
  [
    'a secret and one that followed it by the same name',
    `${HERE}billing-AbCdEf`,
    `${HERE}billing-123456`,
    false,
  ],
  ['the same name in another account', `${HERE}billing-AbCdEf`, `${THERE}billing-AbCdEf`, false],
  ['the same name in another Region', `${HERE}billing`, `${WEST}billing-AbCdEf`, false],
  [
    'a name and an ARN of something else',
    'billing',
    'arn:aws:lambda:eu-central-1:111122223333:function:billing',
    false,
  ],
])('%s', (_what, one, other, can) => {
  expect(canBeSameSecret(one, other)).toBe(can);
  expect(canBeSameSecret(other, one)).toBe(can);
});
