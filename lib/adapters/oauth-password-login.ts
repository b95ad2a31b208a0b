import type { LoginOutcome, LoginRequest, LoginWay } from '../core/ports/salesforce.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { withDeadline } from './deadline.ts';
import { loadJsforce } from './jsforce-client.ts';
import { oauthLoginRefusal } from './oauth-faults.ts';

/**
 * The OAuth username-password flow as integrations use it, and the end of its
 * session. User and org are those of the identity URL in the answer.
 *
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_username_password_flow.htm
 */
export class OAuthPasswordLogin {
  readonly #telemetry: Pick<Telemetry, 'warn'>;

  constructor(telemetry: Pick<Telemetry, 'warn'>) {
    this.#telemetry = telemetry;
  }

  async login(request: LoginRequest<Extract<LoginWay, { kind: 'oauth-password' }>>): Promise<LoginOutcome> {
    const { loginUrl, username, combinedPassword, way } = request;
    const Connection = await loadJsforce();
    const connection = new Connection({
      logLevel: 'FATAL',
      oauth2: {
        loginUrl,
        clientId: way.app.clientId.reveal(),
        clientSecret: way.app.clientSecret.reveal(),
      },
    });
    try {
      const password = combinedPassword.reveal();
      const user = await withDeadline(connection.authorize({ grant_type: 'password', username, password }));
      await this.#endSession(connection);
      return { kind: 'accepted', userId: user.id, organizationId: user.organizationId };
    } catch (error) {
      return oauthLoginRefusal(error);
    }
  }

  /** A session left open is no danger to the rotation, so a failed revocation only leaves a line in the log. */
  async #endSession({
    oauth2,
    accessToken,
  }: {
    readonly oauth2: { revokeToken(token: string): Promise<void> };
    readonly accessToken?: string | null | undefined;
  }): Promise<void> {
    try {
      await withDeadline(oauth2.revokeToken(accessToken ?? ''));
    } catch (error) {
      this.#telemetry.warn('the session of a verification login could not be closed', error);
    }
  }
}
