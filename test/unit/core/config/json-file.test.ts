import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readJsonFile, utf8Text } from '../../../../lib/core/config/json-file.ts';
import { checkConfiguration, readConfiguration } from '../../../../lib/core/config/load.ts';
import { problemsOf } from './broken.ts';

const EMPTY =
  '(file): the file is empty. Start from the example in docs/examples/rotation.config.json of the project.';

function sentencesOf(text: string): readonly string[] {
  const reading = readJsonFile(text);
  return reading.kind === 'value' ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('a file that is no JSON is one sentence with line and column', () => {
  test.each([
    ['a comment', '{\n  // the orgs\n}', 'line 2, column 3: JSON has no comments. Take the comment out.'],
    [
      'a comment over lines',
      '{ /* orgs */ }',
      'line 1, column 3: JSON has no comments. Take the comment out.',
    ],
    [
      'a comment after a value',
      '[1 # one\n]',
      'line 1, column 4: JSON has no comments. Take the comment out.',
    ],
    ['a last comma', '{\n  "a": 1,\n}', 'line 2, column 9: nothing follows this comma. Take the comma out.'],
    ['a last comma of a list', '[1, ]', 'line 1, column 3: nothing follows this comma. Take the comma out.'],
    ['no comma', '{"a":1\r\n "b":2}', 'line 2, column 2: a comma or "}" is missing before this.'],
    ['no comma in a list', '[1 2]', 'line 1, column 4: a comma or "]" is missing before this.'],
    ['no colon', '{"a" 1}', 'line 1, column 6: a colon belongs between a key and its value.'],
    ['no quotes around a key', '{a: 1}', 'line 1, column 2: a key stands in double quotes.'],
    ['single quotes', "{'a': 1}", 'line 1, column 2: JSON has no single quotes. Write double ones.'],
    [
      'no quotes around text',
      '{"a": yes}',
      'line 1, column 7: this is no value. Text stands in double quotes.',
    ],
    ['no number', '{"a": NaN}', 'line 1, column 7: this is no value. Text stands in double quotes.'],
    ['no value', '{"a": }', 'line 1, column 7: this is no value. Text stands in double quotes.'],
    [
      'text over two lines',
      '{"a": "b\n"}',
      'line 1, column 7: this text does not end on its line, or has a "\\" that means nothing. Mend it.',
    ],
    [
      'a path of Windows',
      '{"a": "C:\\data"}',
      'line 1, column 7: this text does not end on its line, or has a "\\" that means nothing. Mend it.',
    ],
    ['no end', '{"a": [1,\n', 'line 2, column 1: the file ends in the middle. Write the rest of it.'],
    ['more than one value', '{}\n{}', 'line 2, column 1: the file goes on after its end. Take this out.'],
    [
      'more levels than anything has',
      '['.repeat(100_000),
      'line 1, column 66: this is nested too deeply. Take a level out.',
    ],
  ])('%s', (_name, text, sentence) => {
    expect(sentencesOf(text)).toEqual([`(file): the file is no JSON at ${sentence}`]);
    expect(problemsOf(() => readConfiguration(text))).toEqual(sentencesOf(text));
  });

  test.each(['', ' \n\n', '\uFEFF'])('nothing: %j', (text) => {
    expect(sentencesOf(text)).toEqual([EMPTY]);
  });
});

test('a byte order mark is passed over', () => {
  expect(readJsonFile('\uFEFF{"a":1}')).toEqual({ kind: 'value', value: { a: 1 } });
});

test('a file that is not UTF-8 is no text', () => {
  expect(utf8Text(Buffer.from('{"a":"zürich"}', 'latin1'))).toBeUndefined();
  expect(utf8Text(Buffer.from('\uFEFF{}', 'utf16le'))).toBeUndefined();
  expect(utf8Text(Buffer.from('{"a":"zürich"}'))).toBe('{"a":"zürich"}');
});

describe('a key that is there twice', () => {
  test('is named with its lines, wherever it is', () => {
    expect(
      sentencesOf('{"credentials": {\n "billing": {},\n "crm": [{"b": 1, "b": 2}],\n "billing": {}}}'),
    ).toEqual([
      'credentials.crm[0].b: this key is written twice on line 3, and only the last would count. Keep one of them.',
      'credentials.billing: this key is written on line 2 and again on line 4, and only the last would count. Keep one of them.',
    ]);
  });

  test('is found however it is written', () => {
    expect(sentencesOf('{"a": 1, "\\u0061": 2}')).toEqual([expect.stringMatching(/^a: .*twice on line 1/)]);
  });

  test('is another one in another object', () => {
    expect(sentencesOf('{"a": {"b": 1}, "c": {"b": 1}}')).toEqual([]);
  });
});

describe('it takes what JSON.parse takes, and nothing else', () => {
  const isJson = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  test('of any value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(readJsonFile(text)).toEqual({ kind: 'value', value: JSON.parse(text) });
      }),
    );
  });

  test('of a value in which one place was changed', () => {
    const character = fc.constantFrom(
      ...'{}[]:,"\\\'0123456789.-+eE truefalsn/#\t\n\r\u0000\u001F\u007F\u2028\uD800b',
    );
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.nat(),
        fc.nat({ max: 2 }),
        character,
        (value, at, cut, put) => {
          const text = JSON.stringify(value);
          const place = at % (text.length + 1);
          const changed = text.slice(0, place) + put + text.slice(place + cut);
          const sentences = sentencesOf(changed).filter(
            (sentence) => !sentence.includes('this key is written'),
          );
          expect(sentences).toHaveLength(isJson(changed) ? 0 : 1);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('a key that JavaScript would lose is refused wherever it is', () => {
  test.each([
    ['{"__proto__": {}}', '__proto__'],
    ['{"credentials": {"__proto__": {"org": "prod", "secret": "s"}}}', 'credentials.__proto__'],
    [
      '{"credentials": {"billing": {"integrations": [{"__proto__": 1}]}}}',
      'credentials.billing.integrations[0].__proto__',
    ],
  ])('%s', (text, path) => {
    const sentence = `${path}: nothing can be called "__proto__". Rename it.`;
    expect(problemsOf(() => readConfiguration(text))).toEqual([sentence]);
    expect(problemsOf(() => checkConfiguration(JSON.parse(text)))).toEqual([sentence]);
  });
});
