const PLAIN_KEY = /^[\p{L}\p{N}_$-]+$/u;
const SHOWN_CHARACTERS = 80;

/** A place in the file as people read it: `credentials.billing.integrations[1].secret`, `fields["sf.user"]`. */
export function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(file)';
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const key = shortened(String(part));
    if (!PLAIN_KEY.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

function shortened(key: string): string {
  return key.length > SHOWN_CHARACTERS ? `${key.slice(0, SHOWN_CHARACTERS)}...` : key;
}
