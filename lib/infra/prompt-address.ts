import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Certificate, ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../core/config/load.ts';

/** Where people find the prompt page. */
export interface PromptPageProps {
  /**
   * A domain of your own for the page, such as `rotation.acme.com`, behind an HTTP
   * API; it needs `certificate`. Let the domain lead to `promptDomainTarget`.
   *
   * @default - the page has a function URL
   */
  readonly domainName?: string | undefined;
  /**
   * The certificate of `domainName`, or its ARN: of AWS Certificate Manager in the
   * service's own Region.
   *
   * @default - none; needed with `domainName`, and only with it
   */
  readonly certificate?: string | ICertificate | Certificate | undefined;
  /**
   * What the links in messages begin with, where something of yours stands in front
   * of the page: `https://` and a domain, with a path or without one. Known at
   * synthesis; it hands the requests on with their paths as they are.
   *
   * @default - the page's own address
   */
  readonly url?: string | undefined;
}

/** A domain and the ARN of its certificate. */
export interface PromptDomainName {
  readonly domainName: string;
  readonly certificateArn: string;
}

const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const CERTIFICATE = /^arn:aws[\w-]*:acm:([a-z0-9-]+):\d{12}:certificate\/[\w-]+$/;
/** What the page takes for the path under which it lives. */
const URL_IN_FRONT = /^https:\/\/[^/?#@\s]+(?:\/[A-Za-z0-9._~-]+)*\/?$/;

/** How the parts are called where they were given. */
export interface PromptPaths {
  readonly domainName: string;
  readonly certificate: string;
}

const PROPS: PromptPaths = { domainName: 'promptPage.domainName', certificate: 'promptPage.certificate' };

/**
 * Refuses a domain without its certificate, and the other way round.
 *
 * @throws ConfigurationError
 */
export function checkPromptPage(
  { domainName, certificate, url }: PromptPageProps,
  paths: PromptPaths = PROPS,
): void {
  if (domainName !== undefined && certificate === undefined)
    throw refused(
      paths.certificate,
      `the domain ${domainName} needs a certificate of AWS Certificate Manager in the service's own Region. Give its ARN.`,
    );
  if (certificate !== undefined && domainName === undefined)
    throw refused(paths.domainName, 'a certificate is of no use without its domain. Give the domain, too.');
  if (domainName !== undefined && !Token.isUnresolved(domainName) && !DOMAIN.test(domainName))
    throw refused(
      paths.domainName,
      `"${domainName}" is no name of a domain. Write for example rotation.acme.com, in lower case and without https://.`,
    );
  if (typeof certificate === 'string' && !Token.isUnresolved(certificate) && !CERTIFICATE.test(certificate))
    throw refused(paths.certificate, 'this is no ARN of a certificate of AWS Certificate Manager.');
  if (url !== undefined && !URL_IN_FRONT.test(url))
    throw refused(
      'promptPage.url',
      'this is no address such as "https://tools.acme.com/rotation", by https and without a query.',
    );
}

/**
 * The domain, if there is one.
 *
 * @throws ConfigurationError where its certificate is in another Region than the service.
 */
export function promptDomainOf(
  { domainName, certificate }: PromptPageProps,
  scope: IConstruct,
): PromptDomainName | undefined {
  if (domainName === undefined || certificate === undefined) return undefined;
  const { region } = Stack.of(scope);
  const [arn, given] =
    typeof certificate === 'string'
      ? [certificate, []]
      : [certificate.certificateArn, [certificate.env.region]];
  const elsewhere = [...regionsIn(arn), ...given].find(
    (each) => Token.compareStrings(each, region) === TokenComparison.DIFFERENT,
  );
  if (elsewhere !== undefined)
    throw refused(
      PROPS.certificate,
      `this certificate is in ${elsewhere}, and the page is in ${region}. Request one for ${domainName} there.`,
    );
  return { domainName, certificateArn: arn };
}

function regionsIn(arn: string): readonly string[] {
  const region = Token.isUnresolved(arn) ? undefined : CERTIFICATE.exec(arn)?.[1];
  return region === undefined ? [] : [region];
}

function refused(path: string, message: string): ConfigurationError {
  return new ConfigurationError([{ path, message }]);
}
