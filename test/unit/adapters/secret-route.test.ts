import { describe, expect, test } from '@jest/globals';
import { placeInArn, routeOf } from '../../../lib/adapters/secret-route.ts';

const HOME = { region: 'eu-central-1', accountId: '111122223333' };
const FOREIGN = 'arn:aws:secretsmanager:us-west-2:444455556666:secret:crm/salesforce-AbCdEf';
const ROLE = 'arn:aws:iam::444455556666:role/rotation';

describe('the route of a secret', () => {
  test('given by its name is the own account and Region, with no role', () => {
    expect(routeOf('crm/salesforce', HOME, new Map())).toEqual({ ...HOME, roleArn: undefined });
  });

  test('given by an ARN is where the ARN says', () => {
    const place = { region: 'us-west-2', accountId: '444455556666' };
    expect(routeOf(FOREIGN, HOME, new Map())).toEqual({ ...place, roleArn: undefined });
    expect(routeOf(FOREIGN, HOME, new Map([[FOREIGN, ROLE]]))).toEqual({ ...place, roleArn: ROLE });
  });

  test('has the role of that secret only, not of one whose ARN begins alike', () => {
    const roles = new Map([[FOREIGN, ROLE]]);
    expect(routeOf(`${FOREIGN}x`, HOME, roles).roleArn).toBeUndefined();
    expect(routeOf(FOREIGN.slice(0, -7), HOME, roles).roleArn).toBeUndefined();
  });
});

test.each([
  ['arn:aws:sns:eu-central-1:111122223333:rotation', HOME],
  ['arn:aws-cn:sns:cn-north-1:111122223333:rotation', { region: 'cn-north-1', accountId: '111122223333' }],
  ['arn:aws:s3:::bucket', undefined],
  [ROLE, undefined],
  ['arn-like/name', undefined],
  ['', undefined],
])('%s is in %j', (arn, place) => {
  expect(placeInArn(arn)).toEqual(place);
});
