/**
 * Integrations that take a `domain` log in at `https://{domain}.salesforce.com`
 * (`login`, `test`, `acme.my`, `acme--uat.sandbox.my`).
 *
 * A loopback URL, which only the sandbox has, is written as it stands.
 */

const SALESFORCE_URL = /^https:\/\/([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)\.salesforce\.com$/;
const DOMAIN = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/;
const LOOPBACK_URL = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/** What stands in `domain` for a login URL; `undefined` where no domain leads there. */
export function domainOf(loginUrl: string): string | undefined {
  return LOOPBACK_URL.test(loginUrl) ? loginUrl : SALESFORCE_URL.exec(loginUrl)?.[1];
}

/** The login URL that a `domain` leads to; `undefined` where it is none. */
export function loginUrlOf(domain: string): string | undefined {
  if (LOOPBACK_URL.test(domain)) return domain;
  return DOMAIN.test(domain) ? `https://${domain}.salesforce.com` : undefined;
}

/** Why a format that takes a domain cannot be used with a login URL. */
export function noDomainProblem(format: string): string {
  return `the format "${format}" can only log in at "https://{domain}.salesforce.com", and the login URL is not of that form`;
}
