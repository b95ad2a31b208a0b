import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { configurationJsonSchema, readConfiguration } from '../../lib/core/config/load.ts';
import { EXAMPLE_FILE, PROJECT_ROOT } from './example.ts';

test('the published JSON Schema is the one of the code (else: npm run schema)', () => {
  const published: unknown = JSON.parse(readFileSync(`${PROJECT_ROOT}/docs/rotation.schema.json`, 'utf8'));
  expect(published).toEqual(JSON.parse(JSON.stringify(configurationJsonSchema())));
});

test('the published example is a usable configuration', () => {
  const { credentials } = readConfiguration(readFileSync(EXAMPLE_FILE, 'utf8'));
  expect(credentials.get('billing')?.integrations).toHaveLength(3);
});
