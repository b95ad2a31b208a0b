import { PRICES, type Price } from './prices.ts';
import { CREDENTIALS, INTEGRATIONS, type MonthlyUsage, measureUsage } from './usage.ts';

/** Bounds for what the sandbox cannot measure. Each is above what was seen. */
const BOUNDS = {
  /** The longest run here, cold and with 20 ms for each call, took 1.4 s; most take 0.05 s. */
  runSeconds: 2,
  memoryGb: 0.5,
  /** One kilobyte each. */
  writeUnits: 4,
  ledgerGb: 0.01,
  /** What Lambda prints itself included. */
  logKilobytesPerRun: 2,
  logMonths: 12,
  /** Lambda polls a quiet queue five times at once, for up to twenty seconds each. */
  pollsPerMonth: (5 * 30 * 86_400) / 20,
  /** Sent, received and deleted; received once more by another poller. */
  requestsPerMessage: 4,
  /** Times that somebody opens the dashboard, for each of which its widget runs and reads all credentials. */
  dashboardViews: 500,
} as const;

/** Who pays: what the credentials and integrations have without the service, what the service adds, or an alternative. */
export type Payer = 'anyway' | 'service' | 'managed external secrets';

export interface CostLine {
  readonly payer: Payer;
  readonly item: string;
  readonly quantity: number;
  readonly price: Price;
  /** A month. */
  readonly dollars: number;
}

/** Every line of the bill; `totalOf` has the sums. */
export function costLines(usage: MonthlyUsage): readonly CostLine[] {
  return [...secretLines(), ...serviceLines(usage), ...managedLines()];
}

/** Dollars a month. */
export function totalOf(lines: readonly CostLine[], payer: Payer): number {
  return lines.filter((line) => line.payer === payer).reduce((sum, { dollars }) => sum + dollars, 0);
}

function secretLines(): readonly CostLine[] {
  return [
    line('anyway', 'Credential secrets', CREDENTIALS, PRICES.secret),
    line('anyway', 'Integration secrets', CREDENTIALS * INTEGRATIONS, PRICES.secret),
    line('service', 'Draft secrets', CREDENTIALS, PRICES.secret),
    line('service', 'Connection secret of the org', 1, PRICES.secret),
  ];
}

function serviceLines(usage: MonthlyUsage): readonly CostLine[] {
  const runs = usage.runs + BOUNDS.dashboardViews;
  const logGb = (runs * BOUNDS.logKilobytesPerRun) / 1_000_000;
  const service = (item: string, quantity: number, price: Price) => line('service', item, quantity, price);
  return [
    service('Calls to Secrets Manager', usage.secretsManagerCalls, PRICES.secretsManagerCall),
    service('Runs of functions', runs, PRICES.lambdaRequest),
    service(
      `Runs of functions, ${BOUNDS.runSeconds} s each with 512 MB`,
      runs * BOUNDS.runSeconds * BOUNDS.memoryGb,
      PRICES.lambdaGbSecond,
    ),
    service('Ledger, reads', usage.ledgerReads + BOUNDS.dashboardViews * CREDENTIALS, PRICES.dynamodbRead),
    service('Ledger, writes of up to 4 KB', usage.ledgerWrites * BOUNDS.writeUnits, PRICES.dynamodbWrite),
    service('Ledger, kept', BOUNDS.ledgerGb, PRICES.dynamodbStorage),
    service('Queue, polled while it is empty', BOUNDS.pollsPerMonth, PRICES.sqsRequest),
    service('Queue, messages', usage.messages * BOUNDS.requestsPerMessage, PRICES.sqsRequest),
    service('Notifications', usage.publications, PRICES.snsPublish),
    service('Notifications by e-mail', usage.publications, PRICES.snsMail),
    service('Events', usage.events, PRICES.event),
    service('Mails with tokens', usage.mails, PRICES.mailReceived),
    service('Key', usage.keys, PRICES.key),
    service('Uses of the key', usesOfKey(usage, runs), PRICES.keyRequest),
    service('Alarms', usage.alarmMetrics, PRICES.alarmMetric),
    service('Dashboard with its widget', usage.dashboards, PRICES.dashboard),
    service('Metrics, by the hour', usage.customMetrics, PRICES.customMetric),
    service('Logs, 2 KB for each run', logGb, PRICES.logIngested),
    service('Logs, kept for a year', logGb * BOUNDS.logMonths, PRICES.logKept),
    service('Traces, one for each run', runs, PRICES.trace),
  ];
}

/**
 * At most one for each secret value and message, and for each run one for the
 * ledger's table key, which DynamoDB keeps for five minutes, and one for the log.
 */
function usesOfKey({ secretValues, messages, publications }: MonthlyUsage, runs: number): number {
  return secretValues + messages * BOUNDS.requestsPerMessage + publications + 2 * runs;
}

/** The least that it can be: one app for each credential, whose five integrations read the same secret. */
function managedLines(): readonly CostLine[] {
  return [line('managed external secrets', 'Secrets, one for each app', CREDENTIALS, PRICES.secret)];
}

function line(payer: Payer, item: string, quantity: number, price: Price): CostLine {
  return { payer, item, quantity, price, dollars: (quantity / price.per) * price.dollars };
}

/** The lines of docs/cost.md, unrounded. */
export async function* benchCost(): AsyncGenerator<object> {
  const lines = costLines(await measureUsage());
  for (const { payer, item, quantity, price, dollars } of lines)
    yield {
      bench: 'cost',
      payer,
      item,
      quantity,
      unit: price.unit,
      price: price.dollars,
      per: price.per,
      dollars,
    };
  for (const payer of ['anyway', 'service', 'managed external secrets'] as const)
    yield { bench: 'cost', payer, item: 'total', dollars: totalOf(lines, payer) };
}
