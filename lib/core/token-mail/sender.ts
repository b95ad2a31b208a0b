const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const PLAIN_ADDRESS = /^[\x21-\x3f\x41-\x7e]{1,128}@([\x21-\x3f\x41-\x7e]{1,253})$/;

/**
 * Lower-case host name of a plain ASCII address, else undefined. An address in
 * another script stays undefined: it can look like an allowed one, and a real
 * one needs none.
 */
export function domainOf(address: string): string | undefined {
  const domain = PLAIN_ADDRESS.exec(address)?.[1]?.toLowerCase();
  return domain !== undefined && HOST_NAME.test(domain) ? domain : undefined;
}

/** Whether `domain` is one of `allowed` or lies below one. `xsalesforce.com` does not lie below `salesforce.com`. */
export function isAllowedDomain(domain: string | undefined, allowed: readonly string[]): boolean {
  if (domain === undefined) return false;
  return allowed.some((entry) => {
    const parent = entry.toLowerCase();
    return parent !== '' && (domain === parent || domain.endsWith(`.${parent}`));
  });
}
