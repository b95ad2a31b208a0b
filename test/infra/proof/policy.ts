type Value = string | number;
type Values = Value | readonly Value[];

/** A statement of a policy whose values are all known. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/** Something that a role wants to do. */
export interface Attempt {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys that the request has, besides `aws:PrincipalArn`. */
  readonly context: Readonly<Record<string, string>>;
}

export type Verdict = 'allowed' | 'not allowed' | 'denied';

/**
 * What IAM makes of an attempt inside one account: a denial anywhere beats every
 * allowance, and without an allowance nothing is possible. An allowance in the
 * resource's own policy would be enough for AWS; here it counts for nothing,
 * because the roles are what is to be proved.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
 * @throws Error for a part of the language that it does not know.
 */
export function judge(
  attempt: Attempt,
  ofTheRole: readonly Statement[],
  ofTheResource: readonly Statement[],
): Verdict {
  const denied =
    ofTheRole.some((statement) => applies(statement, 'Deny', attempt)) ||
    ofTheResource.some(
      (statement) => isAbout(statement, attempt.role) && applies(statement, 'Deny', attempt),
    );
  if (denied) return 'denied';
  return ofTheRole.some((statement) => applies(statement, 'Allow', attempt)) ? 'allowed' : 'not allowed';
}

function applies(statement: Statement, effect: Statement['Effect'], attempt: Attempt): boolean {
  refuseUnknown(statement);
  return (
    statement.Effect === effect &&
    listOf(statement.Action).some((action) => isLike(attempt.action.toLowerCase(), action.toLowerCase())) &&
    listOf(statement.Resource).some((resource) => isLike(attempt.resource, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        holds(operator, contextValue(attempt, key), listOf(values).map(String)),
      ),
    )
  );
}

const KNOWN: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);

function refuseUnknown(statement: Statement): void {
  const unknown = Object.keys(statement).filter((key) => !KNOWN.has(key));
  if (unknown.length > 0) throw new Error(`a statement with ${unknown.join(', ')} cannot be judged here`);
}

function isAbout({ Principal: principal }: Statement, role: string): boolean {
  if (principal === undefined) throw new Error('a statement of a resource has a principal');
  const who = typeof principal === 'string' ? principal : (principal['AWS'] ?? []);
  return listOf(who).some((one) => one === '*' || one === role);
}

type Test = (actual: string, expected: string) => boolean;

const is: Test = (actual, expected) => actual === expected;
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: is,
  StringLike: isLike,
  ArnEquals: isLike,
  ArnLike: isLike,
  Bool: is,
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
};

function contextValue({ role, context }: Attempt, key: string): string | undefined {
  return key === 'aws:PrincipalArn' ? role : context[key];
}

/** Every key here has one value; a request that does not have the key passes, as an empty set does. */
const FOR_ALL = 'ForAllValues:';

/** A key that the request does not have fails a test, and passes a negated one. */
function holds(operator: string, actual: string | undefined, values: readonly string[]): boolean {
  if (operator.startsWith(FOR_ALL))
    return actual === undefined || holds(operator.slice(FOR_ALL.length), actual, values);
  const positive = operator.replace('Not', '');
  const test = TESTS[positive];
  if (test === undefined) throw new Error(`the condition ${operator} cannot be judged here`);
  const passed = actual !== undefined && values.some((value) => test(actual, value));
  return positive === operator ? passed : !passed;
}

/** `*` stands for any characters, `?` for exactly one. */
export function isLike(text: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

export function listOf<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? value : [value as Item];
}
