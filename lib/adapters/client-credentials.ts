import type { ClientCredentialsConnection } from '../core/ports/salesforce.ts';
import type { Grant } from './oauth-grant.ts';

/**
 * The client credentials flow: the app runs as the user that it names in Salesforce.
 *
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
 */
export function clientCredentialsGrant(connection: ClientCredentialsConnection): Grant {
  const clientId = connection.clientId.reveal();
  return {
    key: [connection.kind, connection.loginUrl, clientId].join(' '),
    client: { clientId, clientSecret: connection.clientSecret.reveal() },
    parameters: () => ({ grant_type: 'client_credentials' }),
  };
}
