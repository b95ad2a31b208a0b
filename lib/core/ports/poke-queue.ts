/** Asks for one reconcile of a credential. Losing a poke costs a delay, never a state. */
export interface PokeQueue {
  /** `afterSeconds` is 0 to 900. */
  poke(credential: string, afterSeconds?: number): Promise<void>;
}
