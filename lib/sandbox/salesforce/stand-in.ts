import type { StandIn, StandInRequest, StandInResponse } from '../http.ts';
import { ApiError, notFound } from './api-error.ts';
import { describeCall } from './describe-call.ts';
import { answerIdentity, answerUserInfo } from './identity.ts';
import { restError } from './json-http.ts';
import { answerRevoke, answerToken } from './oauth.ts';
import type { SalesforceOrg } from './org.ts';
import { answerRest } from './rest.ts';
import { answerSoap, isSoapPath } from './soap.ts';
import { soapFault } from './soap-envelope.ts';

/**
 * The org behind HTTP: SOAP partner, REST, OAuth and the identity service on
 * one port, which is login URL, My Domain and instance at once.
 *
 * `baseUrl` is asked for at each request, as the port is known only after the
 * server listens.
 */
export function salesforceStandIn(org: SalesforceOrg, options: { readonly baseUrl: () => string }): StandIn {
  return {
    service: 'salesforce',
    describe: (request) => describeCall(org, request),
    handle: async (request) => answer(org, options.baseUrl(), request),
    fault: (status, code, message) => fault(org, status, code, message),
  };
}

function answer(org: SalesforceOrg, baseUrl: string, request: StandInRequest): StandInResponse {
  const { path } = request;
  if (isSoapPath(path)) return answerSoap(org, baseUrl, request);
  if (path === '/services/oauth2/token') return answerToken(org, baseUrl, request);
  if (path === '/services/oauth2/revoke') return answerRevoke(org, request);
  if (path === '/services/oauth2/userinfo') return answerUserInfo(org, baseUrl, request);
  if (/^\/id\/\w+\/\w+$/.test(path)) return answerIdentity(org, baseUrl, request);
  if (/^\/services\/data(\/|$)/.test(path)) return answerRest(org, request);
  return restError(notFound());
}

/** A SOAP fault is always HTTP 500 and REST never answers 500 on its own: so the status tells the shape. */
function fault(org: SalesforceOrg, status: number, code: string, message: string): StandInResponse {
  const error = new ApiError(code, message, status);
  if (status !== 500) return restError(error);
  return {
    status,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: soapFault(error, 'UnexpectedErrorFault', org.settings.faultCodePrefix),
  };
}
