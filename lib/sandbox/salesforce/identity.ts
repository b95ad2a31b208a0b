import type { StandInRequest, StandInResponse } from '../http.ts';
import { ApiError } from './api-error.ts';
import { sameId } from './ids.ts';
import { json, sessionIdOf } from './json-http.ts';
import type { SalesforceOrg } from './org.ts';
import type { StoredUser } from './state.ts';
import { fullName } from './tables.ts';

/** `/services/oauth2/userinfo`: who the session belongs to, in OpenID Connect's words. */
export function answerUserInfo(
  org: SalesforceOrg,
  baseUrl: string,
  request: StandInRequest,
): StandInResponse {
  const user = sessionUser(org, request);
  if (typeof user === 'string') return plain(user);
  return json(200, {
    sub: `${baseUrl}/id/${org.organizationId}/${user.id}`,
    user_id: user.id,
    organization_id: org.organizationId,
    preferred_username: user.username,
    name: fullName(user),
    email: user.email,
    given_name: user.firstName,
    family_name: user.lastName,
    user_type: 'STANDARD',
    active: user.isActive,
  });
}

/** `/id/{organization}/{user}`: the identity URL of a token answer. */
export function answerIdentity(
  org: SalesforceOrg,
  baseUrl: string,
  request: StandInRequest,
): StandInResponse {
  const user = sessionUser(org, request);
  if (typeof user === 'string') return plain(user);
  const [organizationId = '', userId = ''] = request.path.split('/').slice(2);
  if (!sameId(organizationId, org.organizationId) || !sameId(userId, user.id)) return plain('Wrong_Org');
  return json(200, {
    id: `${baseUrl}/id/${org.organizationId}/${user.id}`,
    user_id: user.id,
    organization_id: org.organizationId,
    username: user.username,
    display_name: fullName(user),
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
    user_type: 'STANDARD',
    active: user.isActive,
  });
}

function sessionUser(
  org: SalesforceOrg,
  request: StandInRequest,
): StoredUser | 'Missing_OAuth_Token' | 'Bad_OAuth_Token' {
  try {
    const sessionId = sessionIdOf(request) ?? request.query.get('oauth_token') ?? undefined;
    if (sessionId === undefined) return 'Missing_OAuth_Token';
    const { user, session } = org.authenticate(sessionId);
    return session.passwordExpired ? 'Bad_OAuth_Token' : user;
  } catch (error) {
    if (error instanceof ApiError) return 'Bad_OAuth_Token';
    throw error;
  }
}

/** These two endpoints refuse with a bare word instead of an error array. */
function plain(word: string): StandInResponse {
  return { status: 403, headers: { 'content-type': 'text/plain;charset=UTF-8' }, body: word };
}
