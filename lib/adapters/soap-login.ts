import type { LoginOutcome, LoginRequest, LoginWay } from '../core/ports/salesforce.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { withDeadline } from './deadline.ts';
import { loadJsforce } from './jsforce-client.ts';
import { loginRefusal } from './salesforce-faults.ts';

/**
 * SOAP `login()` as integrations use it, and a logout after it. Uses
 * `loginBySoap`, because `login` would keep the password in memory and log in
 * again by itself after a 401.
 *
 * @see https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_login.htm
 */
export class SoapLogin {
  readonly #telemetry: Pick<Telemetry, 'warn'>;

  constructor(telemetry: Pick<Telemetry, 'warn'>) {
    this.#telemetry = telemetry;
  }

  async login(request: LoginRequest<Extract<LoginWay, { kind: 'soap' }>>): Promise<LoginOutcome> {
    const Connection = await loadJsforce();
    const connection = new Connection({
      loginUrl: request.loginUrl,
      version: request.way.apiVersion,
      logLevel: 'FATAL',
    });
    try {
      const user = await withDeadline(
        connection.loginBySoap(request.username, request.combinedPassword.reveal()),
      );
      await this.#logOut(connection);
      return { kind: 'accepted', userId: user.id, organizationId: user.organizationId };
    } catch (error) {
      return loginRefusal(error);
    }
  }

  /** A session left open is no danger to the rotation, so a failed logout only leaves a line in the log. */
  async #logOut(connection: { logoutBySoap(): Promise<void> }): Promise<void> {
    try {
      await withDeadline(connection.logoutBySoap());
    } catch (error) {
      this.#telemetry.warn('the session of a verification login could not be closed', error);
    }
  }
}
