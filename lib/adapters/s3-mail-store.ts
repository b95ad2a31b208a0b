import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { MailStoreFault } from '../core/errors.ts';
import type { MailStore, StoredMailRead } from '../core/ports/mail-store.ts';

/** What the MIME reader takes; SES stores mails of up to 40 MB. */
const MOST_BYTES = 1024 * 1024;

/**
 * Mails in the bucket of a receipt rule.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-s3.html
 */
export class S3MailStore implements MailStore {
  readonly #client: Pick<S3Client, 'send'>;
  readonly #bucket: string;

  constructor(client: Pick<S3Client, 'send'>, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async read(key: string): Promise<StoredMailRead> {
    try {
      const { Body, ContentLength = 0 } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: key }),
      );
      if (ContentLength > MOST_BYTES) {
        (Body as { destroy?: () => void } | undefined)?.destroy?.();
        return { kind: 'too-large' };
      }
      return { kind: 'found', raw: (await Body?.transformToByteArray()) ?? new Uint8Array() };
    } catch (error) {
      if (error instanceof NoSuchKey) return { kind: 'gone' };
      throw new MailStoreFault('A stored mail cannot be read now. It stays stored and is tried again.', {
        cause: error,
      });
    }
  }

  async discard(key: string): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
    } catch (error) {
      throw new MailStoreFault(
        'A stored mail that was handled cannot be deleted now. The bucket deletes it in a day.',
        {
          cause: error,
        },
      );
    }
  }
}
