import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ConfigurationError, readConfigurationInput } from '../lib/core/config/load.ts';
import { RotationStack } from '../lib/infra/rotation-stack.ts';

/**
 * The CDK app: `cdk deploy -c config=rotation.config.json`. With
 * `-c mailRecipients=tokens@acme.com,…` SES receives the mails with tokens, and
 * `-c managedPolicyQuota=20` says that this account's quota was raised. A
 * configuration that cannot be used ends the app with one sentence per problem and
 * exit code 1.
 */
function main(): void {
  const app = new App();
  const file = textContext(app, 'config');
  if (file === '') stop('Name the configuration file: -c config=rotation.config.json');
  const recipients = textContext(app, 'mailRecipients');
  const quota = textContext(app, 'managedPolicyQuota');
  try {
    new RotationStack(app, 'SalesforceCredentialRotation', {
      configuration: readConfigurationInput(readText(resolve(file))),
      rotation: {
        mail: recipients === '' ? undefined : { recipients: recipients.split(',') },
        managedPolicyQuota: quota === '' ? undefined : Number(quota),
      },
    });
    // Here and not at the end of the process, because the rest of what can be wrong is found by it.
    app.synth();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    stop(`The configuration ${file} cannot be used:\n${error.message}`);
  }
}

function textContext(app: App, key: string): string {
  const value: unknown = app.node.tryGetContext(key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
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
