import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Journey } from './journey.ts';
import { MachineLacks } from './machine.ts';
import { createRunDirectory, openStage, type Stage } from './stage.ts';
import { StepFailed, Steps } from './steps.ts';
import { virtualEnvironment } from './virtual-environment.ts';

const HELP = `Usage: npm run test:deploy [-- OPTIONS]

Deploys the service with the real CDK CLI into an emulator of AWS on this machine,
runs one rotation through the deployed functions against the sandbox's org, changes
a password and a secret behind the service's back, deploys a change, and destroys the
stack. Progress is on standard error; the last line on standard output is a JSON object.

  --keep   do not destroy the stack, and leave everything running until Ctrl-C
  --help   show this

Needs Python 3.10 or later and openssl. What it downloads and writes is in .cache/deploy.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, keep: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const runDirectory = createRunDirectory();
  const steps = new Steps();
  try {
    await deployRotateDestroy(steps, runDirectory, values.keep === true);
    rmSync(runDirectory, { recursive: true, force: true });
    return 0;
  } catch (error) {
    return explain(error, steps, runDirectory);
  }
}

async function deployRotateDestroy(steps: Steps, runDirectory: string, keep: boolean): Promise<void> {
  const environment = await steps.run('install', 'MiniStack and the AWS CLI, into .cache/deploy/venv', () =>
    virtualEnvironment(join(runDirectory, 'install.log')),
  );
  await using stage = await steps.run('start', 'the emulator, the org, its mail, and Secrets Manager', () =>
    openStage(environment, runDirectory),
  );
  const journey = new Journey(stage);
  try {
    await steps.run('bootstrap', 'cdk bootstrap', () => journey.bootstrap());
    await steps.run('seed', 'the secrets that the deployment refers to', () => journey.seed());
    await steps.run('deploy', 'cdk deploy; nothing rotates', () => journey.deploy());
    await steps.run('mail', 'the mail function gets what SES receives', () => journey.connectMail());
    await steps.run('rotate', 'rotate-now, the token mail, four steps, the swap', () => journey.rotate());
    await steps.run('prove', 'integrations log in, the old credential is refused', () => journey.prove());
    await steps.run('notice', 'somebody changes the password; the watch tells it and sets another', () =>
      journey.notice(),
    );
    await steps.run('edit', 'somebody edits the credential secret; the integrations follow', () =>
      journey.edit(),
    );
    await steps.run('look', 'the dashboard draws the credential', () => journey.look());
    await steps.run('guard', 'not even an administrator reads the draft', () => journey.guard());
    await steps.run('update', 'cdk deploy of a change; nothing rotates', () => journey.update());
    await steps.run('prompt', 'a person opens the page, presses Start, pastes the mail', () =>
      journey.prompt(),
    );
    if (!keep) await steps.run('destroy', 'cdk destroy; ledger and secrets stay', () => journey.destroy());
    report({
      deployed: true,
      rotated: true,
      noticed: true,
      edited: true,
      updated: true,
      prompted: true,
      destroyed: !keep,
      steps: steps.timings,
    });
  } catch (error) {
    if (keep) process.stderr.write(`${reasonOf(error)}\n`);
    throw error;
  } finally {
    if (keep) await untilInterrupted(stage);
  }
}

async function untilInterrupted({ emulator, runDirectory }: Stage): Promise<void> {
  const settings = Object.entries(emulator.environment).filter(([name]) => /^(AWS|NODE)_/.test(name));
  const exports = settings.map(([name, value]) => `export ${name}=${value}\n`).join('');
  process.stderr.write(`All of it runs until Ctrl-C; the logs are in ${runDirectory}.\n${exports}`);
  await once(process, 'SIGINT');
}

function explain(error: unknown, steps: Steps, runDirectory: string): number {
  const lacking = error instanceof StepFailed ? error.cause : error;
  if (lacking instanceof MachineLacks) {
    rmSync(runDirectory, { recursive: true, force: true });
    process.stderr.write(`${lacking.message}\n`);
    report({ skipped: lacking.message });
    // Where nobody reads the sentence, a test that was skipped is a test that failed.
    return ['', 'false', '0'].includes(process.env['CI'] ?? '') ? 0 : 1;
  }
  const step = error instanceof StepFailed ? error.step : 'unknown';
  process.stderr.write(`${reasonOf(error)}\nThe logs are in ${runDirectory}.\n`);
  report({ deployed: false, failedStep: step, logs: runDirectory, steps: steps.timings });
  return 1;
}

function reasonOf(error: unknown): string {
  if (error instanceof StepFailed) return `${error.message}\n${reasonOf(error.cause)}`;
  return error instanceof Error ? error.message : String(error);
}

function report(outcome: object): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

// What was started ends with the process, also when a signal ends it; with --keep, Ctrl-C is how the run ends.
process.on('SIGTERM', () => process.exit(143));
process.on('SIGHUP', () => process.exit(129));
if (!process.argv.includes('--keep')) process.on('SIGINT', () => process.exit(130));
process.exitCode = await main();
