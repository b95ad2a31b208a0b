import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { RotationFunction } from '../../lib/infra/rotation-function.ts';
import { EnvironmentError, rotateEnvironment } from '../../lib/runtime/environment.ts';

const COMPLETE = {
  LEDGER_TABLE: 'ledger',
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111122223333/pokes',
  TOPIC_ARN: 'arn:aws:sns:eu-central-1:111122223333:rotation',
};

function deploy(environment: Record<string, string>): void {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
  new RotationFunction(stack, 'Rotate', {
    name: 'rotate',
    description: 'The four steps.',
    environmentSchema: rotateEnvironment,
    environment,
  });
}

describe('the environment is checked against the schema that the function reads it with', () => {
  test('a complete one passes', () => {
    expect(() => deploy(COMPLETE)).not.toThrow();
  });

  test.each(Object.keys(COMPLETE))('%s may not be missing', (name) => {
    const { [name as keyof typeof COMPLETE]: _left, ...rest } = COMPLETE;
    expect(() => deploy(rest)).toThrow(EnvironmentError);
    expect(() => deploy(rest)).toThrow(name);
  });

  test('a malformed one is refused', () => {
    expect(() => deploy({ ...COMPLETE, QUEUE_URL: 'pokes' })).toThrow(/QUEUE_URL/);
  });

  test('a variable that the function does not read is refused', () => {
    expect(() => deploy({ ...COMPLETE, LEDGER_TABEL: 'ledger' })).toThrow(/does not read LEDGER_TABEL/);
  });
});
