import { SANDBOX_CREDENTIALS } from '../credentials.ts';
import { COMMAND_FUNCTION } from '../function-host.ts';
import type { Sandbox } from '../sandbox.ts';

interface HttpAction {
  readonly method: 'POST';
  readonly url: string;
  readonly does: string;
}

/** What `GET /sandbox.json` says: where everything is, so that any client can be pointed at it. */
export interface SandboxDescription {
  readonly region: string;
  readonly credentialsForAnyAwsClient: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly secretsManager: { readonly endpoint: string };
  readonly dynamodb: { readonly endpoint: string; readonly table: string };
  readonly messaging: { readonly endpoint: string };
  /** The function takes the commands of an operator. */
  readonly lambda: { readonly endpoint: string; readonly commandFunction: string };
  readonly salesforce: { readonly loginUrl: string };
  readonly smtp: { readonly host: string; readonly port: number };
  readonly mailbox: string;
  /** For people: mails and messages, newest first. */
  readonly inbox: string;
  /** Where the prompt page is; a link to it comes in the message to the owner. */
  readonly intake: string;
  readonly history: string;
  readonly events: string;
  readonly credentials: readonly {
    readonly name: string;
    readonly secret: string;
    readonly draft: string;
    readonly usernames: readonly string[];
    readonly integrations: readonly { readonly secret: string; readonly format: string }[];
  }[];
  readonly actions: Readonly<Record<string, HttpAction>>;
}

export function describeSandbox(sandbox: Sandbox, baseUrl: string): SandboxDescription {
  const action = (path: string, does: string): HttpAction => ({
    method: 'POST',
    url: `${baseUrl}${path}`,
    does,
  });
  const { endpoints } = sandbox;
  // The SDK writes a note of its own into the credentials that it is given.
  const { accessKeyId, secretAccessKey } = SANDBOX_CREDENTIALS;
  return {
    region: sandbox.region,
    credentialsForAnyAwsClient: { accessKeyId, secretAccessKey },
    secretsManager: { endpoint: endpoints.secretsManager },
    dynamodb: { endpoint: endpoints.dynamodb, table: sandbox.ledgerTable },
    messaging: { endpoint: endpoints.messaging },
    lambda: { endpoint: endpoints.lambda, commandFunction: COMMAND_FUNCTION },
    salesforce: { loginUrl: endpoints.salesforce },
    smtp: { host: '127.0.0.1', port: endpoints.smtpPort },
    mailbox: `${baseUrl}/mailbox.json`,
    inbox: `${baseUrl}/inbox`,
    intake: endpoints.intake,
    history: `${baseUrl}/history.json`,
    events: `${baseUrl}/events.json`,
    credentials: [...sandbox.configuration.credentials.values()].map((credential) => ({
      name: credential.name,
      secret: credential.secret,
      draft: credential.draftSecret,
      usernames: usernamesOf(sandbox, credential.secret),
      integrations: credential.integrations.map(({ secret, format }) => ({ secret, format })),
    })),
    actions: {
      rotate: action('/actions/rotate', 'asks for a rotation now; ?credential=NAME where there are several'),
      prompt: action(
        '/actions/prompt',
        'tells the owner another link to the prompt page; those before it stop working',
      ),
      resume: action(
        '/actions/resume',
        'resumes a blocked rotation; ?credential=NAME where there are several',
      ),
      rollback: action('/actions/rollback', 'goes back to the credential before the last swap (two users)'),
      check: action(
        '/actions/check',
        'looks whether every integration secret carries the current credential',
      ),
      tick: action('/actions/tick', 'runs the watch now instead of in five minutes'),
      changePassword: action(
        '/actions/change-password',
        "changes the user's password in Salesforce behind the service's back; ?username=NAME",
      ),
      editSecret: action(
        '/actions/edit-secret',
        'changes the password in Salesforce and puts it into the credential secret with its token, as a person does; ?credential=NAME',
      ),
      resetToken: action(
        '/actions/reset-token',
        "resets the user's security token by hand, which mails a new one; ?username=NAME",
      ),
      oldClient: action(
        '/actions/old-client',
        'a client logs in with the credential from before the last swap, once; ?credential=NAME&address=IP&application=NAME',
      ),
      advanceClock: action('/actions/advance-clock', 'moves the clock forward; ?seconds=N'),
      org: action(
        '/actions/org',
        'changes settings of the org; JSON body, such as {"onApiPasswordSet":"reset-without-mail"}',
      ),
    },
  };
}

function usernamesOf(sandbox: Sandbox, secret: string): string[] {
  const value = sandbox.secretsManager.getSecretValue({ SecretId: secret });
  try {
    const { username } = JSON.parse(value.SecretString ?? '') as { username?: unknown };
    return typeof username === 'string' ? [username] : [];
  } catch {
    return [];
  }
}
