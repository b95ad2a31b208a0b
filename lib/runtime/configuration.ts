import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Configuration, readConfiguration } from '../core/config/load.ts';
import type { Environment } from './environment.ts';
import type { Platform } from './platform.ts';

/**
 * The configuration file in the function's bundle.
 *
 * @throws ConfigurationError when it cannot be used.
 */
export function loadConfiguration(
  environment: Pick<Environment, 'ROTATION_CONFIG' | 'ROTATION_REFERENCES'>,
  platform: Pick<Platform, 'variables'>,
): Configuration {
  const root = platform.variables['LAMBDA_TASK_ROOT'] ?? process.cwd();
  const text = readFileSync(resolve(root, environment.ROTATION_CONFIG), 'utf8');
  return readConfiguration(text, environment.ROTATION_REFERENCES);
}
