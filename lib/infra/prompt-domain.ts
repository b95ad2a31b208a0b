import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgePublicApi } from './acknowledged.ts';
import type { PromptDomainName } from './prompt-address.ts';

/** Requests a second; twice what the page itself takes in a minute, because its stylesheet and script come on top. */
const RATE_LIMIT = 50;
const BURST_LIMIT = 100;

/**
 * What the access log has of a request. Not its path, which has the link: whoever
 * reads the log could open it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  bytes: '$context.responseLength',
  fault: '$context.integrationErrorMessage',
} as const;

export interface PromptDomainProps extends PromptDomainName {
  readonly page: IFunction;
  /** Encrypts the access log. */
  readonly encryptionKey: IKey;
}

/** A domain of one's own for the prompt page: an HTTP API that is reached by this domain only. */
export class PromptDomain extends Construct {
  readonly url: string;
  /** What the domain's DNS record is to lead to. */
  readonly target: string;

  constructor(scope: Construct, id: string, { domainName, certificateArn, ...props }: PromptDomainProps) {
    super(scope, id);
    const domain = new DomainName(this, 'Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    const api = new HttpApi(this, 'Api', {
      description: 'The prompt page of the Salesforce credential rotation.',
      createDefaultStage: false,
      disableExecuteApiEndpoint: true,
      defaultIntegration: new HttpLambdaIntegration('Page', props.page),
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      domainMapping: { domainName: domain },
      throttle: { rateLimit: RATE_LIMIT, burstLimit: BURST_LIMIT },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.#log(props.encryptionKey)),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    acknowledgePublicApi(api);
    this.url = `https://${domainName}`;
    this.target = domain.regionalDomainName;
  }

  #log(encryptionKey: IKey): LogGroup {
    return new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
      encryptionKey,
    });
  }
}
