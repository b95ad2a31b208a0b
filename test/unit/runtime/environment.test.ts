import { describe, expect, test } from '@jest/globals';
import {
  advanceEnvironment,
  EnvironmentError,
  intakeEnvironment,
  mailEnvironment,
  readEnvironment,
  rotateEnvironment,
  watchEnvironment,
  widgetEnvironment,
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

describe('the environment of the widget', () => {
  const { AWS_REGION, LEDGER_TABLE } = COMPLETE;
  const FEW = {
    AWS_REGION,
    LEDGER_TABLE,
    WATCH_FUNCTION_ARN: 'arn:aws:lambda:eu-central-1:111122223333:function:watch',
  };

  test('has neither queue nor topic nor bus', () => {
    const ROTATION_CONFIG = 'rotation.config.json';
    expect(readEnvironment(widgetEnvironment, { ...COMPLETE, ...FEW })).toEqual({ ...FEW, ROTATION_CONFIG });
  });

  test.each(Object.keys(FEW))('without %s says which variable is missing', (variable) => {
    const read = () => readEnvironment(widgetEnvironment, { ...FEW, [variable]: undefined });
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

describe('the environment of the prompt page', () => {
  const { AWS_REGION, LEDGER_TABLE } = COMPLETE;
  const FEW = { AWS_REGION, LEDGER_TABLE, COMMAND_FUNCTION: 'watch' };

  test('has neither queue nor topic nor bus', () => {
    const ROTATION_CONFIG = 'rotation.config.json';
    expect(readEnvironment(intakeEnvironment, { ...COMPLETE, ...FEW })).toEqual({
      ...FEW,
      ROTATION_CONFIG,
      BASE_PATH: '',
    });
  });

  test.each(Object.keys(FEW))('without %s says which variable is missing', (variable) => {
    const read = () => readEnvironment(intakeEnvironment, { ...FEW, [variable]: undefined });
    expect(read).toThrow(`The function's environment is incomplete. ${variable}: `);
  });

  test.each(['', '/rotation', '/a/b-c_d.e'])('takes %j as a base path', (BASE_PATH) => {
    expect(readEnvironment(intakeEnvironment, { ...FEW, BASE_PATH })).toMatchObject({ BASE_PATH });
  });

  test.each(['rotation', '/', '/rotation/', '//evil', '/a b', '/a?b'])('refuses %j as one', (BASE_PATH) => {
    expect(() => readEnvironment(intakeEnvironment, { ...FEW, BASE_PATH })).toThrow(
      'BASE_PATH: this is no path',
    );
  });
});
