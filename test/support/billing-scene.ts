import type { CredentialState, Phase, Rotation } from '../../lib/core/domain/state.ts';
import { billingState, LOGIN_URL, type MemoryPorts, memoryPorts, ROTATION, USERNAME } from './billing.ts';
import type { FakeUser } from './fakes/fake-org.ts';

export const SECRET = 'salesforce/prod/billing';
export const DRAFT = 'salesforce/prod/billing/draft';
export const OLD = { password: 'old-Passw0rd', token: 'OldTokenOldTokenOldToken' } as const;
export const NEW = { password: 'new-Passw0rd!', token: 'NewTokenNewTokenNewToken' } as const;

/** A world in memory with the one user, and every secret of "billing" in place. */
export class BillingScene {
  readonly ports: MemoryPorts = memoryPorts();
  readonly user: FakeUser;

  constructor() {
    const { secrets, org } = this.ports;
    this.user = org.addUser({ username: USERNAME, ...OLD });
    secrets.create(SECRET, JSON.stringify(this.login(OLD)), true);
    secrets.create(DRAFT, '{}');
    secrets.create('salesforce/prod/rotator', '{"clientId":"3MVG9.rotator","clientSecret":"app-secret"}');
  }

  login({ password, token }: { readonly password: string; readonly token: string }) {
    return { username: USERNAME, password, securityToken: token, loginUrl: LOGIN_URL };
  }

  /** Salesforce has the drafted password, and has reset the token. */
  passwordIsSet(): void {
    Object.assign(this.user, NEW);
    const { securityToken: _missing, ...draft } = this.login(NEW);
    this.ports.secrets.edit(DRAFT, JSON.stringify({ ...draft, rotationId: ROTATION.id }));
  }

  /** Somebody else has changed the password. */
  changeOutside(): void {
    Object.assign(this.user, NEW, { lastPasswordChangeDate: '2026-11-01T11:30:00.000Z' });
  }

  put(phase: Phase, rotation: Partial<Rotation> = {}, changes: Partial<CredentialState> = {}): void {
    const since = this.ports.clock.now().toISOString();
    this.ports.ledger.put(billingState(phase, { since, rotation: { ...ROTATION, ...rotation }, ...changes }));
  }

  get state(): CredentialState {
    const state = this.ports.ledger.stored('billing');
    if (state === undefined) throw new Error('the ledger has no state of "billing"');
    return state;
  }

  get rotation(): Rotation {
    if (this.state.rotation === undefined) throw new Error('no rotation is under way');
    return this.state.rotation;
  }

  get told(): readonly string[] {
    return this.ports.notifier.announced.map(({ type }) => type);
  }

  draft(): Record<string, unknown> {
    return JSON.parse(this.ports.secrets.text(DRAFT) ?? '{}') as Record<string, unknown>;
  }
}
