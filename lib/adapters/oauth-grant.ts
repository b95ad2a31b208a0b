/** What a token endpoint is asked for. */
export interface Grant {
  /** One for each app and user, so that a session is used for its own only. */
  readonly key: string;
  readonly client: { readonly clientId?: string; readonly clientSecret?: string };
  parameters(now: Date): { readonly grant_type: string } & Readonly<Record<string, string>>;
}
