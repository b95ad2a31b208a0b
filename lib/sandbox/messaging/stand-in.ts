import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { StandIn, StandInRequest, StandInResponse } from '../http.ts';
import type { Messages } from './messages.ts';

/**
 * The operations of SQS, EventBridge, SNS and SES that the service uses, on one
 * port, for the unmodified SDK clients.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export function messagingStandIn(messages: Messages, clock: Clock): StandIn {
  return {
    service: 'messaging',
    describe: (request) => ({ operation: operationOf(request), target: undefined }),
    handle: async (request) => {
      switch (operationOf(request)) {
        case 'SendMessage':
          return sendMessage(messages, request);
        case 'PutEvents':
          return putEvents(messages, request, clock);
        case 'Publish':
          return publish(messages, request, clock);
        case 'SendEmail':
          return sendEmail(messages, request, clock);
        default:
          return jsonError(
            400,
            'UnknownOperationException',
            'The sandbox has SendMessage, PutEvents, Publish and SendEmail only.',
          );
      }
    },
    fault: jsonError,
  };
}

const SEND_EMAIL_PATH = '/v2/email/outbound-emails';

function operationOf(request: StandInRequest): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  if (request.method === 'POST' && request.path === SEND_EMAIL_PATH) return 'SendEmail';
  return new URLSearchParams(request.body).get('Action') ?? '';
}

function sendMessage(messages: Messages, request: StandInRequest): StandInResponse {
  const input = JSON.parse(request.body) as { MessageBody?: unknown; DelaySeconds?: unknown };
  const { MessageBody: body, DelaySeconds: delay = 0 } = input;
  if (typeof body !== 'string' || body === '')
    return jsonError(400, 'InvalidParameterValue', 'MessageBody is required.');
  if (typeof delay !== 'number' || delay < 0 || delay > 900) {
    return jsonError(400, 'InvalidParameterValue', 'DelaySeconds must be 0 to 900.');
  }
  return json({
    MessageId: messages.send(body, delay),
    MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
  });
}

function putEvents(messages: Messages, request: StandInRequest, clock: Clock): StandInResponse {
  const { Entries: entries } = JSON.parse(request.body) as {
    Entries?: { Source?: string; DetailType?: string; Detail?: string }[];
  };
  if (entries === undefined || entries.length === 0 || entries.length > 10) {
    return jsonError(400, 'ValidationException', 'Entries must have 1 to 10 members.');
  }
  const results = entries.map((entry) => {
    const { Source: source, DetailType: detailType, Detail: detail } = entry;
    if (source === undefined || detailType === undefined || detail === undefined) {
      return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Source, DetailType and Detail are required.' };
    }
    messages.putEvent({ source, detailType, detail: JSON.parse(detail), at: clock.now().toISOString() });
    return { EventId: randomUUID() };
  });
  return json({
    FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
    Entries: results,
  });
}

function publish(messages: Messages, request: StandInRequest, clock: Clock): StandInResponse {
  const input = new URLSearchParams(request.body);
  const [topicArn, message] = [input.get('TopicArn'), input.get('Message')];
  if (topicArn === null || message === null)
    return queryError(400, 'InvalidParameter', 'TopicArn and Message are required.');
  const subject = input.get('Subject') ?? '';
  if (subject.length >= 100 || /[\p{Cc}\u2028\u2029]/u.test(subject))
    return queryError(400, 'InvalidParameter', 'Invalid parameter: Subject');
  const forms = formsOf(message, input.get('MessageStructure'));
  if (forms?.['default'] === undefined)
    return queryError(
      400,
      'InvalidParameter',
      'Invalid parameter: Message Structure - No default entry in JSON message body',
    );
  messages.notify({
    topicArn,
    subject,
    message: forms['default'],
    forms,
    attributes: attributesOf(input),
    at: clock.now().toISOString(),
  });
  const id = randomUUID();
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`,
  };
}

/** By protocol; one text for all of them is the default. */
function formsOf(message: string, structure: string | null): Record<string, string> | undefined {
  if (structure !== 'json') return { default: message };
  try {
    const forms = Object.entries(JSON.parse(message) as Record<string, unknown>);
    return Object.fromEntries(forms.filter((form): form is [string, string] => typeof form[1] === 'string'));
  } catch {
    return undefined;
  }
}

function attributesOf(input: URLSearchParams): Record<string, string> {
  const found: Record<string, string> = {};
  for (let index = 1; ; index += 1) {
    const name = input.get(`MessageAttributes.entry.${index}.Name`);
    if (name === null) return found;
    found[name] = input.get(`MessageAttributes.entry.${index}.Value.StringValue`) ?? '';
  }
}

interface SendEmailInput {
  readonly FromEmailAddress?: string;
  readonly Destination?: { readonly ToAddresses?: readonly string[] };
  readonly Content?: {
    readonly Simple?: {
      readonly Subject?: { readonly Data?: string };
      readonly Body?: {
        readonly Text?: { readonly Data?: string };
        readonly Html?: { readonly Data?: string };
      };
    };
  };
}

/** Mail to at most 50 recipients, as SES takes it. */
function sendEmail(messages: Messages, request: StandInRequest, clock: Clock): StandInResponse {
  const { FromEmailAddress: from, Destination, Content } = JSON.parse(request.body) as SendEmailInput;
  const to = Destination?.ToAddresses ?? [];
  const subject = Content?.Simple?.Subject?.Data;
  const body = Content?.Simple?.Body;
  if (from === undefined || subject === undefined || body === undefined || to.length < 1 || to.length > 50)
    return jsonError(
      400,
      'BadRequestException',
      'A sender, 1 to 50 recipients, a subject and a body are required.',
    );
  messages.mail({
    from,
    to,
    subject,
    text: body.Text?.Data ?? '',
    html: body.Html?.Data ?? '',
    at: clock.now().toISOString(),
  });
  return json({ MessageId: randomUUID() });
}

function json(body: unknown): StandInResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  };
}

function jsonError(status: number, code: string, message: string): StandInResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}

/** An error of the query protocol, which SNS speaks. */
function queryError(status: number, code: string, message: string): StandInResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  };
}
