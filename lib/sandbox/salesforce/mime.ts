/** Base64 of UTF-8 text in lines of 76 characters (RFC 2045). */
export function base64Lines(text: string): string {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  return (encoded.match(/.{1,76}/g) ?? []).join('\r\n');
}

/** Quoted-printable of UTF-8 text with CRLF line ends (RFC 2045). */
export function quotedPrintable(text: string): string {
  return text.split('\r\n').map(quotedLine).join('\r\n');
}

/** A header value: unchanged if it is ASCII, else one or more RFC 2047 words. */
export function encodedWord(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let rest = [...text];
  // 12 characters of up to 3 bytes: with the header's name still under the 76 that a line may have.
  while (rest.length > 0) {
    words.push(`=?UTF-8?B?${Buffer.from(rest.slice(0, 12).join(''), 'utf8').toString('base64')}?=`);
    rest = rest.slice(12);
  }
  return words.join('\r\n ');
}

function quotedLine(line: string): string {
  const bytes = [...Buffer.from(line, 'utf8')];
  const units = bytes.map((byte, index) => {
    const isLast = index === bytes.length - 1;
    const literal = (byte >= 33 && byte <= 126 && byte !== 61) || (byte === 32 && !isLast);
    return literal ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  const lines: string[] = [];
  let current = '';
  for (const unit of units) {
    if (current.length + unit.length > 75) {
      lines.push(`${current}=`);
      current = '';
    }
    current += unit;
  }
  lines.push(current);
  return lines.join('\r\n');
}
