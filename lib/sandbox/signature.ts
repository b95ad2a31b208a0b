import type { WireRequest } from './wire.ts';

/** What a signed AWS request says about its signer. */
export interface Signer {
  readonly accessKeyId: string;
  /** The Region of the credential scope: where the request was sent to. */
  readonly region: string;
}

/**
 * Reads the credential scope of a request's signature, version 4. The signature
 * itself is not checked: whoever reaches a loopback port may call.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
export function signerOf({ headers }: Pick<WireRequest, 'headers'>): Signer | undefined {
  const scope = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\//.exec(String(headers['authorization'] ?? ''));
  const [, accessKeyId, region] = scope ?? [];
  return accessKeyId === undefined || region === undefined ? undefined : { accessKeyId, region };
}
