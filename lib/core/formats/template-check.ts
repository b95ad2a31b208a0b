import { isProblem } from './clear-text.ts';
import { expanded } from './template.ts';
import { occurrences, parsePattern, type TemplateField } from './template-pattern.ts';
import { solve } from './template-solve.ts';

export interface TemplateProblem {
  /** The field at fault; `undefined` where it is the template as a whole. */
  readonly key: string | undefined;
  readonly message: string;
}

/**
 * What is wrong with a template: one sentence each, with the remedy. A template
 * without problems writes every credential so that it can be read back.
 */
export function templateProblems(patterns: Readonly<Record<string, string>>): readonly TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const fields: TemplateField[] = [];
  for (const [key, pattern] of Object.entries(patterns)) {
    const pieces = parsePattern(pattern);
    if (isProblem(pieces)) problems.push({ key, message: pieces.problem });
    else fields.push({ key, pieces });
  }
  if (problems.length > 0) return problems;
  const missing = missingProblems(fields);
  return missing.length > 0 ? missing : readingProblems(fields);
}

function missingProblems(fields: readonly TemplateField[]): readonly TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const add = (message: string, key?: string) => problems.push({ key, message });
  if (occurrences(fields, 'username') === 0)
    add('no field has {username}. Add one, such as "user": "{username}".');
  if (occurrences(fields, 'password') === 0)
    add('no field has {password}. Add one, such as "password": "{password}{securityToken}".');
  const holders = fields.filter((field) => occurrences([field], 'securityToken') > 0);
  if (holders.length === 0)
    add(
      'no field has {securityToken}, and Salesforce refuses the password without it. ' +
        'Write "{password}{securityToken}", or give it a field of its own; it is empty where the org needs none.',
    );
  const count = occurrences(fields, 'securityToken');
  if (count > 1)
    add(
      `{securityToken} is written ${count} times, and what joins the fields would send it twice. Keep one.`,
      holders.at(-1)?.key,
    );
  return problems;
}

const SAMPLE = {
  username: 'user',
  password: 'password',
  securityToken: 'token',
  loginUrl: 'https://login.salesforce.com',
};

/** Whether a credential can be read back does not depend on what it is: any sample shows it. */
function readingProblems(fields: readonly TemplateField[]): readonly TemplateProblem[] {
  const written = expanded(fields, SAMPLE);
  if (isProblem(written)) return [{ key: undefined, message: `${written.problem}.` }];
  const solution = solve(fields, new Map(written));
  if (solution.kind !== 'ambiguous') return [];
  const [first = '', ...others] = solution.unknown;
  const message =
    others.length === 0
      ? `this has ${first} more than once and cannot be read back. Give ${first} a field of its own, too.`
      : `this joins ${[first, ...others].join(' and ')} and cannot be read back without doubt. ` +
        `Give all but one of them a field of its own, too; {securityToken} is the one that stays.`;
  return [{ key: solution.key, message }];
}
