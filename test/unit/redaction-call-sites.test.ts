import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** Where a secret value is handed to an SDK, and how often. */
const REVEALED: Readonly<Record<string, number>> = {
  'lib/adapters/aws-notifier.ts': 1,
  'lib/adapters/client-credentials.ts': 2,
  'lib/adapters/imap-mailbox.ts': 1,
  'lib/adapters/jwt-bearer.ts': 2,
  'lib/adapters/lambda-command-door.ts': 1,
  'lib/adapters/message-forms.ts': 1,
  'lib/adapters/oauth-password-login.ts': 3,
  'lib/adapters/oauth-session.ts': 4,
  'lib/adapters/salesforce-org.ts': 1,
  'lib/adapters/secrets-manager-store.ts': 1,
  'lib/adapters/self-org.ts': 4,
  'lib/adapters/soap-login.ts': 1,
  'lib/adapters/soap-session.ts': 2,
};

/** Where core computes with a secret value, and how often. Each result is redacted again, or says nothing about it. */
const OPENED: Readonly<Record<string, number>> = {
  'lib/core/domain/connection.ts': 1,
  'lib/core/domain/credential-value.ts': 2,
  'lib/core/domain/secret-fields.ts': 2,
  'lib/core/domain/version-ids.ts': 2,
  'lib/core/formats/clear-text.ts': 4,
  'lib/core/formats/envelope.ts': 3,
  'lib/core/intake/pasted-secrets.ts': 5,
  'lib/core/password/policy.ts': 1,
  'lib/core/prompt/prompt-link.ts': 1,
  'lib/core/token-mail/labels.ts': 3,
  'lib/core/token-mail/paste.ts': 3,
};

function sources(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

/** Calls of a method per file. Comments do not call. */
function callSites(files: readonly string[], method: string): Readonly<Record<string, number>> {
  const call = new RegExp(String.raw`\.\s*${method}\s*\(|\[\s*["']${method}["']`, 'g');
  const counted = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const count = text.match(call)?.length ?? 0;
    return count === 0 ? [] : [[file, count] as const];
  });
  return Object.fromEntries(counted);
}

/** One sentence for each file whose count is not the allowed one. */
function differences(
  found: Readonly<Record<string, number>>,
  allowed: Readonly<Record<string, number>>,
  method: string,
) {
  return [...new Set([...Object.keys(found), ...Object.keys(allowed)])]
    .filter((file) => found[file] !== allowed[file])
    .map(
      (file) =>
        `${file} calls .${method}() ${found[file] ?? 0} times where ${allowed[file] ?? 0} are allowed; ` +
        'a secret value must not get out there, or the list in this test needs a reviewed change.',
    );
}

const product = [...sources('lib'), ...sources('lambdas'), ...sources('bin')].filter(
  (file) => file !== 'lib/core/redacted.ts',
);

describe('the ways to a secret value', () => {
  test('reveal() is called in the adapters only, at these places', () => {
    expect(differences(callSites(product, 'reveal'), REVEALED, 'reveal')).toEqual([]);
    expect(Object.keys(REVEALED).every((file) => file.startsWith('lib/adapters/'))).toBe(true);
  });

  test('open() is called in core only, at these places, and by the sandbox', () => {
    const outsideSandbox = product.filter((file) => !file.startsWith('lib/sandbox/'));
    expect(differences(callSites(outsideSandbox, 'open'), OPENED, 'open')).toEqual([]);
    expect(Object.keys(OPENED).every((file) => file.startsWith('lib/core/'))).toBe(true);
  });

  test('no file copies a secret out of the class by other means', () => {
    const text = readFileSync(join(ROOT, 'lib/core/redacted.ts'), 'utf8');
    expect(text.match(/this\.#value/g)).toHaveLength(5);
    expect(text).toContain('readonly #value');
  });

  test('the count sees a call that is there', () => {
    expect(callSites(['lib/adapters/soap-login.ts'], 'reveal')).toEqual({
      'lib/adapters/soap-login.ts': 1,
    });
  });
});
