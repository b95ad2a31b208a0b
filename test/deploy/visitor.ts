import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** What a function URL answered, and which of its states the prompt page shows. */
export interface Visit {
  readonly status: number;
  readonly location: string | undefined;
  readonly state: string | undefined;
}

/**
 * Somebody with a browser, from anywhere: no key of AWS, and nothing but a link.
 * The name in the link leads to the emulator, as DNS would lead it to Lambda.
 */
export class Visitor {
  readonly #port: string;
  readonly #certificate: Buffer;

  /** @param certificateFile the emulator's, which is for its address and not for the names of function URLs. */
  constructor(endpoint: string, certificateFile: string) {
    this.#port = new URL(endpoint).port;
    this.#certificate = readFileSync(certificateFile);
  }

  open(link: string): Promise<Visit> {
    return this.#send(link, 'GET');
  }

  /** Sends a form to below the link. */
  submit(link: string, path: string, fields: Readonly<Record<string, string>>): Promise<Visit> {
    return this.#send(`${link}/${path}`, 'POST', new URLSearchParams(fields).toString());
  }

  async #send(link: string, method: string, form?: string): Promise<Visit> {
    const { host, pathname } = new URL(link);
    const { promise, resolve, reject } = Promise.withResolvers<Visit>();
    const sent = request(
      {
        host: '127.0.0.1',
        port: this.#port,
        method,
        path: pathname,
        ca: this.#certificate,
        checkServerIdentity: () => undefined,
        headers: {
          host,
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
      },
      async (response) => {
        const state = /<main\b[^>]*\sdata-state="([^"]*)"/.exec(await text(response))?.[1];
        resolve({ status: response.statusCode ?? 0, location: response.headers.location, state });
      },
    );
    sent.on('error', reject);
    sent.end(form);
    return promise;
  }
}
