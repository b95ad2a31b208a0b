/** An event as a function URL hands it over, in the payload format 2.0. */
export function httpEvent(
  method: string,
  rawPath: string,
  {
    query = '',
    headers = {},
    ...body
  }: {
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly isBase64Encoded?: boolean;
  } = {},
) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: 'page.example',
      domainPrefix: 'page',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'a browser' },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '24/Nov/2026:10:30:00 +0000',
      timeEpoch: 1_795_516_200_000,
    },
    isBase64Encoded: false,
    ...body,
  };
}
