import { ConfigurationError } from '../core/config/load.ts';

/** Metrics that the expression of an alarm may have: one for each rule. */
const MOST_PATTERNS = 10;
/** Of the 2,048 characters of an event pattern, what is left for secrets. */
const PATTERN_ROOM = 1_800;
/** `{"prefix":""},` */
const AROUND_A_SECRET = 14;
const OPEN_SUFFIX = '??????';

/** How an event pattern names a secret by its ARN. */
export type SecretPattern = string | { readonly prefix: string };

export interface SecretPatternsProps {
  /** ARNs of the secrets, as policies write them. */
  readonly secretArns: readonly string[];
  /** How many characters such an ARN will have. */
  readonly lengthOf: (secretArn: string) => number;
  /** Where the configuration has such a secret; for the refusal. */
  readonly pathOf: (secretArn: string) => string;
}

/**
 * Names all secrets by their ARNs, in as few lists as it takes, each with room in one
 * event pattern.
 *
 * @throws ConfigurationError with the first secret that the alarms cannot watch any more.
 */
export function secretPatterns({
  secretArns,
  lengthOf,
  pathOf,
}: SecretPatternsProps): readonly (readonly SecretPattern[])[] {
  const lists = inPatterns(secretArns, (arn) => lengthIn(arn, lengthOf));
  const tooMany = lists[MOST_PATTERNS]?.[0];
  if (tooMany !== undefined) throw tooManySecrets(pathOf(tooMany));
  return lists.map((arns) => arns.map(patternOf));
}

/**
 * Divides a list so that each part has room in one event pattern.
 *
 * @param lengthOf how many characters of a pattern an item takes.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export function inPatterns<Item>(
  items: readonly Item[],
  lengthOf: (item: Item) => number,
): readonly (readonly Item[])[] {
  const parts: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const length = lengthOf(item);
    if (room < length) {
      parts.push([]);
      room = PATTERN_ROOM;
    }
    room -= length;
    parts.at(-1)?.push(item);
  }
  return parts;
}

function tooManySecrets(path: string): ConfigurationError {
  return new ConfigurationError([
    {
      path,
      message:
        'from here on there are more credential secrets, or longer names, than the alarms of one stack can watch. Give them shorter names, or deploy this credential and those after it in a stack of their own.',
    },
  ]);
}

/** A name is as much of an ARN as there is before the suffix that Secrets Manager added. */
export function patternOf(arn: string): SecretPattern {
  return isOpen(arn) ? { prefix: arn.slice(0, -OPEN_SUFFIX.length) } : arn;
}

export function lengthIn(arn: string, lengthOf: (secretArn: string) => number): number {
  return lengthOf(arn) + AROUND_A_SECRET - (isOpen(arn) ? OPEN_SUFFIX.length : 0);
}

function isOpen(arn: string): boolean {
  return arn.endsWith(OPEN_SUFFIX);
}
