import type { IntegrationLogin, LoginOutcome, LoginRequest } from '../core/ports/salesforce.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { OAuthPasswordLogin } from './oauth-password-login.ts';
import { SoapLogin } from './soap-login.ts';

/** Logs in to Salesforce as the integrations do, and out again. */
export class SalesforceLogin implements IntegrationLogin {
  readonly #soap: SoapLogin;
  readonly #oauthPassword: OAuthPasswordLogin;

  constructor(telemetry: Pick<Telemetry, 'warn'>) {
    this.#soap = new SoapLogin(telemetry);
    this.#oauthPassword = new OAuthPasswordLogin(telemetry);
  }

  login({ way, ...request }: LoginRequest): Promise<LoginOutcome> {
    return way.kind === 'soap'
      ? this.#soap.login({ ...request, way })
      : this.#oauthPassword.login({ ...request, way });
  }
}
