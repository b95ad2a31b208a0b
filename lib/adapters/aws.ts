import type { Credential } from '../core/config/load.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Ports } from '../core/ports/ports.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { connectLedger } from './connect-ledger.ts';
import { connectSecrets } from './connect-secrets.ts';
import { LazyNotifier, LazyPokeQueue } from './lazy-messaging.ts';
import { placeInArn } from './secret-route.ts';
import type { Timer } from './write-pace.ts';

/** Where the AWS services are, and which resources are ours. */
export interface AwsConnection {
  readonly region: string;
  /** Shows in the user agent, so that a trace of calls says which function made them. At most 50 characters. */
  readonly applicationId: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly clock: Clock;
  /** What paces the writes to Secrets Manager. */
  readonly timer: Timer;
  /** Endpoint overrides; absent on AWS. */
  readonly endpoints: {
    readonly secretsManager?: string | undefined;
    readonly sts?: string | undefined;
    readonly dynamodb?: string | undefined;
    readonly sqs?: string | undefined;
    readonly sns?: string | undefined;
    readonly eventBridge?: string | undefined;
    readonly sesv2?: string | undefined;
  };
  readonly ledgerTable: string;
  readonly queueUrl: string;
  readonly eventBus: string;
  readonly topicArn: string;
  /** By name: how their owners are told. */
  readonly configuredCredentials: ReadonlyMap<string, Credential>;
  readonly telemetry: Telemetry;
  /** The role that reaches a secret, by the secret as the configuration writes it. */
  readonly secretRoles: ReadonlyMap<string, string>;
}

/** The ports that AWS services carry. */
export function connectAws(aws: AwsConnection): Pick<Ports, 'secrets' | 'ledger' | 'notifier' | 'queue'> {
  const { endpoints } = aws;
  const client = {
    region: aws.region,
    userAgentAppId: aws.applicationId,
    ...(aws.credentials === undefined ? {} : { credentials: aws.credentials }),
  };
  const at = (endpoint: string | undefined) => (endpoint === undefined ? client : { ...client, endpoint });
  return {
    secrets: connectSecrets({
      ...aws,
      // The topic is the service's own, so its account is the service's.
      home: { region: aws.region, accountId: placeInArn(aws.topicArn)?.accountId },
      endpoint: endpoints.secretsManager,
      stsEndpoint: endpoints.sts,
    }),
    ledger: connectLedger(at(endpoints.dynamodb), aws.ledgerTable, aws.clock),
    notifier: new LazyNotifier(
      { events: at(endpoints.eventBridge), topics: at(endpoints.sns), mail: at(endpoints.sesv2) },
      { busName: aws.eventBus, topicArn: aws.topicArn },
      aws.configuredCredentials,
      aws.telemetry,
    ),
    queue: new LazyPokeQueue(at(endpoints.sqs), aws.queueUrl),
  };
}
