import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { MailStore, StoredMailRead } from '../core/ports/mail-store.ts';

/** The mail store, loaded at the first stored mail: most deployments store none, and need not wait for the S3 client. */
export class LazyMailStore implements MailStore {
  readonly #load: () => Promise<MailStore>;
  #loaded: Promise<MailStore> | undefined;

  constructor(client: S3ClientConfig, bucket: string) {
    this.#load = async () => {
      const [{ S3MailStore }, { S3Client }] = await Promise.all([
        import('./s3-mail-store.ts'),
        import('@aws-sdk/client-s3'),
      ]);
      return new S3MailStore(new S3Client(client), bucket);
    };
  }

  async read(key: string): Promise<StoredMailRead> {
    return (await this.#store()).read(key);
  }

  async discard(key: string): Promise<void> {
    await (await this.#store()).discard(key);
  }

  #store(): Promise<MailStore> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }
}
