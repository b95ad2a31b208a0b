/** The only way to get unpredictable bytes. Core never draws its own. */
export interface RandomSource {
  /** Exactly `count` bytes, each independent and uniform. In production from a cryptographic generator. */
  bytes(count: number): Uint8Array;
}
