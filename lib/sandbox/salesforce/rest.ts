import type { StandInRequest, StandInResponse } from '../http.ts';
import { demandApi, demandFreshPassword } from './access.ts';
import { ApiError, insufficientAccess, notAllowed, notFound } from './api-error.ts';
import { sameId } from './ids.ts';
import { json, jsonBody, restError, sessionIdOf } from './json-http.ts';
import type { SalesforceOrg } from './org.ts';
import type { Caller } from './passwords.ts';
import { isPasswordExpired, policyOf } from './policy.ts';
import { METHODS, type RestRoute, restRoute } from './rest-routes.ts';
import { fieldName } from './soql-fields.ts';
import { record, runQuery } from './soql-run.ts';
import { findTable } from './tables.ts';
import { servedVersion, versionList } from './versions.ts';

type Of<Kind extends RestRoute['kind']> = Extract<RestRoute, { readonly kind: Kind }>;

/** The REST API below `/services/data`. Errors are arrays of `{errorCode, message, fields?}`. */
export function answerRest(org: SalesforceOrg, request: StandInRequest): StandInResponse {
  try {
    const route = restRoute(request.path);
    if (route === undefined) throw notFound();
    if (!METHODS[route.kind].includes(request.method)) throw notAllowed(request.method, METHODS[route.kind]);
    if (route.kind === 'versions') return json(200, versionList());
    if (servedVersion(route.version) === undefined) throw notFound();
    const caller = org.authenticate(sessionIdOf(request));
    demandApi(org, caller);
    if (route.kind !== 'password' || request.method !== 'POST') demandFreshPassword(caller);
    return withUsage(org, answer(org, caller, route, request));
  } catch (error) {
    if (error instanceof ApiError) return restError(error);
    throw error;
  }
}

function answer(
  org: SalesforceOrg,
  caller: Caller,
  route: Exclude<RestRoute, { readonly kind: 'versions' }>,
  request: StandInRequest,
): StandInResponse {
  switch (route.kind) {
    case 'resources':
      return json(200, resources(route.version));
    case 'limits':
      return json(200, limits(org));
    case 'query':
      return query(org, caller, route.version, request.query.get('q'));
    case 'password':
      return password(org, caller, route, request);
    case 'record':
      return request.method === 'PATCH'
        ? patchRecord(org, caller, route, request)
        : getRecord(org, caller, route, request);
  }
}

function query(org: SalesforceOrg, caller: Caller, version: string, soql: string | null): StandInResponse {
  if (soql === null) throw new ApiError('MALFORMED_QUERY', 'A query string has to be specified');
  return json(200, runQuery(org.view, caller, org.now(), soql, version));
}

function password(
  org: SalesforceOrg,
  caller: Caller,
  { userId }: Of<'password'>,
  request: StandInRequest,
): StandInResponse {
  switch (request.method) {
    case 'POST':
      return setPassword(org, caller, userId, request);
    case 'DELETE':
      return json(200, { NewPassword: sayForSelf(org, () => org.resetPasswordAs(caller, userId)) });
    default: {
      const user = org.findUser(userId);
      if (user === undefined) throw notFound();
      if (user.id !== caller.user.id && !caller.user.permissions.manageUsers) {
        throw insufficientAccess('You do not have permission to view this record.');
      }
      const isExpired = isPasswordExpired(policyOf(org.settings, user), user, org.now());
      return request.method === 'HEAD' ? json(200, undefined) : json(200, { isExpired });
    }
  }
}

function setPassword(
  org: SalesforceOrg,
  caller: Caller,
  userId: string,
  request: StandInRequest,
): StandInResponse {
  if (!sameId(userId, caller.user.id)) demandFreshPassword(caller);
  const { NewPassword: value, ...others } = jsonBody(request);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new ApiError('JSON_PARSER_ERROR', `Unrecognized field "${unknown}"`);
  if (typeof value !== 'string') throw new ApiError('MISSING_ARGUMENT', 'NewPassword is required');
  sayForSelf(org, () => org.setPassword(caller, userId, value));
  return { status: 204, body: '' };
}

/** Where a user may not set the own password, REST may say that there is nothing to set. */
function sayForSelf<Result>(org: SalesforceOrg, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const isSelf = error instanceof ApiError && error.message === 'Cannot set password for self';
    throw isSelf && org.settings.selfSetRefusalInRest === 'NOT_FOUND' ? notFound() : error;
  }
}

function getRecord(
  org: SalesforceOrg,
  caller: Caller,
  { object, id, version }: Of<'record'>,
  request: StandInRequest,
): StandInResponse {
  const table = findTable(object, caller);
  if (table === undefined) throw notFound();
  const row = table
    .rows(org.view, caller, org.now())
    .find((candidate) => sameId(String(candidate['Id']), id));
  if (row === undefined) throw notFound();
  const asked = request.query.get('fields')?.split(',');
  const names = asked?.map((name) => fieldName(table, name.trim())) ?? Object.keys(table.fields);
  return json(200, record(table, row, names, version));
}

function patchRecord(
  org: SalesforceOrg,
  caller: Caller,
  { object, id }: Of<'record'>,
  request: StandInRequest,
): StandInResponse {
  if (findTable(object, caller) === undefined) throw notFound();
  if (object !== 'User' && object !== 'UserLogin') {
    throw new ApiError('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type cannot be updated: ${object}`);
  }
  org.updateRecord(caller, object, id, jsonBody(request));
  return { status: 204, body: '' };
}

function resources(version: string): Record<string, string> {
  const root = `/services/data/v${version}`;
  return { query: `${root}/query`, limits: `${root}/limits`, sobjects: `${root}/sobjects` };
}

function limits(org: SalesforceOrg): Record<string, { Max: number; Remaining: number }> {
  const max = org.settings.apiCallsPerDay;
  return { DailyApiRequests: { Max: max, Remaining: max - org.view.apiCalls.count } };
}

function withUsage(org: SalesforceOrg, response: StandInResponse): StandInResponse {
  const usage = `api-usage=${org.view.apiCalls.count}/${org.settings.apiCallsPerDay}`;
  return { ...response, headers: { ...response.headers, 'sforce-limit-info': usage } };
}
