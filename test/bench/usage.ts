import { synthesize } from '../infra/example.ts';
import { type Activity, callsTo, idleDayActivity, rotationActivity } from './activity.ts';
import { fleet } from './fleet.ts';

export const CREDENTIALS = 10;
/** Of each credential. */
export const INTEGRATIONS = 5;
/** All secrets of a credential at most. */
const VALUES_OF_A_BATCH = INTEGRATIONS + 2;
const DAYS = 30;
const HOURS = DAYS * 24;

/** What is used in a month of thirty days, in which each credential is rotated once. */
export interface MonthlyUsage {
  readonly secretsManagerCalls: number;
  readonly ledgerReads: number;
  readonly ledgerWrites: number;
  readonly messages: number;
  readonly publications: number;
  readonly events: number;
  readonly mails: number;
  readonly runs: number;
  /** Secrets that are encrypted or decrypted. */
  readonly secretValues: number;
  /** Metrics, each for the part of the month in which it gets values. */
  readonly customMetrics: number;
  /** Metrics that alarms look at; an alarm on a sum looks at each term. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
}

/**
 * Measured: a rotation with its token in a mail, for which the watch takes the wish
 * and hears of the version that became current, and a day without one, both of
 * one credential in the sandbox, and the template of all. Everything in them is
 * done for each credential, except the runs of the watch, its metrics, and its
 * look into the org, which reads the connection once for all.
 */
export async function measureUsage(): Promise<MonthlyUsage> {
  const rotation = await rotationActivity({ integrations: INTEGRATIONS, source: 'mailbox' });
  const idleDay = await idleDayActivity({ integrations: INTEGRATIONS });
  const monthly = (count: (activity: Activity) => number) =>
    CREDENTIALS * (count(rotation) + DAYS * count(idleDay));
  const calls = (operation: string) => monthly(({ byOperation }) => byOperation[operation] ?? 0);
  const looks = DAYS * (idleDay.invocations.watch ?? 0);
  return {
    secretsManagerCalls:
      monthly((activity) => callsTo('secretsManager', activity)) - (CREDENTIALS - 1) * looks,
    ledgerReads: calls('dynamodb.GetItem') + calls('dynamodb.Query'),
    ledgerWrites: calls('dynamodb.PutItem') + calls('dynamodb.UpdateItem'),
    messages: calls('messaging.SendMessage'),
    publications: calls('messaging.Publish'),
    events: calls('messaging.PutEvents'),
    mails: monthly(({ invocations }) => invocations.mail ?? 0),
    runs: monthly(runsPerCredential) + CREDENTIALS * (rotation.invocations.watch ?? 0) + looks,
    secretValues: monthly(secretValuesIn) - (CREDENTIALS * VALUES_OF_A_BATCH - 1) * looks,
    customMetrics: idleDay.metrics.length + (CREDENTIALS * rotation.metrics.length) / HOURS,
    ...templateUsage(),
  };
}

function runsPerCredential({ invocations }: Activity): number {
  const { rotate = 0, advance = 0, mail = 0 } = invocations;
  return rotate + advance + mail;
}

function secretValuesIn({ byOperation }: Activity): number {
  const of = (operation: string) => byOperation[`secretsManager.${operation}`] ?? 0;
  return of('GetSecretValue') + of('PutSecretValue') + of('BatchGetSecretValue') * VALUES_OF_A_BATCH;
}

function templateUsage(): Pick<MonthlyUsage, 'alarmMetrics' | 'dashboards' | 'keys'> {
  const template = synthesize(fleet(CREDENTIALS, INTEGRATIONS), { mail: { recipients: ['mail.acme.com'] } });
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  const count = (type: string) => Object.keys(template.findResources(type)).length;
  return {
    alarmMetrics: alarms.reduce((sum, { Properties }) => sum + metricsOf(Properties), 0),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    keys: count('AWS::KMS::Key'),
  };
}

/** One, unless it is an expression. */
function metricsOf({ Metrics }: { readonly Metrics?: readonly { readonly MetricStat?: object }[] }): number {
  return Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
}
