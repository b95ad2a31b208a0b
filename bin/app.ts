import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { type Configuration, ConfigurationError, readConfiguration } from '../lib/core/config/load.ts';
import { RotationStack } from '../lib/infra/rotation-stack.ts';

/**
 * The CDK app: `cdk deploy -c config=rotation.config.json`. A configuration that
 * cannot be used ends it with one sentence per problem and exit code 1.
 */
function main(): void {
  const app = new App();
  const file: unknown = app.node.tryGetContext('config');
  if (typeof file !== 'string' || file === '') {
    stop('Name the configuration file: -c config=rotation.config.json');
  }
  try {
    const configurationFile = resolve(file);
    const configuration = load(configurationFile);
    new RotationStack(app, 'SalesforceCredentialRotation', { configuration, configurationFile });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    stop(`The configuration ${file} cannot be used:\n${error.message}`);
  }
}

function load(file: string): Configuration {
  return readConfiguration(readText(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new ConfigurationError([
      {
        path: '(file)',
        message: `the file cannot be read (${code}). Give the path of a configuration file: -c config=rotation.config.json`,
      },
    ]);
  }
}

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

main();
