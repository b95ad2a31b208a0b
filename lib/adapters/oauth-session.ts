import type { LoginRequest, LoginWay, SessionOutcome, UserSession } from '../core/ports/salesforce.ts';
import { Redacted } from '../core/redacted.ts';
import { withDeadline } from './deadline.ts';
import { loadJsforce } from './jsforce-client.ts';
import { oauthLoginRefusal } from './oauth-faults.ts';

/**
 * The OAuth username-password flow, keeping its session. The flow opens none with
 * an expired password.
 *
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_username_password_flow.htm
 */
export async function openOAuthSession({
  loginUrl,
  username,
  combinedPassword,
  way,
}: LoginRequest<Extract<LoginWay, { kind: 'oauth-password' }>>): Promise<SessionOutcome> {
  const Connection = await loadJsforce();
  const clientId = way.app.clientId.reveal();
  const clientSecret = way.app.clientSecret.reveal();
  const connection = new Connection({ logLevel: 'FATAL', oauth2: { loginUrl, clientId, clientSecret } });
  try {
    const password = combinedPassword.reveal();
    const user = await withDeadline(connection.authorize({ grant_type: 'password', username, password }));
    const { instanceUrl, accessToken } = connection;
    if (!accessToken) throw new Error('the token endpoint answered without a token');
    const session: UserSession = {
      by: 'oauth-password',
      instanceUrl,
      sessionId: Redacted.of(accessToken),
      userId: user.id,
      organizationId: user.organizationId,
      passwordExpired: false,
    };
    if (!isJwt(accessToken))
      return { kind: 'accepted', userId: user.id, organizationId: user.organizationId, session };
    // If this fails, the session ends by itself.
    await closeOAuthSession(session).catch(() => undefined);
    return NO_SOAP;
  } catch (error) {
    return oauthLoginRefusal(error);
  }
}

export async function closeOAuthSession({ instanceUrl, sessionId }: UserSession): Promise<void> {
  const Connection = await loadJsforce();
  const { oauth2 } = new Connection({ logLevel: 'FATAL', oauth2: { loginUrl: instanceUrl } });
  await withDeadline(oauth2.revokeToken(sessionId.reveal()));
}

/** The SOAP API, which alone changes the own password, takes no such token. */
const NO_SOAP = {
  kind: 'disabled',
  detail: 'the app issues access tokens as JWT, which the SOAP API does not take.',
  remedy: "Switch JWT-based access tokens off in the app's OAuth settings.",
} as const;

function isJwt(token: string): boolean {
  return /^ey[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}
