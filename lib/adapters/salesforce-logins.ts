import type { Connection } from 'jsforce';
import type { RejectionCause } from '../core/domain/rejection-cause.ts';
import type { LoginSummary, LoginsWanted } from '../core/ports/salesforce.ts';
import { withDeadline } from './deadline.ts';
import { rejectionCause } from './login-history.ts';
import { bytesInUrl, LONGEST_QUERY_BYTES, quote } from './salesforce-users.ts';

/** An aggregate query has no second page. */
const MOST_GROUPS = 2_000;

const GROUPED = 'UserId, SourceIp, Application, LoginType, Status';
const START = `SELECT ${GROUPED}, COUNT(Id) logins, MIN(LoginTime) firstAt, MAX(LoginTime) lastAt FROM LoginHistory WHERE `;
const END = ` GROUP BY ${GROUPED} ORDER BY MAX(LoginTime) DESC LIMIT ${MOST_GROUPS}`;

interface LoginGroup {
  readonly UserId: string;
  readonly SourceIp: string | null;
  readonly Application: string | null;
  readonly LoginType: string | null;
  readonly Status: string | null;
  readonly logins: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** What `LoginType` calls a SOAP `login()`: without and with the id of a partner's client. */
const SOAP_TYPES: ReadonlySet<string> = new Set(['Other Apex API', 'Partner Product']);

/**
 * Login history, summed up by the org. Only the user and the time are filtered by,
 * because most fields of the object can be grouped by but not filtered by, its
 * status among them.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_loginhistory.htm
 * @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_group_by_considerations.htm
 */
export async function readManyLogins(
  connection: Connection,
  wanted: readonly LoginsWanted[],
): Promise<{ readonly logins: readonly LoginSummary[]; readonly isComplete: boolean }> {
  const logins: LoginSummary[] = [];
  let isComplete = true;
  for (const soql of loginQueries(wanted)) {
    const { records } = await withDeadline(connection.query(soql, { autoFetch: false }));
    logins.push(...(records as LoginGroup[]).map(toSummary));
    isComplete &&= records.length < MOST_GROUPS;
  }
  return { logins, isComplete };
}

/**
 * What the newest failed login of a user since a moment was refused for, among as
 * many rows as `most` says: the status can be read, but not filtered by.
 */
export async function newestFailure(
  connection: Connection,
  userId: string,
  { since, most }: { readonly since: Date; readonly most: number },
): Promise<RejectionCause> {
  const { records } = await withDeadline(
    connection.query<{ readonly Status: string }>(
      `SELECT Status FROM LoginHistory WHERE UserId = ${quote(userId)} AND LoginTime >= ${toTheSecond(since)} ORDER BY LoginTime DESC, Id DESC LIMIT ${most}`,
      { autoFetch: false },
    ),
  );
  const failed = records.find(({ Status }) => Status !== 'Success');
  return failed === undefined ? 'unknown' : rejectionCause(failed.Status);
}

/** As few queries as the limit of a URL allows; users of one moment share a condition. */
export function loginQueries(wanted: readonly LoginsWanted[]): readonly string[] {
  const queries: Map<string, string[]>[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const [since, users] of Map.groupBy(wanted, ({ since }) => toTheSecond(since))) {
    for (const { userId } of users) {
      const more = bytesInUrl(`${quote(userId)},`);
      const opening = queries.at(-1)?.has(since) ? 0 : bytesInUrl(`${conditionOf(since, [])} OR `);
      if (bytes + opening + more > LONGEST_QUERY_BYTES) {
        queries.push(new Map());
        bytes = bytesInUrl(START + END + conditionOf(since, []));
      } else bytes += opening;
      bytes += more;
      const conditions = queries.at(-1);
      conditions?.set(since, [...(conditions.get(since) ?? []), quote(userId)]);
    }
  }
  return queries.map((conditions) => {
    const parts = [...conditions].map(([since, literals]) => conditionOf(since, literals));
    return START + parts.join(' OR ') + END;
  });
}

function conditionOf(since: string, literals: readonly string[]): string {
  return `(LoginTime >= ${since} AND UserId IN (${literals.join()}))`;
}

function toSummary(group: LoginGroup): LoginSummary {
  return {
    userId: group.UserId,
    sourceIp: group.SourceIp ?? '',
    application: group.Application ?? '',
    via: viaOf(group.LoginType ?? ''),
    outcome: group.Status === 'Success' ? 'accepted' : rejectionCause(group.Status ?? ''),
    logins: group.logins,
    firstAt: new Date(group.firstAt).toISOString(),
    lastAt: new Date(group.lastAt).toISOString(),
  };
}

function viaOf(loginType: string): LoginSummary['via'] {
  if (SOAP_TYPES.has(loginType)) return 'soap';
  return loginType.startsWith('Remote Access') ? 'oauth' : 'other';
}

/** A SOQL date literal. LoginHistory keeps no fractions of a second. */
function toTheSecond(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
