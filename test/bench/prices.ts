/**
 * How a price was checked: `AWS` against a stored copy of AWS's own page, `others`
 * against what others say of that page, `not` at all.
 */
type Checked = 'AWS' | 'others' | 'not';

export interface Price {
  /** US dollars for `per` of `unit`. */
  readonly dollars: number;
  readonly per: number;
  readonly unit: string;
  /** Where AWS publishes it. */
  readonly page: string;
  readonly checked: Checked;
}

/** When the prices were noted. */
export const PRICES_OF = '2026-11-24';

const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;
const MILLION = 1_000_000;

/** List prices of us-east-1, of the first tier, free tiers left out. */
export const PRICES = {
  secret: price(0.4, 1, 'secret', 'secrets-manager', 'others'),
  secretsManagerCall: price(0.05, 10_000, 'call', 'secrets-manager', 'others'),
  lambdaRequest: price(0.2, MILLION, 'run', 'lambda', 'others'),
  lambdaGbSecond: price(0.0000133334, 1, 'GB-second (arm64)', 'lambda', 'others'),
  dynamodbRead: price(0.125, MILLION, 'read unit', 'dynamodb', 'others'),
  dynamodbWrite: price(0.625, MILLION, 'write unit', 'dynamodb', 'others'),
  dynamodbStorage: price(0.45, 1, 'GB with point-in-time recovery', 'dynamodb', 'not'),
  sqsRequest: price(0.4, MILLION, 'request', 'sqs', 'others'),
  snsPublish: price(0.5, MILLION, 'publication', 'sns', 'others'),
  snsMail: price(2, 100_000, 'e-mail', 'sns', 'others'),
  event: price(1, MILLION, 'event', 'eventbridge', 'others'),
  key: price(1, 1, 'key', 'kms', 'AWS'),
  keyRequest: price(0.03, 10_000, 'request', 'kms', 'others'),
  alarmMetric: price(0.1, 1, 'metric of an alarm', 'cloudwatch', 'others'),
  dashboard: price(3, 1, 'dashboard', 'cloudwatch', 'others'),
  customMetric: price(0.3, 1, 'metric', 'cloudwatch', 'others'),
  logIngested: price(0.5, 1, 'GB', 'cloudwatch', 'others'),
  logKept: price(0.03, 1, 'GB', 'cloudwatch', 'others'),
  trace: price(5, MILLION, 'trace', 'xray', 'AWS'),
  mailReceived: price(0.1, 1_000, 'e-mail', 'ses', 'not'),
} as const satisfies Readonly<Record<string, Price>>;

function price(dollars: number, per: number, unit: string, service: string, checked: Checked): Price {
  return { dollars, per, unit, page: page(service), checked };
}
