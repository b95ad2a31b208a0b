import { ApiError } from './api-error.ts';
import type { Aggregate, Ordering, SelectItem, Soql } from './soql.ts';
import { compareValues, fieldName } from './soql-fields.ts';
import { malformed } from './soql-tokens.ts';
import type { FieldType, Row, Table } from './tables.ts';

/** An aggregate query has no second page. */
const ONE_BATCH = 2_000;

type Cell = Row[string] | number;

interface AggregateQuery extends Soql {
  readonly fields: readonly SelectItem[];
}

interface Group {
  readonly record: Readonly<Record<string, unknown>>;
  readonly order: readonly Cell[];
}

/** Whether the answer has groups in place of rows. An alias is for those only. */
export function isAggregate(soql: Soql): soql is AggregateQuery {
  if (soql.fields === 'count') {
    if (soql.groupBy.length > 0) throw malformed('Grouped query cannot use COUNT()');
    return false;
  }
  const grouped = soql.groupBy.length > 0 || soql.fields.some((item) => item.aggregate !== undefined);
  const alias = soql.fields.find((item) => item.alias !== undefined)?.alias;
  if (!grouped && alias !== undefined) throw malformed('only aggregate expressions use field aliasing');
  if (!grouped && soql.orderBy.some((key) => key.aggregate !== undefined))
    throw malformed('Ordered field must be grouped or aggregated');
  return grouped;
}

/**
 * One `AggregateResult` for each group. A function without an alias is named
 * `expr0`, `expr1` and so on; a field without one keeps its name.
 *
 * Which field types can be grouped by follows the properties in the object
 * reference: date-times cannot, and none of the stand-in's other types is kept from
 * it. What happens to more groups than one answer holds is not documented for REST
 * beyond that there is no query locator; it is refused here.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_groupby_alias.htm
 * @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_group_by_considerations.htm
 */
export function aggregate(
  table: Table,
  soql: AggregateQuery,
  rows: readonly Row[],
): readonly Record<string, unknown>[] {
  const keys = soql.groupBy.map((field) => groupable(table, field));
  const columns = columnsOf(table, soql.fields, keys);
  const orderings = soql.orderBy.map((key) => orderingOf(table, key, keys));
  if (soql.limit !== undefined && keys.length === 0)
    throw malformed('Non-grouped query that uses overall aggregate functions cannot also use LIMIT');
  const groups = groupsOf(rows, keys).map((members): Group => {
    const cells = columns.map(({ name, of }) => [name, of(members)] as const);
    return {
      record: { attributes: { type: 'AggregateResult' }, ...Object.fromEntries(cells) },
      order: orderings.map(({ of }) => of(members)),
    };
  });
  const sorted = groups.toSorted((a, b) => compareGroups(orderings, a, b)).map(({ record }) => record);
  const limited = soql.limit === undefined ? sorted : sorted.slice(0, soql.limit);
  if (limited.length > ONE_BATCH)
    throw new ApiError(
      'EXCEEDED_ID_LIMIT',
      'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch',
    );
  return limited;
}

function groupable(table: Table, field: string): string {
  const name = fieldName(table, field);
  if (table.fields[name] !== 'dateTime') return name;
  throw malformed(`field '${name}' can not be grouped in a query call`);
}

/** Without a GROUP BY all rows are one group, be there any or none. */
function groupsOf(rows: readonly Row[], keys: readonly string[]): readonly (readonly Row[])[] {
  if (keys.length === 0) return [rows];
  return [...Map.groupBy(rows, (row) => JSON.stringify(keys.map((key) => row[key] ?? null))).values()];
}

function columnsOf(table: Table, items: readonly SelectItem[], keys: readonly string[]) {
  let unnamed = 0;
  return items.map((item) => {
    const of = cellOf(table, item, keys);
    const plain = item.aggregate === undefined ? fieldName(table, item.field) : undefined;
    return { name: item.alias ?? plain ?? `expr${unnamed++}`, of };
  });
}

function cellOf(
  table: Table,
  { field, aggregate: how }: Pick<SelectItem, 'field' | 'aggregate'>,
  keys: readonly string[],
): (members: readonly Row[]) => Cell {
  const name = fieldName(table, field);
  const type = table.fields[name] ?? 'string';
  if (how !== undefined) return (members) => computed(how, type, name, members);
  if (!keys.includes(name)) throw malformed(`Field must be grouped or aggregated: ${name}`);
  return ([first]) => first?.[name] ?? null;
}

function computed(how: Aggregate, type: FieldType, name: string, members: readonly Row[]): Cell {
  if (type === 'boolean') throw malformed(`field ${name} does not support aggregate operator ${how}`);
  const values = members.map((row) => row[name] ?? null).filter((value) => value !== null);
  const sorted = values.toSorted((a, b) => compareValues(type, a, b));
  switch (how) {
    case 'COUNT':
      return values.length;
    case 'COUNT_DISTINCT':
      return new Set(values).size;
    case 'MIN':
      return sorted[0] ?? null;
    case 'MAX':
      return sorted.at(-1) ?? null;
  }
}

function orderingOf(table: Table, ordering: Ordering, keys: readonly string[]) {
  const name = fieldName(table, ordering.field);
  const counts = ordering.aggregate === 'COUNT' || ordering.aggregate === 'COUNT_DISTINCT';
  const type = counts ? ('number' as const) : (table.fields[name] ?? 'string');
  return { ...ordering, type, of: cellOf(table, ordering, keys) };
}

function compareGroups(
  orderings: readonly ReturnType<typeof orderingOf>[],
  left: Group,
  right: Group,
): number {
  for (const [index, { type, descending, nullsLast }] of orderings.entries()) {
    const [a, b] = [left.order[index] ?? null, right.order[index] ?? null];
    if (a === null && b === null) continue;
    if (a === null) return nullsLast ? 1 : -1;
    if (b === null) return nullsLast ? -1 : 1;
    const order = compareCells(type, a, b);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function compareCells(type: FieldType | 'number', a: Exclude<Cell, null>, b: Exclude<Cell, null>): number {
  if (type === 'number' || typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  return compareValues(type, a, b);
}
