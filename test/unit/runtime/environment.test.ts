import { describe, expect, test } from '@jest/globals';
import {
  advanceEnvironment,
  EnvironmentError,
  mailEnvironment,
  readEnvironment,
  rotateEnvironment,
  watchEnvironment,
} from '../../../lib/runtime/environment.ts';

const COMPLETE = {
  AWS_REGION: 'eu-central-1',
  LEDGER_TABLE: 'ledger',
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111122223333/pokes',
  TOPIC_ARN: 'arn:aws:sns:eu-central-1:111122223333:people',
};
const SCHEMAS = [
  ['rotate', rotateEnvironment],
  ['advance', advanceEnvironment],
  ['watch', watchEnvironment],
  ['mail', mailEnvironment],
] as const;

describe.each(SCHEMAS)('the environment of %s', (_name, schema) => {
  test('is complete with these, and has defaults for the rest', () => {
    expect(readEnvironment(schema, { ...COMPLETE, PATH: '/bin' })).toEqual({
      ...COMPLETE,
      ROTATION_CONFIG: 'rotation.config.json',
      EVENT_BUS: 'default',
    });
  });

  test.each(Object.keys(COMPLETE))('without %s says which variable is missing', (variable) => {
    const read = () => readEnvironment(schema, { ...COMPLETE, [variable]: undefined });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(`The function's environment is incomplete. ${variable}: `);
  });
});

describe('a variable that is malformed', () => {
  test.each([
    ['QUEUE_URL', 'pokes'],
    ['LEDGER_TABLE', ''],
    ['AWS_ENDPOINT_URL_DYNAMODB', 'here'],
    ['EVENT_BUS', ''],
  ])('%s=%j is named', (variable, value) => {
    expect(() => readEnvironment(rotateEnvironment, { ...COMPLETE, [variable]: value })).toThrow(
      `${variable}: `,
    );
  });

  test('and another that is missing are named at once', () => {
    const { TOPIC_ARN: _missing, ...rest } = COMPLETE;
    expect(() => readEnvironment(rotateEnvironment, { ...rest, QUEUE_URL: 'x' })).toThrow(
      /QUEUE_URL: .*; TOPIC_ARN: /,
    );
  });
});
