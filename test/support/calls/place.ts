/** The account and the Region of every sandbox. */
export const HOME = { accountId: '000000000000', region: 'eu-central-1' } as const;

/** In place of the six characters that Secrets Manager draws for each secret. */
const SUFFIX = 'Suffix';

/** ARN of a secret in the own account, the same in every sandbox. */
export function secretArn(name: string, region: string = HOME.region): string {
  return arnOf('secretsmanager', `secret:${name}-${SUFFIX}`, region);
}

export function arnOf(service: string, resource: string, region: string = HOME.region): string {
  return `arn:aws:${service}:${region}:${HOME.accountId}:${resource}`;
}

/** A text in which the ARNs of secrets are the same in every sandbox. */
export function withoutChance(text: string): string {
  return text.replaceAll(
    /(arn:aws:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+)-\w{6}\b/g,
    `$1-${SUFFIX}`,
  );
}
