import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Policy, Strategy } from '../support/cause-scene.ts';
import { CAUSES, type CauseRow, casesOf, policiesOf, strategiesOf } from '../support/causes.ts';

/** The operator's guide says of each cause what the rows that are run say. */

const GUIDE = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** What a row says, for one cause, strategy and policy. */
type Said = readonly [key: string, says: Readonly<Record<'phase' | 'told' | 'remedy' | 'logins', string>>];

const STRATEGY: Readonly<Record<string, CauseRow['strategy']>> = {
  any: 'any',
  single: 'single-user',
  two: 'alternating-users',
};
const POLICY: Readonly<Record<string, CauseRow['policy']>> = {
  any: 'any',
  'not `alert`': 'not alert',
  '`prompt`': 'prompt',
  '`take-over`': 'take-over',
  '`alert`': 'alert',
};

const keyOf = (cause: string, strategy: Strategy, policy: Policy) => `${cause}, ${strategy}, ${policy}`;

function documented(): readonly Said[] {
  const [, section = ''] = GUIDE.split("\n## Changes behind the service's back\n");
  const [, , ...rows] = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return rows.flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [
      ,
      cause = '',
      strategy = '',
      policy = '',
      phase = '',
      told = '',
      does = '',
      remedy = '',
      logins = '',
    ] = cells;
    const [ofStrategy, ofPolicy] = [STRATEGY[strategy], POLICY[policy]];
    if (ofStrategy === undefined || ofPolicy === undefined || does === '')
      throw new Error(`this is no row: ${line}`);
    return strategiesOf(ofStrategy).flatMap((one) =>
      policiesOf(ofPolicy).map((other): Said => [keyOf(cause, one, other), { phase, told, remedy, logins }]),
    );
  });
}

function run(): readonly Said[] {
  return casesOf(CAUSES).map(({ row: { seen, remedy = '' }, cause, strategy, policy }) => [
    keyOf(cause, strategy, policy),
    { phase: `\`${seen.phase}\``, told: toldIn(seen), remedy, logins: loginsIn(seen) },
  ]);
}

/** @example '`Password Expired`, `Rotation Blocked` (`password-expired`)' */
function toldIn({ told, refusal }: CauseRow['seen']): string {
  const types = told.map((one) => one.slice(one.indexOf(': ') + 2));
  return types
    .map((type) => (type === 'Rotation Blocked' ? `\`${type}\` (\`${refusal}\`)` : `\`${type}\``))
    .join(', ');
}

/** @example '1 + 1' */
function loginsIn({ logins: { look, rotation } }: CauseRow['seen']): string {
  return rotation === 0 ? String(look) : `${look} + ${rotation}`;
}

const byKey = ([a]: Said, [b]: Said) => a.localeCompare(b, 'en');

test("the operator's guide has the phase, what is told, the remedy and the logins of each row that is run, and no other row", () => {
  expect(documented().toSorted(byKey)).toEqual(run().toSorted(byKey));
});
