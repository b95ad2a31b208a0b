import { Annotations, ArnFormat, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnPermission, FunctionUrlAuthType, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledgePublicPermission } from './acknowledged.ts';
import { type PromptPageProps, promptDomainOf } from './prompt-address.ts';
import { PromptDomain } from './prompt-domain.ts';
import type { RotationFunction } from './rotation-function.ts';

/** Where the page can be reached. */
export interface PromptAddress {
  /** What the links in messages begin with. */
  readonly url: string;
  /** What the DNS record of its domain is to lead to; `undefined` without a domain of one's own. */
  readonly domainTarget: string | undefined;
}

/**
 * Opens the function of the prompt page to everybody: at its domain, or else by a
 * function URL. Who may see what is decided by the page, link by link.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 * @throws ConfigurationError
 */
export function openPromptPage(
  scope: Construct,
  { function: page }: RotationFunction,
  { props, encryptionKey }: { readonly props: PromptPageProps; readonly encryptionKey: IKey },
): PromptAddress {
  const address = addressOf(scope, page, { props, encryptionKey });
  return props.url === undefined ? address : { ...address, url: props.url };
}

/**
 * Says in the deployment, once, that after an outside change people bring what they
 * are asked for by the command line only. A page that everybody can reach is not
 * made for that without being asked for.
 *
 * @param credentials Names of those that ask people then.
 */
export function tellThatThereIsNoPage(scope: Construct, credentials: readonly string[]): void {
  if (credentials.length === 0) return;
  Annotations.of(scope).addInfo(
    `When somebody else changes a password, people are asked for it ("onOutsideChange": "prompt"; ${inShort(credentials)}). ` +
      'There is no prompt page, so they bring it by "sfrotate token --with-password". For a page, deploy with "-c promptPage=on" (the prop promptPage); with "-c promptPage=off", this is not said any more.',
  );
}

function inShort([first, ...others]: readonly string[]): string {
  return others.length === 0 ? `${first}` : `${first} and ${others.length} more`;
}

function addressOf(
  scope: Construct,
  page: IFunction,
  { props, encryptionKey }: { readonly props: PromptPageProps; readonly encryptionKey: IKey },
): PromptAddress {
  const domain = promptDomainOf(props, scope);
  if (domain === undefined) {
    const { url } = page.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    // CDK gives both permissions that a URL for everybody needs.
    for (const permission of page.node.children.filter((child) => CfnPermission.isCfnPermission(child)))
      acknowledgePublicPermission(permission);
    return { url, domainTarget: undefined };
  }
  const { url, target } = new PromptDomain(scope, 'PromptDomain', { ...domain, page, encryptionKey });
  return { url, domainTarget: target };
}

/** The path under which the page is where people reach it; empty at the root. */
export function basePathOf({ url }: PromptPageProps): string {
  return url === undefined ? '' : new URL(url).pathname.replace(/\/$/, '');
}

/** The ARN of a function of this account and Region by its name. */
export function functionArn(scope: Construct, functionName: string): string {
  return Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
