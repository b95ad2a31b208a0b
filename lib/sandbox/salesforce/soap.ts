import type { StandInRequest, StandInResponse } from '../http.ts';
import { demandApi, demandFreshPassword, demandOrgApi } from './access.ts';
import { callerAddress } from './addresses.ts';
import { ApiError } from './api-error.ts';
import { AMBIGUOUS, REFUSALS } from './login-refusals.ts';
import type { SalesforceOrg } from './org.ts';
import type { Caller } from './passwords.ts';
import {
  clientFault,
  element,
  parseEnvelope,
  type SoapCall,
  soapAnswer,
  soapFault,
} from './soap-envelope.ts';
import { loginResult, userInfo } from './soap-user-info.ts';
import { FIRST_VERSION_WITHOUT_LOGIN, servedVersion } from './versions.ts';

const PATH = /^\/services\/Soap\/u\/([^/]+)(?:\/[A-Za-z0-9]{15,18})?\/?$/;

interface SoapContext {
  readonly org: SalesforceOrg;
  readonly baseUrl: string;
  readonly version: string;
  readonly call: SoapCall;
}

export function isSoapPath(path: string): boolean {
  return PATH.test(path);
}

/** The partner SOAP API: one envelope in, one envelope out. A fault is HTTP 500. */
export function answerSoap(org: SalesforceOrg, baseUrl: string, request: StandInRequest): StandInResponse {
  if (request.method !== 'POST') {
    return xml(405, clientFault(`HTTP method ${request.method} is not allowed. Use POST.`), {
      allow: 'POST',
    });
  }
  const call = parseEnvelope(request.body);
  if (call === undefined) return xml(500, clientFault('The request is not a SOAP envelope.'));
  const operation = Object.hasOwn(OPERATIONS, call.operation) ? OPERATIONS[call.operation] : undefined;
  try {
    const version = PATH.exec(request.path)?.[1] ?? '';
    demandVersion(version, call.operation);
    const context = { org, baseUrl, version, call };
    if (call.operation === 'login') return xml(200, login(context, request));
    if (operation === undefined) {
      const name = `{urn:partner.soap.sforce.com}${call.operation}`;
      return xml(500, clientFault(`No operation available for request ${name}`));
    }
    return xml(200, soapAnswer(call.operation, operation(context)));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const type = call.operation === 'login' ? 'LoginFault' : 'UnexpectedErrorFault';
    return xml(500, soapFault(error, type, org.settings.faultCodePrefix));
  }
}

const OPERATIONS: Readonly<Record<string, (context: SoapContext) => string>> = {
  logout: (context) => {
    const { session } = authenticate(context);
    context.org.logout(session.id);
    return '';
  },
  getUserInfo: (context) => {
    const { user } = authenticateFully(context);
    return wrap('result', userInfo(context.org, user));
  },
  getServerTimestamp: (context) => {
    authenticateFully(context);
    return wrap('result', element('timestamp', context.org.now().toISOString()));
  },
  setPassword: (context) => {
    const caller = authenticate(context);
    const userId = argument(context, 'userId');
    // A session with an expired password may set that password and nothing else.
    if (context.org.findUser(userId)?.id !== caller.user.id) demandFreshPassword(caller);
    speakSoap(() => context.org.setPassword(caller, userId, argument(context, 'password')));
    return '<result/>';
  },
  changeOwnPassword: (context) => {
    const caller = authenticate(context);
    const [oldPassword, newPassword] = [argument(context, 'oldPassword'), argument(context, 'newPassword')];
    context.org.changeOwnPassword(caller, oldPassword, newPassword);
    return '<result/>';
  },
  resetPassword: (context) => {
    const caller = authenticateFully(context);
    const userId = argument(context, 'userId');
    const password = speakSoap(() => context.org.resetPasswordAs(caller, userId));
    return wrap('result', element('password', password));
  },
};

function login({ org, baseUrl, version, call }: SoapContext, request: StandInRequest): string {
  if (!org.settings.soapLoginEnabled) {
    throw new ApiError(
      'INVALID_OPERATION',
      'SOAP API login() is disabled by default in this org. An administrator can enable it in Setup.',
    );
  }
  demandOrgApi(org);
  const verdict = org.login('soap', {
    username: call.args.get('username') ?? '',
    secret: call.args.get('password') ?? '',
    address: callerAddress(request),
    application: call.client ?? 'N/A',
    loginType: 'Other Apex API',
    apiType: 'SOAP Partner',
    apiVersion: version,
  });
  switch (verdict.kind) {
    case 'accepted':
      return soapAnswer('login', wrap('result', loginResult(org, baseUrl, version, verdict)));
    case 'refused':
      throw new ApiError(REFUSALS[verdict.refusal].code, REFUSALS[verdict.refusal].text);
    case 'unknown-user':
    case 'password-expired':
      throw new ApiError('INVALID_LOGIN', AMBIGUOUS);
  }
}

function demandVersion(version: string, operation: string): void {
  const served = servedVersion(version);
  const tooNew = operation === 'login' && served !== undefined && served >= FIRST_VERSION_WITHOUT_LOGIN;
  if (served === undefined || tooNew) {
    throw new ApiError('UNSUPPORTED_API_VERSION', 'Invalid Api version specified on URL');
  }
}

function authenticate({ org, call }: SoapContext): Caller {
  const caller = speakSoap(() => org.authenticate(call.sessionId));
  demandApi(org, caller);
  return caller;
}

function authenticateFully(context: SoapContext): Caller {
  const caller = authenticate(context);
  demandFreshPassword(caller);
  return caller;
}

function argument({ call }: SoapContext, name: string): string {
  const value = call.args.get(name);
  if (value === undefined) throw new ApiError('MISSING_ARGUMENT', `${name} is required`);
  return value;
}

/** SOAP has its own words for two of the refusals. */
function speakSoap<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof ApiError && error.code === 'INVALID_SESSION_ID') {
      throw new ApiError(error.code, 'Invalid Session ID found in SessionHeader: Illegal Session');
    }
    if (error instanceof ApiError && error.code === 'NOT_FOUND') {
      throw new ApiError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    }
    throw error;
  }
}

function wrap(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function xml(status: number, body: string, headers: Record<string, string> = {}): StandInResponse {
  return { status, headers: { 'content-type': 'text/xml; charset=utf-8', ...headers }, body };
}
