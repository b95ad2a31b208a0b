import type { ServiceName, WireCall, WireRequest } from '../../../lib/sandbox/wire.ts';
import { arnOf, HOME, secretArn } from './place.ts';

export interface AwsCall extends WireCall {
  readonly service: Exclude<ServiceName, 'salesforce'>;
}

export interface CalledResources {
  /** As IAM spells it. */
  readonly operation: string;
  readonly resources: readonly string[];
  readonly itemKind?: string;
}

/**
 * What a call to AWS asks for, and of which resources, by the ids in its request.
 *
 * @param region the one that the request was sent to.
 */
export function calledResources(call: AwsCall, request: WireRequest, region: string): CalledResources {
  switch (call.service) {
    case 'secretsManager':
      return of('secretsmanager', call, secretsOf(call, region));
    case 'sts':
      return of('sts', call, [call.target ?? 'no role']);
    case 'dynamodb':
      return item(call, request, region);
    case 's3':
      return of('s3', call, [`arn:aws:s3:::${call.target ?? ''}`]);
    case 'lambda':
      return { operation: 'lambda:InvokeFunction', resources: [functionArn(call.target ?? '', region)] };
    case 'messaging':
      return message(call, request, region);
  }
}

function item(call: AwsCall, request: WireRequest, region: string): CalledResources {
  const table = arnOf('dynamodb', `table/${textIn(request, 'TableName')}`, region);
  const { Key, Item = Key } = JSON.parse(request.body) as Readonly<Record<string, ItemKey | undefined>>;
  const itemKind = /^[^#]*#/.exec(Item?.pk.S ?? '')?.[0];
  return { ...of('dynamodb', call, [table]), ...(itemKind === undefined ? {} : { itemKind }) };
}

interface ItemKey {
  readonly pk: { readonly S: string };
}

function functionArn(nameOrArn: string, region: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arnOf('lambda', `function:${nameOrArn}`, region);
}

function secretsOf({ target = '' }: AwsCall, region: string): readonly string[] {
  return target.split(',').map((id) => (id.startsWith('arn:') ? id : secretArn(id, region)));
}

function message(call: AwsCall, request: WireRequest, region: string): CalledResources {
  switch (call.operation) {
    case 'SendMessage':
      return of('sqs', call, [queueArn(textIn(request, 'QueueUrl'), region)]);
    case 'Publish':
      return of('sns', call, [new URLSearchParams(request.body).get('TopicArn') ?? 'no topic']);
    case 'PutEvents':
      return of('events', call, busesOf(request, region));
    case 'SendEmail':
      return of('ses', call, [arnOf('ses', `identity/${textIn(request, 'FromEmailAddress')}`, region)]);
    default:
      throw new Error(`Nobody knows what ${call.operation} is about; say it here.`);
  }
}

/** The path of a queue's URL is its account and its name. */
function queueArn(url: string, region: string): string {
  const [, accountId = HOME.accountId, name = ''] = new URL(url).pathname.split('/');
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

function busesOf({ body }: WireRequest, region: string): readonly string[] {
  const { Entries } = JSON.parse(body) as { readonly Entries: readonly { readonly EventBusName?: string }[] };
  const buses = Entries.map(({ EventBusName: bus = 'default' }) =>
    bus.startsWith('arn:') ? bus : arnOf('events', `event-bus/${bus}`, region),
  );
  return [...new Set(buses)];
}

function textIn({ body }: WireRequest, key: string): string {
  const value = (JSON.parse(body) as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'string' ? value : `no ${key}`;
}

function of(service: string, { operation }: AwsCall, resources: readonly string[]): CalledResources {
  return { operation: `${service}:${operation}`, resources };
}
