import type { Connection } from 'jsforce';
import type { UserRecord } from '../core/ports/salesforce.ts';
import { withDeadline } from './deadline.ts';

/**
 * Salesforce refuses a request whose URI is longer than 16,384 bytes. What is
 * left free is for the host and the path.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
 */
export const LONGEST_QUERY_BYTES = 15_872;

export const USER_FIELDS = 'Id, Username, Email, IsActive, LastPasswordChangeDate';
export const USER_LOGIN_FIELDS = 'UserId, IsFrozen, IsPasswordLocked';

export interface UserRow {
  readonly Id: string;
  readonly Username: string;
  readonly Email?: string | null;
  readonly IsActive: boolean;
  readonly LastPasswordChangeDate: string | null;
}

export interface UserLoginRow {
  readonly UserId: string;
  readonly IsFrozen: boolean;
  readonly IsPasswordLocked: boolean;
}

/** The records of those users that the org shows, by username in lower case. */
export async function readManyUsers(
  connection: Connection,
  usernames: readonly string[],
): Promise<ReadonlyMap<string, UserRecord>> {
  const users = await queryAll<UserRow>(
    connection,
    inQueries(`SELECT ${USER_FIELDS} FROM User WHERE Username IN`, usernames),
  );
  const logins = await queryAll<UserLoginRow>(
    connection,
    inQueries(
      `SELECT ${USER_LOGIN_FIELDS} FROM UserLogin WHERE UserId IN`,
      users.map(({ Id }) => Id),
    ),
  );
  const loginOf = new Map(logins.map((login) => [login.UserId, login]));
  return new Map(
    users.map((user) => [user.Username.toLowerCase(), toUserRecord(user, loginOf.get(user.Id))]),
  );
}

/** Without a row of `UserLogin` the user is neither frozen nor locked, as far as shown. */
export function toUserRecord(user: UserRow, login: UserLoginRow | undefined): UserRecord {
  return {
    userId: user.Id,
    username: user.Username,
    email: user.Email ?? undefined,
    isActive: user.IsActive,
    isFrozen: login?.IsFrozen ?? false,
    isLocked: login?.IsPasswordLocked ?? false,
    lastPasswordChangeDate: changeDate(user),
  };
}

export function changeDate({
  LastPasswordChangeDate,
}: Pick<UserRow, 'LastPasswordChangeDate'>): string | undefined {
  return LastPasswordChangeDate === null ? undefined : new Date(LastPasswordChangeDate).toISOString();
}

/** A SOQL string literal. */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** As few queries as the limit allows, each for some of the values. */
export function inQueries(start: string, values: readonly string[]): readonly string[] {
  const queries: string[][] = [];
  const emptyBytes = bytesInUrl(`${start} ()`);
  let bytes = Number.POSITIVE_INFINITY;
  for (const literal of values.map(quote)) {
    const more = bytesInUrl(`${literal},`);
    if (bytes + more > LONGEST_QUERY_BYTES) {
      queries.push([]);
      bytes = emptyBytes;
    }
    queries.at(-1)?.push(literal);
    bytes += more;
  }
  return queries.map((literals) => `${start} (${literals.join()})`);
}

/** Clients differ in which marks they encode; counted as if all were. */
export function bytesInUrl(text: string): number {
  return encodeURIComponent(text).replace(/[!'()*~]/g, '%00').length;
}

/** One call for each query, as long as the org answers each in one page. */
async function queryAll<R>(connection: Connection, queries: readonly string[]): Promise<readonly R[]> {
  const rows: R[] = [];
  for (const soql of queries) {
    const { records } = await withDeadline(connection.query(soql, { autoFetch: true, maxFetch: 10_000 }));
    rows.push(...(records as R[]));
  }
  return rows;
}
