import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { StandIn, StandInRequest, StandInResponse } from '../http.ts';
import type { Messages } from './messages.ts';

/**
 * The three operations of SQS, EventBridge and SNS that the service uses, on
 * one port, for the unmodified SDK clients.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
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
        default:
          return jsonError(
            400,
            'UnknownOperationException',
            'The sandbox has SendMessage, PutEvents and Publish only.',
          );
      }
    },
    fault: jsonError,
  };
}

function operationOf(request: StandInRequest): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
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
    return jsonError(400, 'InvalidParameter', 'TopicArn and Message are required.');
  messages.notify({ topicArn, subject: input.get('Subject') ?? '', message, at: clock.now().toISOString() });
  const id = randomUUID();
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`,
  };
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
