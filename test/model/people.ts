/** What people did to the secrets: the part of the world that the service must not undo. */
export interface People {
  /** Fields that are none of the credential's, by integration secret; each must survive. */
  readonly fields: Map<string, Map<string, string>>;
  /** Versions of the credential secret that a person wrote. */
  readonly credentialVersions: Set<string>;
  /** When a person wrote the credential secret, in epoch milliseconds. */
  readonly credentialWrites: number[];
  garbageWrites: number;
  wrongTokens: number;
  cancellations: number;
}

export function nobodyDidAnything(): People {
  return {
    fields: new Map(),
    credentialVersions: new Set(),
    credentialWrites: [],
    garbageWrites: 0,
    wrongTokens: 0,
    cancellations: 0,
  };
}
