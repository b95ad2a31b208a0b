import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Refusal } from '../../../../../lib/core/domain/refusal.ts';
import type { FindingCode } from '../../../../../lib/core/watch/doctor/finding.ts';

/** Codes that are not those of refusals; the compiler keeps the list complete. */
const OWN: Readonly<Record<Exclude<FindingCode, Refusal['code']>, 'documented' | 'nothing to do'>> = {
  'preflight-passes': 'nothing to do',
  'at-rest': 'nothing to do',
  'rotation-under-way': 'nothing to do',
  'not-checked': 'documented',
  'no-answer': 'documented',
  'never-seen': 'documented',
  'rotation-stands-still': 'documented',
  'commit-missing': 'documented',
  'swap-unfinished': 'documented',
  blocked: 'documented',
  'waits-for-start': 'documented',
  'waits-for-token': 'documented',
  'pending-left-over': 'documented',
  'pending-fresh': 'documented',
  'pending-unknown': 'documented',
  'staged-left-over': 'documented',
  'draft-left-over': 'documented',
  'integrations-astray': 'documented',
  'credential-edited': 'documented',
  'chore-unfinished': 'documented',
  'events-untold': 'documented',
  'attempt-unfinished': 'documented',
  'attempts-low': 'documented',
  'password-too-old': 'documented',
  'outside-change-unrepaired': 'documented',
  'heartbeat-failed': 'documented',
};

test("the operator's guide has every code with which something is to be done, and no other", () => {
  const guide = readFileSync(new URL('../../../../../docs/operations.md', import.meta.url), 'utf8');
  const [, after = ''] = guide.split('\n## When something is stuck\n');
  const rows = (after.split('\n## ')[0] ?? '').matchAll(/^\| (`[^|]+`) +\|/gm);
  const codes = [...rows].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code),
  );
  const documented = Object.entries(OWN).filter(([, what]) => what === 'documented');
  expect(codes.toSorted()).toEqual(documented.map(([code]) => code).toSorted());
});
