import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { STACK_NAME } from '../lib/core/config/deployed-names.ts';
import { utf8Text } from '../lib/core/config/json-file.ts';
import { ConfigurationError, readConfigurationInput } from '../lib/core/config/load.ts';
import { type AppContext, readAppContext } from '../lib/infra/app-context.ts';
import { RotationStack } from '../lib/infra/rotation-stack.ts';

/**
 * The CDK app: `cdk deploy -c config=rotation.config.json`. With
 * `-c mailRecipients=tokens@acme.com,…` SES receives the mails with tokens, which
 * `-c mailDelivery=bucket` has stored for the function instead of sent to it, and
 * `-c managedPolicyQuota=20` says that this account's quota was raised. The prompt
 * page gets a domain of yours by `-c promptDomain=… -c promptCertificate=arn:…`, and
 * `-c promptPage=off` is none. What cannot be used ends the app with one sentence
 * per problem and exit code 1.
 */
function main(): void {
  const app = new App();
  const context = orStop('', () => readAppContext(app.node.getAllContext()));
  orStop(`The configuration ${context.file} cannot be used:\n`, () => synthesize(app, context));
}

function synthesize(
  app: App,
  { file, recipients, mailDelivery: delivery, managedPolicyQuota, promptPage }: AppContext,
): void {
  new RotationStack(app, STACK_NAME, {
    configuration: readConfigurationInput(readText(resolve(file))),
    rotation: {
      mail: recipients === undefined ? undefined : { recipients, delivery },
      managedPolicyQuota,
      promptPage,
    },
  });
  // Here and not at the end of the process, because the rest of what can be wrong is found by it.
  app.synth();
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder and not a file',
  EACCES: 'you may not read this file',
};

function readText(path: string): string {
  const text = utf8Text(readBytes(path));
  if (text === undefined) throw fileProblem('the file is not UTF-8 text. Save it as UTF-8.');
  return text;
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    const what = UNREADABLE[code] ?? 'the file cannot be read';
    throw fileProblem(
      `${what} (${code}). Give the path of a configuration file: -c config=rotation.config.json`,
    );
  }
}

function fileProblem(message: string): ConfigurationError {
  return new ConfigurationError([{ path: '(file)', message }]);
}

function orStop<Result>(opening: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${opening}${error.message}\n`);
    process.exit(1);
  }
}

main();
