import type {
  IntegrationLogin,
  LoginOutcome,
  LoginRequest,
  SessionOutcome,
  UserSession,
} from '../core/ports/salesforce.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { OAuthPasswordLogin } from './oauth-password-login.ts';
import { closeOAuthSession, openOAuthSession } from './oauth-session.ts';
import { SoapLogin } from './soap-login.ts';
import { closeSoapSession, openSoapSession } from './soap-session.ts';

/** Logs in to Salesforce as the integrations do, and out again. */
export class SalesforceLogin implements IntegrationLogin {
  readonly #telemetry: Pick<Telemetry, 'warn'>;
  readonly #soap: SoapLogin;
  readonly #oauthPassword: OAuthPasswordLogin;

  constructor(telemetry: Pick<Telemetry, 'warn'>) {
    this.#telemetry = telemetry;
    this.#soap = new SoapLogin(telemetry);
    this.#oauthPassword = new OAuthPasswordLogin(telemetry);
  }

  login({ way, ...request }: LoginRequest): Promise<LoginOutcome> {
    return way.kind === 'soap'
      ? this.#soap.login({ ...request, way })
      : this.#oauthPassword.login({ ...request, way });
  }

  openSession({ way, ...request }: LoginRequest): Promise<SessionOutcome> {
    return way.kind === 'soap' ? openSoapSession({ ...request, way }) : openOAuthSession({ ...request, way });
  }

  /** A session left open ends by itself, so a failed logout only leaves a line in the log. */
  async closeSession(session: UserSession): Promise<void> {
    try {
      await (session.by === 'soap' ? closeSoapSession(session) : closeOAuthSession(session));
    } catch (error) {
      this.#telemetry.warn('the session of the user could not be closed', error);
    }
  }
}
