import { type ClearLogin, clearFormat, isProblem, type Problem } from './clear-text.ts';
import type { Fields } from './field-text.ts';
import type { IntegrationFormat } from './format.ts';
import { openJson } from './json-text.ts';
import { domainOf, noDomainProblem } from './login-domain.ts';
import { occurrences, type Placeholder, parsePattern, type TemplateField } from './template-pattern.ts';
import { solve } from './template-solve.ts';

/**
 * Fields of the configuration's own choice in a JSON object: key to pattern,
 * with {username} {password} {securityToken} {loginUrl} {domain}.
 *
 * Patterns that cannot be read back are refused with the configuration
 * (`templateProblems`). A template without {loginUrl} and {domain} leaves the
 * login URL to the integration, and reads as none.
 */
export function template(patterns: Readonly<Record<string, string>>): IntegrationFormat {
  const fields = compiled(patterns);
  return clearFormat({
    write(current, login) {
      if (isProblem(fields)) return fields;
      const text = openJson(current);
      if (isProblem(text)) return text;
      const values = expanded(fields, login);
      return isProblem(values) ? values : text.set(values);
    },
    read(content) {
      if (isProblem(fields)) return fields;
      const text = openJson(content);
      if (isProblem(text)) return text;
      const texts = new Map<string, string>();
      for (const { key } of fields) {
        const value = text.get(key);
        if (value === undefined) return { problem: `it lacks "${key}" as text` };
        texts.set(key, value);
      }
      const solution = solve(fields, texts);
      if (solution.kind === 'solved') return solution.login;
      return { problem: `its field "${solution.key}" is not what the template writes` };
    },
  });
}

/** Each field's text. Placeholders are filled in once: what a value holds is never taken for one. */
export function expanded(fields: readonly TemplateField[], login: ClearLogin): Fields | Problem {
  const domain = domainOf(login.loginUrl);
  if (domain === undefined && occurrences(fields, 'domain') > 0) {
    return { problem: noDomainProblem('template') };
  }
  const values: Readonly<Record<Placeholder, string>> = { ...login, domain: domain ?? '' };
  return fields.map(
    ({ key, pieces }) =>
      [
        key,
        pieces.map((piece) => ('text' in piece ? piece.text : values[piece.placeholder])).join(''),
      ] as const,
  );
}

function compiled(patterns: Readonly<Record<string, string>>): readonly TemplateField[] | Problem {
  const fields: TemplateField[] = [];
  for (const [key, pattern] of Object.entries(patterns)) {
    const pieces = parsePattern(pattern);
    if (isProblem(pieces)) return pieces;
    fields.push({ key, pieces });
  }
  return fields;
}
