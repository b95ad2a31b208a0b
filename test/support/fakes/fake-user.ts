/** A user of an org in memory. */
export interface FakeUser {
  readonly userId: string;
  readonly username: string;
  firstName: string;
  lastName: string;
  email: string | undefined;
  password: string;
  token: string;
  isActive: boolean;
  isFrozen: boolean;
  isLocked: boolean;
  expired: boolean;
  lastPasswordChangeDate: string | undefined;
  readonly remembered: string[];
}
