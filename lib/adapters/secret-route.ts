/** Which client reaches a secret, and whose quota its writes use up. */
export interface SecretRoute {
  readonly region: string;
  /** `undefined` if nothing says it. */
  readonly accountId: string | undefined;
  /** The role to be assumed; absent where the function's own is enough. */
  readonly roleArn: string | undefined;
}

/** The account and Region that the service is deployed in. */
export type Home = Pick<SecretRoute, 'region' | 'accountId'>;

/**
 * The route of a secret: an ARN says its account and Region, a name is looked up
 * at home, and the configuration says the role.
 *
 * @param roles role by secret, as both are written in the configuration
 */
export function routeOf(secret: string, home: Home, roles: ReadonlyMap<string, string>): SecretRoute {
  const { region, accountId } = placeInArn(secret) ?? home;
  return { region, accountId, roleArn: roles.get(secret) };
}

/** Account and Region in the ARN of a resource that has both; `undefined` for anything else. */
export function placeInArn(arn: string): Home | undefined {
  const [, region, accountId] = /^arn:[^:]+:[^:]+:([^:]+):(\d{12}):/.exec(arn) ?? [];
  return region === undefined || accountId === undefined ? undefined : { region, accountId };
}
