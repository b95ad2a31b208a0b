import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fleet, RAISED_POLICY_QUOTA } from './fleet.ts';
import { medianOf } from './median.ts';

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROUNDS = 5;

interface Case {
  readonly credentials: number;
  /** Of each credential. */
  readonly integrations: number;
}

/** The last shows that it is credentials by which a template grows, and not integrations. */
const CASES: readonly Case[] = [
  { credentials: 1, integrations: 5 },
  { credentials: 10, integrations: 5 },
  { credentials: 100, integrations: 5 },
  { credentials: 10, integrations: 50 },
];

interface Synthesis {
  readonly resources: number;
  readonly templateBytes: number;
  readonly milliseconds: number;
}

/**
 * Runs `bin/app.ts` as `cdk synth` does, bundling included, each time in a process
 * of its own. The cases take turns, so that noise on the machine hits all alike.
 *
 * - `templateBytes`: of the file that CloudFormation gets.
 * - `synthMs`: the median; `synthRatio`, `resourceRatio` and `bytesRatio`: over the first case.
 * - `bytesPerCredential`: what one more credential adds to the first case.
 */
export async function* benchSynth(): AsyncGenerator<object> {
  const rounds = Array.from({ length: ROUNDS }, () => CASES.map(synthesize));
  const [first, ...others] = CASES.map((_, index) =>
    medianSynthesis(rounds.flatMap((round) => round[index] ?? [])),
  );
  if (first === undefined) return;
  for (const [index, measured] of [first, ...others].entries()) {
    const { credentials = 0, integrations } = CASES[index] ?? {};
    yield {
      bench: 'synth',
      credentials,
      integrations,
      resources: measured.resources,
      templateBytes: measured.templateBytes,
      synthMs: Math.round(measured.milliseconds),
      synthRatio: ratio(measured.milliseconds, first.milliseconds),
      resourceRatio: ratio(measured.resources, first.resources),
      bytesRatio: ratio(measured.templateBytes, first.templateBytes),
      bytesPerCredential:
        credentials === 1
          ? null
          : Math.round((measured.templateBytes - first.templateBytes) / (credentials - 1)),
    };
  }
}

/** @throws Error with what the app printed when it fails. */
function synthesize({ credentials, integrations }: Case): Synthesis {
  const directory = mkdtempSync(join(tmpdir(), 'sfrotate-synth-'));
  try {
    const config = join(directory, 'rotation.config.json');
    writeFileSync(config, JSON.stringify(fleet(credentials, integrations)));
    const output = join(directory, 'cdk.out');
    const startedAt = performance.now();
    runApp({ ...projectContext(), config, managedPolicyQuota: RAISED_POLICY_QUOTA }, output);
    const milliseconds = performance.now() - startedAt;
    const template = join(output, 'SalesforceCredentialRotation.template.json');
    const { Resources } = JSON.parse(readFileSync(template, 'utf8')) as { readonly Resources: object };
    return {
      resources: Object.keys(Resources).length,
      templateBytes: statSync(template).size,
      milliseconds,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The CDK CLI passes the context and the output folder by environment, too. */
function runApp(context: object, output: string): void {
  const { status, stderr } = spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  if (status !== 0) throw new Error(`the app could not be synthesized:\n${stderr}`);
}

function projectContext(): object {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')).context;
}

function medianSynthesis(syntheses: readonly Synthesis[]): Synthesis {
  const [{ resources, templateBytes } = { resources: Number.NaN, templateBytes: Number.NaN }] = syntheses;
  return {
    resources,
    templateBytes,
    milliseconds: medianOf(syntheses.map(({ milliseconds }) => milliseconds)),
  };
}

function ratio(value: number, to: number): number {
  return Number((value / to).toFixed(2));
}
