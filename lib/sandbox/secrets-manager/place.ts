/** What a request is answered in: the caller's account, and the Region that it was sent to. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

export function placeOf(arn: string): Place {
  const [, , , region = '', accountId = ''] = arn.split(':');
  return { accountId, region };
}

export function samePlace(a: Place, b: Place): boolean {
  return a.accountId === b.accountId && a.region === b.region;
}

/** The ARN of a secret's replica: the primary's, but for the Region. */
export function arnIn(region: string, arn: string): string {
  const parts = arn.split(':');
  parts[3] = region;
  return parts.join(':');
}
