/** Where a receipt rule puts the mails that do not fit into its message. Each is there until it was handled, and a day at most. */
export interface MailStore {
  /** @throws MailStoreFault */
  read(key: string): Promise<StoredMailRead>;
  /** Deleting one that is not there is done as well. @throws MailStoreFault */
  discard(key: string): Promise<void>;
}

export type StoredMailRead =
  | { readonly kind: 'found'; readonly raw: Uint8Array }
  /** More bytes than anybody reads of a mail; it was not read. */
  | { readonly kind: 'too-large' }
  | { readonly kind: 'gone' };
