import { ApiError } from './api-error.ts';
import { sameId } from './ids.ts';
import type { Caller } from './passwords.ts';
import type { Condition, Literal, Operator, Ordering } from './soql.ts';
import { parseSoql } from './soql.ts';
import { aggregate, isAggregate } from './soql-aggregate.ts';
import { compareValues, fieldName } from './soql-fields.ts';
import type { OrgState } from './state.ts';
import { type FieldType, findTable, type Row, type Table } from './tables.ts';

export interface QueryResult {
  readonly totalSize: number;
  readonly done: true;
  readonly records: readonly Record<string, unknown>[];
}

type Value = string | boolean | null;

/** Runs a query with the eyes of the caller. All rows come in one answer. */
export function runQuery(
  state: OrgState,
  caller: Caller,
  now: Date,
  query: string,
  version: string,
): QueryResult {
  const soql = parseSoql(query);
  const table = findTable(soql.object, caller);
  if (table === undefined) {
    throw new ApiError('INVALID_TYPE', `sObject type '${soql.object}' is not supported.`);
  }
  const keep = soql.where === undefined ? () => true : predicate(table, soql.where);
  if (isAggregate(soql)) {
    const records = aggregate(table, soql, table.rows(state, caller, now).filter(keep));
    return { totalSize: records.length, done: true, records };
  }
  const names = soql.fields === 'count' ? 'count' : soql.fields.map(({ field }) => fieldName(table, field));
  const compare = ordering(table, soql.orderBy);
  const found = table.rows(state, caller, now).filter(keep).sort(compare);
  const rows = soql.limit === undefined ? found : found.slice(0, soql.limit);
  if (names === 'count') return { totalSize: rows.length, done: true, records: [] };
  return {
    totalSize: rows.length,
    done: true,
    records: rows.map((row) => record(table, row, names, version)),
  };
}

/** One row as the API shows it: its attributes, then the fields that were asked for. */
export function record(
  table: Table,
  row: Row,
  names: readonly string[],
  version: string,
): Record<string, unknown> {
  const url = `/services/data/v${version}/sobjects/${table.name}/${row['Id']}`;
  const fields = names.map((name) => [name, row[name] ?? null]);
  return { attributes: { type: table.name, url }, ...Object.fromEntries(fields) };
}

function predicate(table: Table, condition: Condition): (row: Row) => boolean {
  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map((part) => predicate(table, part));
      return (row) => parts.every((part) => part(row));
    }
    case 'or': {
      const parts = condition.parts.map((part) => predicate(table, part));
      return (row) => parts.some((part) => part(row));
    }
    case 'not': {
      const part = predicate(table, condition.part);
      return (row) => !part(row);
    }
    case 'in': {
      const { name, type } = filterable(table, condition.field);
      const values = condition.literals.map((literal) => typedValue(name, type, literal));
      return (row) =>
        values.some((value) => holds('=', type, row[name] ?? null, value)) !== condition.negated;
    }
    case 'compare': {
      const { name, type } = filterable(table, condition.field);
      const value = typedValue(name, type, condition.literal);
      demandOperator(name, type, condition.operator);
      return (row) => holds(condition.operator, type, row[name] ?? null, value);
    }
  }
}

function filterable(table: Table, field: string): { name: string; type: FieldType } {
  const found = typed(table, field);
  if (table.filterable?.includes(found.name) ?? true) return found;
  throw new ApiError('INVALID_FIELD', `field '${found.name}' can not be filtered in a query call`);
}

function typed(table: Table, field: string): { name: string; type: FieldType } {
  const name = fieldName(table, field);
  return { name, type: table.fields[name] ?? 'string' };
}

/** The literal as the field's type has it; a literal of another type throws INVALID_FIELD. */
function typedValue(field: string, type: FieldType, literal: Literal): Value {
  if (literal.kind === 'null') return null;
  const fits: Readonly<Record<FieldType, Literal['kind']>> = {
    id: 'string',
    string: 'string',
    boolean: 'boolean',
    dateTime: 'dateTime',
  };
  if (fits[type] !== literal.kind) {
    const quotes = literal.kind === 'string' ? ' and should not be enclosed in quotes' : '';
    throw new ApiError(
      'INVALID_FIELD',
      `value of filter criterion for field '${field}' must be of type ${type}${quotes}`,
    );
  }
  if (type !== 'dateTime' || typeof literal.value === 'boolean') return literal.value;
  const time = Date.parse(literal.value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(time)) throw new ApiError('INVALID_FIELD', `invalid dateTime: ${literal.value}`);
  return new Date(time).toISOString();
}

function demandOperator(field: string, type: FieldType, operator: Operator): void {
  const comparesOrder = operator !== '=' && operator !== '!=';
  const allowed = type === 'dateTime' ? operator !== 'LIKE' : type === 'string' || !comparesOrder;
  if (!allowed) {
    throw new ApiError('INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${type} field '${field}'`);
  }
}

function holds(operator: Operator, type: FieldType, left: Value, right: Value): boolean {
  if (operator === 'LIKE') return like(String(left ?? ''), String(right ?? ''));
  if (left === null || right === null) {
    return operator === '=' ? left === right : operator === '!=' && left !== right;
  }
  const order = type === 'id' && sameId(String(left), String(right)) ? 0 : compareValues(type, left, right);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function like(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%/g, '.*')
    .replace(/_/g, '.');
  return new RegExp(`^${source}$`, 'is').test(text);
}

function ordering(table: Table, orderBy: readonly Ordering[]): (left: Row, right: Row) => number {
  const keys = orderBy.map((key) => ({ ...key, ...typed(table, key.field) }));
  return (left, right) => {
    for (const { name, type, descending, nullsLast } of keys) {
      const [a, b] = [left[name] ?? null, right[name] ?? null];
      if (a === null && b === null) continue;
      if (a === null) return nullsLast ? 1 : -1;
      if (b === null) return nullsLast ? -1 : 1;
      const order = compareValues(type, a, b);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}
