import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { BUNDLE_LIMIT_BYTES, BundleTooLarge, requireWithinLimit } from '../../lib/infra/bundle-limits.ts';
import { HandlerCode } from '../../lib/infra/handler-code.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sfrotate-limits-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A bundle of two files. */
function bundleOf(bytes: number): string {
  const bundle = mkdtempSync(join(directory, 'bundle-'));
  writeFileSync(join(bundle, 'index.mjs'), 'x'.repeat(100));
  writeFileSync(join(bundle, 'chunk.mjs'), 'x'.repeat(bytes - 100));
  return bundle;
}

describe('the limit of a bundle', () => {
  test('may be reached', () => {
    expect(() => requireWithinLimit('rotate', bundleOf(BUNDLE_LIMIT_BYTES.rotate))).not.toThrow();
  });

  test('may not be passed by a byte; the refusal says whose it is, and where to look', () => {
    const tooLarge = bundleOf(BUNDLE_LIMIT_BYTES.rotate + 1);
    expect(() => requireWithinLimit('rotate', tooLarge)).toThrow(BundleTooLarge);
    expect(() => requireWithinLimit('rotate', tooLarge)).toThrow(
      new RegExp(
        `^The bundle of the rotate function has ${BUNDLE_LIMIT_BYTES.rotate + 1} bytes, more than its limit of ${BUNDLE_LIMIT_BYTES.rotate}: .*lambdas/rotate/handler\\.ts.*--analyze.*lib/infra/bundle-limits\\.ts`,
      ),
    );
  });

  test('stops the synthesis', () => {
    const stack = new Stack(new App({ outdir: join(directory, 'cdk.out') }), 'Stack');
    const code = new HandlerCode('mail', 1_000);
    new LambdaFunction(stack, 'Mail', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    expect(() => code.bundle('{}')).toThrow(
      /The bundle of the mail function has \d{7} bytes, more than its limit of 1000: /,
    );
  });
});
