/** The services that the sandbox stands in for. */
export type ServiceName =
  | 'secretsManager'
  | 'sts'
  | 'dynamodb'
  | 'salesforce'
  | 'messaging'
  | 's3'
  | 'lambda';

/** One request as it crosses the wire between a client and a stand-in. */
export interface WireCall {
  readonly service: ServiceName;
  /** The service's own name of the operation: `PutSecretValue`, `login`, `query`, … */
  readonly operation: string;
  /** The application id in the AWS SDK's user agent: which function is calling. */
  readonly caller: string | undefined;
  /** What the call is about: the secret id, the username, …; never a secret value. */
  readonly target: string | undefined;
}

/** The request of a call as it came. Its body may hold secret values: whoever looks into it keeps none of them. */
export interface WireRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What happens to a call: it passes, it waits, it is refused, or the connection breaks. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  | { readonly kind: 'fail'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'cut' };

export const PASS: Verdict = { kind: 'pass' };

/**
 * Sees every call. `before` decides whether the stand-in gets to see it;
 * `after` decides whether the client gets to see the answer. A cut `after` is
 * the lost answer: the change was made and the client does not know.
 */
export interface Wire {
  before(call: WireCall, request: WireRequest): Verdict;
  after(call: WireCall): Verdict;
}

/** Passes everything and counts it. Other wires build on it. */
export class CountingWire implements Wire {
  readonly calls: WireCall[] = [];

  before(call: WireCall): Verdict {
    this.calls.push(call);
    return PASS;
  }

  after(_call: WireCall): Verdict {
    return PASS;
  }

  count(service: ServiceName): number {
    return this.calls.filter((call) => call.service === service).length;
  }
}
