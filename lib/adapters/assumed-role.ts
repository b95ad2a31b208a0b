import type { fromTemporaryCredentials } from '@aws-sdk/credential-providers';

type Options = Parameters<typeof fromTemporaryCredentials>[0];
/** What a client asks for credentials; it keeps them until shortly before they expire. */
export type CredentialProvider = ReturnType<typeof fromTemporaryCredentials>;

export interface AssumedRole {
  readonly roleArn: string;
  /** Who assumes it, as CloudTrail shows it there. 2 to 64 characters. */
  readonly sessionName: string;
  /** What the role is assumed with. @default what the SDK finds in the environment */
  readonly credentials: Options['masterCredentials'];
  /** Where STS is asked. */
  readonly sts: { readonly region: string; readonly endpoint?: string; readonly userAgentAppId: string };
}

/** STS denied the role: it does not exist, does not trust this function, or this function may not assume it. */
export class RoleDenied extends Error {
  override readonly name = 'RoleDenied';
  readonly roleArn: string;

  constructor(roleArn: string, options: ErrorOptions) {
    super(`the role ${roleArn} may not be assumed`, options);
    this.roleArn = roleArn;
  }
}

/**
 * Temporary credentials of a role. STS is loaded and asked at the first use.
 *
 * The provider throws `RoleDenied`, or what STS or the network made of the call.
 */
export function assumedRole(role: AssumedRole): CredentialProvider {
  let loading: Promise<CredentialProvider> | undefined;
  return async (caller) => {
    loading ??= load(role);
    const provider = await loading;
    try {
      return await provider(caller);
    } catch (error) {
      // STS has no exception class for this one, only its code.
      if (error instanceof Error && error.name === 'AccessDenied')
        throw new RoleDenied(role.roleArn, { cause: error });
      throw error;
    }
  };
}

async function load({ roleArn, sessionName, credentials, sts }: AssumedRole): Promise<CredentialProvider> {
  const { fromTemporaryCredentials } = await import('./temporary-credentials.ts');
  return fromTemporaryCredentials({
    params: { RoleArn: roleArn, RoleSessionName: sessionName },
    ...(credentials === undefined ? {} : { masterCredentials: credentials }),
    clientConfig: sts,
  });
}
