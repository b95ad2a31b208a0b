import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Redacted } from '../../../lib/core/redacted.ts';

const SENTINEL = 'sentinel-Passw0rd-4711';
const secret = Redacted.of(SENTINEL);
const nested = {
  user: 'billing',
  credential: { password: secret, list: [secret] },
  map: new Map([['k', secret]]),
};

/** What a console writes. */
function printed(write: (console: Console) => void): string {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  write(new Console({ stdout: stream, stderr: stream }));
  return chunks.join('');
}

const WAYS: readonly (readonly [string, () => unknown])[] = [
  ['String()', () => String(secret)],
  ['a template', () => `${secret}`],
  ['concatenation', () => `x${secret}`.concat(secret as unknown as string)],
  ['toString', () => secret.toString()],
  ['toLocaleString', () => secret.toLocaleString()],
  ['join', () => [secret, secret].join()],
  ['JSON', () => JSON.stringify(secret)],
  ['JSON of what holds it', () => JSON.stringify({ ...nested, map: [...nested.map] })],
  ['JSON as a key', () => JSON.stringify({ [String(secret)]: 1 })],
  ['inspect', () => inspect(secret)],
  ['inspect of what holds it', () => inspect(nested, { depth: 9 })],
  ['inspect that shows what is hidden', () => inspect(nested, { depth: 9, showHidden: true, getters: true })],
  [
    'inspect that ignores custom printing',
    () => inspect(nested, { depth: 9, customInspect: false, showHidden: true }),
  ],
  ['format %s %o %O %j %d', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
  ['console.log', () => printed((console) => console.log(secret, nested))],
  ['console.dir', () => printed((console) => console.dir(nested, { depth: 9, showHidden: true }))],
  ['console.table', () => printed((console) => console.table([nested.credential]))],
  ['an error message', () => inspect(new Error(`refused: ${secret}`))],
  ['an error cause', () => inspect(new Error('refused', { cause: { secret } }), { showHidden: true })],
  ['spread', () => JSON.stringify({ ...secret })],
  ['Object.entries', () => inspect([Object.entries(secret), Object.keys(secret), Object.values(secret)])],
  ['own properties', () => Reflect.ownKeys(secret).map(String).join()],
  ['structuredClone', () => inspect(structuredClone({ secret }), { showHidden: true, customInspect: false })],
  ['a number', () => String(Number(secret))],
  [
    'for in',
    () => {
      const seen: string[] = [];
      for (const key in secret) seen.push(key);
      return seen.join();
    },
  ],
];

describe('a redacted value does not come out by', () => {
  test.each(WAYS)('%s', (_name, print) => {
    const text = String(print());
    expect(text).not.toContain(SENTINEL);
    expect(text).not.toContain('4711');
  });

  test('accident: what is seen says that it was hidden', () => {
    expect(`${secret}`).toBe('[redacted]');
    expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}');
    expect(inspect({ secret })).toBe('{ secret: [redacted] }');
  });
});

describe('a redacted value', () => {
  test('comes out by reveal and open', () => {
    expect(secret.reveal()).toBe(SENTINEL);
    expect(secret.open((value) => value.length)).toBe(SENTINEL.length);
  });

  test('makes another by map, which is as silent', () => {
    const longer = secret.map((value) => `${value}!`);
    expect(longer.reveal()).toBe(`${SENTINEL}!`);
    expect(`${longer}${inspect(longer)}`).toBe('[redacted][redacted]');
  });

  test('equals one of the same value only', () => {
    expect(secret.equals(Redacted.of(SENTINEL))).toBe(true);
    expect(secret.equals(Redacted.of('other'))).toBe(false);
  });

  test('hides what is no text, too', () => {
    expect(inspect(Redacted.of({ password: SENTINEL }), { depth: 9, showHidden: true })).toBe('[redacted]');
  });
});
