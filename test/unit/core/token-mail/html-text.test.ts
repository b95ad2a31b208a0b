import { describe, expect, test } from '@jest/globals';
import { htmlToText } from '../../../../lib/core/token-mail/html-text.ts';

const lines = (html: string) =>
  htmlToText(html)
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').trim())
    .filter((line) => line !== '');

describe('htmlToText', () => {
  test.each([
    [
      'inline elements do not separate',
      '<b>Secu</b>rity <i>token</i>: <code>a<wbr>b</code>',
      ['Security token: ab'],
    ],
    ['blocks and line breaks do', '<p>a</p><div>b<br>c</div>', ['a', 'b', 'c']],
    ['source line breaks do not', 'Security\n   token:\n x', ['Security token: x']],
    ['unless preformatted', '<pre>a\nb</pre>c\nd', ['a', 'b', 'c d']],
    ['cells of a row stay on its line', '<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>', ['a b', 'c']],
    ['references', '&lt;a&#64;b&#x40;c&gt; &amp;&unknown;&constructor;', ['<a@b@c> &&unknown;&constructor;']],
    ['references out of range', '&#9999999;', ['\ufffd']],
    ['what nobody reads', '<style>a</style><script>"<p>b"</script><!-- c <p> --><title>d</title>e', ['e']],
    ['unclosed comment', 'a<!-- b', ['a']],
    ['unclosed tag', 'a<p b', ['a']],
    ['signs that start no tag', '1 < 2 <3', ['1 < 2 <3']],
  ])('%s', (_name, html, expected) => {
    expect(lines(html)).toEqual(expected);
  });

  test.each(['<', '<a ', '<!--', '<script>', '<!-- -->', '&#', '&#x1', '<td>', ' ', '< '])(
    'a million characters of %j are read, and grow nothing',
    (piece) => {
      const html = piece.repeat(Math.ceil(1_000_000 / piece.length));
      expect(htmlToText(html).length).toBeLessThanOrEqual(html.length);
    },
  );
});
