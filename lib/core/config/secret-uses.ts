const SUFFIX = /-[A-Za-z0-9]{6}$/;

/** Each secret has one use. */
export class SecretUses {
  readonly #asGiven = new Map<string, string>();
  readonly #withoutSuffix = new Map<string, string>();

  /**
   * Notes where a secret is used, unless it has a use already. An ARN with the
   * six characters at its end and the same without them are one secret.
   *
   * @returns the path of the use that the secret has already.
   */
  claim(secret: string, path: string): string | undefined {
    const bare = secret.startsWith('arn:') ? secret.replace(SUFFIX, '') : secret;
    const owner = this.#asGiven.get(secret) ?? this.#asGiven.get(bare) ?? this.#withoutSuffix.get(secret);
    if (owner !== undefined) return owner;
    this.#asGiven.set(secret, path);
    this.#withoutSuffix.set(bare, path);
    return undefined;
  }
}
