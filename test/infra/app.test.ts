import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfiguration } from '../../lib/core/config/load.ts';
import { FUNCTION_NAMES } from '../../lib/infra/bundle-limits.ts';
import { EXAMPLE_FILE, exampleConfiguration, PROJECT_ROOT } from './example.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sfrotate-app-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the app as the CDK CLI does: context and output folder by environment. */
function runApp(context: Record<string, unknown>) {
  const output = mkdtempSync(join(directory, 'cdk.out-'));
  const run = spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_OUTDIR: output,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  return { ...run, output };
}

function textFile(content: string | Uint8Array): string {
  const path = join(directory, 'rotation.config.json');
  writeFileSync(path, content);
  return path;
}

function configurationFile(content: unknown): string {
  return textFile(JSON.stringify(content));
}

const MANY = Array.from({ length: 900 }, (_, index) => ({
  secret: `integration-${index}/salesforce`,
  format: 'json' as const,
}));

describe('a configuration that cannot be used stops the app with a sentence', () => {
  const misspelt = {
    ...exampleConfiguration(),
    credentials: { billing: { ...exampleConfiguration().credentials['billing'], integratoins: [] } },
  };

  test.each([
    [
      'a missing file',
      () => join(directory, 'none.json'),
      /\(file\): there is no such file \(ENOENT\)\. Give/,
    ],
    [
      'a file in another encoding',
      () => textFile(Buffer.from('{"orgs":{}}', 'utf16le').fill(0xff, 0, 1)),
      /\(file\): the file is not UTF-8 text\. Save it as UTF-8\./,
    ],
    [
      'a key that is there twice',
      () => textFile('{"orgs":{},\n"orgs":{},"credentials":{}}'),
      /^orgs: this key is written on line 1 and again on line 2/m,
    ],
    [
      'an unknown key',
      () => configurationFile(misspelt),
      /credentials\.billing: .*"integratoins".*"integrations"/,
    ],
    [
      'an interval that Secrets Manager cannot keep',
      () => configurationFile(exampleConfiguration({ schedule: { every: '3h' } })),
      /credentials\.billing\.schedule\.every: /,
    ],
    [
      'more secrets than the policies hold, which only the synthesis finds',
      () => configurationFile(exampleConfiguration({ integrations: MANY })),
      /credentials\.billing\.integrations\[\d+\]\.secret: .*envelope/,
    ],
    [
      'no name of a file',
      () => '',
      /^-c config: name the configuration file: -c config=rotation\.config\.json/,
    ],
  ])('%s', (_name, file, sentence) => {
    const run = runApp({ config: file() });
    expect(run.stderr).toMatch(sentence);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(run.status).toBe(1);
    expect(run.stdout).toBe('');
    expect(readdirSync(run.output)).not.toContain('manifest.json');
  });
});

describe('what the context says beside the file', () => {
  function synthesized(context: Record<string, unknown>): string {
    const run = runApp({ config: EXAMPLE_FILE, 'aws:cdk:bundling-stacks': [], ...context });
    expect(run.stderr).toBe('');
    return readFileSync(join(run.output, 'SalesforceCredentialRotation.template.json'), 'utf8');
  }

  test('recipients have SES receive the mails', () => {
    const { Resources } = JSON.parse(synthesized({ mailRecipients: 'tokens@acme.com,mail.acme.com' }));
    const rules = Object.values<{ Type: string; Properties: { Rule: { Recipients: unknown } } }>(Resources);
    const [rule] = rules.filter(({ Type }) => Type === 'AWS::SES::ReceiptRule');
    expect(rule?.Properties.Rule.Recipients).toEqual(['tokens@acme.com', 'mail.acme.com']);
  });

  test('a misspelt key is refused, because the CDK would pass over it', () => {
    const run = runApp({ config: EXAMPLE_FILE, mailRecipient: 'tokens@acme.com' });
    expect(run.stderr).toBe(
      '-c mailRecipient: this is no key that the app knows. Did you mean -c mailRecipients=...?\n',
    );
    expect(run.status).toBe(1);
  });

  test.each(['many', 21])(
    'a quota of managed policies of %s is refused with a sentence',
    (managedPolicyQuota) => {
      const run = runApp({ config: EXAMPLE_FILE, managedPolicyQuota });
      expect(run.stderr).toMatch(/managedPolicyQuota: this must be a whole number from 0 to 20/);
      expect(run.stderr).not.toMatch(/^\s+at /m);
      expect(run.status).toBe(1);
    },
  );
});

test('`cdk synth` of a fresh clone makes the example, each function bundled with the configuration', () => {
  const output = join(directory, 'example');
  const cdk = join(PROJECT_ROOT, 'node_modules/.bin/cdk');
  const synth = ['synth', '--quiet', '--no-notices', '--output', output, '-c', 'promptPage=on'];
  const run = spawnSync(cdk, synth, {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    // No account, no region, no settings of whoever runs the test.
    env: { PATH: `${join(PROJECT_ROOT, 'node_modules/.bin')}:${process.env['PATH']}`, HOME: directory },
  });
  expect(run.stderr).not.toMatch(/warning|error|deprecated/i);
  expect(run.status).toBe(0);
  const bundles = readdirSync(output).filter((name) => name.startsWith('asset.'));
  expect(bundles).toHaveLength(FUNCTION_NAMES.length);
  for (const bundle of bundles) {
    expect(existsSync(join(output, bundle, 'index.mjs'))).toBe(true);
    expect(readConfiguration(readFileSync(join(output, bundle, 'rotation.config.json'), 'utf8'))).toEqual(
      readConfiguration(readFileSync(EXAMPLE_FILE, 'utf8')),
    );
  }
});
