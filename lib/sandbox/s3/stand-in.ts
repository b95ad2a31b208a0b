import { createHash, randomUUID } from 'node:crypto';
import type { StandIn, StandInRequest, StandInResponse } from '../http.ts';

/** The objects of one bucket, by key. */
export class Bucket {
  readonly name: string;
  readonly #objects = new Map<string, Uint8Array>();

  constructor(name: string) {
    this.name = name;
  }

  get keys(): readonly string[] {
    return [...this.#objects.keys()];
  }

  put(key: string, content: Uint8Array): void {
    this.#objects.set(key, content);
  }

  get(key: string): Uint8Array | undefined {
    return this.#objects.get(key);
  }

  delete(key: string): void {
    this.#objects.delete(key);
  }
}

/**
 * GetObject and DeleteObject of one bucket, for the unmodified SDK client, which
 * puts the bucket into the path where the endpoint is an address.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 */
export function s3StandIn(bucket: Bucket): StandIn {
  return {
    service: 's3',
    describe: (request) => ({ operation: operationOf(request), target: request.path.slice(1) }),
    handle: async (request) => {
      const [name, key] = placeOf(request);
      if (name !== bucket.name) return fault(404, 'NoSuchBucket', 'The specified bucket does not exist');
      switch (operationOf(request)) {
        case 'GetObject':
          return getObject(bucket.get(key));
        case 'DeleteObject':
          bucket.delete(key);
          return { status: 204, headers: { 'x-amz-request-id': randomUUID() }, body: '' };
        default:
          return fault(405, 'MethodNotAllowed', 'The sandbox has GetObject and DeleteObject only.');
      }
    },
    fault,
  };
}

const OPERATIONS: Readonly<Record<string, string>> = { GET: 'GetObject', DELETE: 'DeleteObject' };

function operationOf({ method }: StandInRequest): string {
  return OPERATIONS[method] ?? method;
}

function placeOf({ path }: StandInRequest): readonly [string, string] {
  const [, name = '', ...key] = path.split('/');
  return [name, decodeURIComponent(key.join('/'))];
}

function getObject(content: Uint8Array | undefined): StandInResponse {
  if (content === undefined) return fault(404, 'NoSuchKey', 'The specified key does not exist.');
  const etag = createHash('md5').update(content).digest('hex');
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(content.byteLength),
      etag: `"${etag}"`,
      'x-amz-request-id': randomUUID(),
    },
    body: content,
  };
}

function fault(status: number, code: string, message: string): StandInResponse {
  const requestId = randomUUID();
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`,
  };
}
