/** The only way to learn the time. Core never reads the system's clock. */
export interface Clock {
  now(): Date;
}
