import { randomBytes, randomUUID } from 'node:crypto';
import type { StandIn, StandInRequest, StandInResponse } from '../http.ts';
import { temporaryAccessKeyId } from './access-keys.ts';
import type { Roles } from './roles.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const DEFAULT_SECONDS = 3_600;
const [SHORTEST_SECONDS, LONGEST_SECONDS] = [900, 43_200];

/**
 * AssumeRole of the AWS Security Token Service, over the AWS query protocol, for
 * the unmodified SDK or CLI. Expiry goes by the system's clock, not by the
 * sandbox's, because clients judge it by theirs.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function stsStandIn(roles: Roles): StandIn {
  return {
    service: 'sts',
    describe: ({ body }) => {
      const input = new URLSearchParams(body);
      return { operation: input.get('Action') ?? '', target: input.get('RoleArn') ?? undefined };
    },
    handle: async (request) => handle(roles, request),
    fault: errorResponse,
  };
}

function handle(roles: Roles, { body }: StandInRequest): StandInResponse {
  const input = new URLSearchParams(body);
  const action = input.get('Action') ?? '';
  if (action !== 'AssumeRole')
    return errorResponse(
      400,
      'InvalidAction',
      `Could not find operation ${action}; the sandbox has AssumeRole.`,
    );
  const problem = problemOf(input);
  if (problem !== undefined) return errorResponse(400, 'ValidationError', problem);
  const roleArn = input.get('RoleArn') ?? '';
  const role = roles.assumable(roleArn);
  if (role === undefined)
    return errorResponse(
      403,
      'AccessDenied',
      `Not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  const session = input.get('RoleSessionName') ?? '';
  const expiresAt = Date.now() + secondsOf(input) * 1_000;
  return assumed({ ...role, session, expiresAt });
}

function problemOf(input: URLSearchParams): string | undefined {
  const seconds = secondsOf(input);
  if (!input.has('RoleArn'))
    return 'Value null at roleArn failed to satisfy constraint: Member must not be null';
  if (!SESSION_NAME.test(input.get('RoleSessionName') ?? ''))
    return `Value at roleSessionName failed to satisfy constraint: ${SESSION_NAME.source}`;
  return seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS
    ? undefined
    : `Value at durationSeconds failed to satisfy constraint: ${SHORTEST_SECONDS} to ${LONGEST_SECONDS}`;
}

function secondsOf(input: URLSearchParams): number {
  return Number(input.get('DurationSeconds') ?? DEFAULT_SECONDS);
}

interface Session {
  readonly accountId: string;
  readonly name: string;
  readonly session: string;
  readonly expiresAt: number;
}

function assumed({ accountId, name, session, expiresAt }: Session): StandInResponse {
  return respond(
    200,
    `<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult><Credentials>
<AccessKeyId>${temporaryAccessKeyId(accountId)}</AccessKeyId>
<SecretAccessKey>${randomBytes(30).toString('hex')}</SecretAccessKey>
<SessionToken>${randomBytes(96).toString('hex')}</SessionToken>
<Expiration>${new Date(expiresAt).toISOString()}</Expiration>
</Credentials><AssumedRoleUser>
<AssumedRoleId>AROASANDBOX:${session}</AssumedRoleId>
<Arn>arn:aws:sts::${accountId}:assumed-role/${name}/${session}</Arn>
</AssumedRoleUser></AssumeRoleResult>${metadata()}</AssumeRoleResponse>`,
  );
}

function errorResponse(status: number, code: string, message: string): StandInResponse {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return respond(
    status,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${type}</Type><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}

function respond(status: number, body: string): StandInResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
