import { LazyMailStore } from '../adapters/lazy-mail-store.ts';
import type { MailIntake } from '../core/intake/receive-token-mails.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { type Composition, compose } from './compose.ts';
import type { MailEnvironment } from './environment.ts';
import { mailReader } from './mail-reader.ts';
import type { Platform } from './platform.ts';

/** What the mail function works with besides its event. */
export interface MailComposition extends Composition {
  readonly intake: MailIntake;
  /** Where mails are stored; absent where they come in the message. */
  readonly bucket: string | undefined;
}

/** The composition root of the mail function: that of every function that rotates, and its own. */
export function composeMail(
  functionName: string,
  environment: MailEnvironment,
  platform: Platform,
  telemetry: Telemetry,
): MailComposition {
  const { MAIL_BUCKET: bucket, AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region } = environment;
  const { credentials } = platform;
  const client = {
    region,
    userAgentAppId: functionName,
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const store = new LazyMailStore(client, bucket ?? '');
  return {
    ...compose(functionName, environment, platform, telemetry),
    intake: { reader: mailReader, store },
    bucket,
  };
}
