import type { Configuration } from '../../lib/core/config/load.ts';
import type { CredentialState } from '../../lib/core/domain/state.ts';
import { diagnose } from '../../lib/core/watch/doctor/diagnose.ts';
import type { Finding, FindingCode } from '../../lib/core/watch/doctor/finding.ts';
import { type RepairReport, repair } from '../../lib/core/watch/doctor/repair.ts';
import { billingConfiguration, billingState, USERNAME } from './billing.ts';
import { BillingScene, OLD, SECRET } from './billing-scene.ts';

export const ETL = 'etl';
const READS: ReadonlySet<string> = new Set(['describe', 'readCurrent', 'readVersion']);

/** "billing" at rest, looked at by the doctor, with every write counted. */
export class DoctorScene extends BillingScene {
  configuration: Configuration;
  readonly writes: string[] = [];

  constructor(changes: Parameters<typeof billingConfiguration>[0] = {}) {
    super();
    this.configuration = billingConfiguration({
      integrations: [{ secret: ETL, format: 'json' }],
      ...changes,
    });
    this.ports.secrets.create(ETL, JSON.stringify(this.login(OLD)));
    this.rest();
    this.ports.secrets.before = (operation, secret) => {
      if (!READS.has(operation)) this.writes.push(`${operation} ${secret}`);
    };
  }

  /** Milliseconds before now, as a time. */
  ago(seconds: number): string {
    return new Date(this.ports.clock.now().getTime() - seconds * 1_000).toISOString();
  }

  /** Idle, and everything as the last rotation left it. */
  rest(changes: Partial<CredentialState> = {}): void {
    const at = this.ago(86_400);
    this.ports.ledger.put(
      billingState('idle', {
        since: at,
        passwordChangedAt: at,
        user: { username: USERNAME, changedAt: this.user.lastPasswordChangeDate ?? at },
        drift: { checkedAt: this.ports.clock.now().toISOString() },
        last: {
          id: 'rotation-0',
          cause: 'due',
          completedAt: at,
          versionId: this.ports.secrets.labelsOf(SECRET)['AWSCURRENT'] ?? '',
          integrations: 1,
        },
        ...changes,
      }),
    );
  }

  async findings(): Promise<readonly Finding[]> {
    return (await diagnose(this.ports, this.configuration, 'billing')).findings;
  }

  /** What is not well. */
  async problems(): Promise<readonly Finding[]> {
    return (await this.findings()).filter(({ severity }) => severity !== 'ok');
  }

  async codes(): Promise<readonly FindingCode[]> {
    return (await this.problems()).map(({ code }) => code);
  }

  repair(): Promise<RepairReport> {
    return repair(this.ports, this.configuration, 'billing', 'ann');
  }

  /** A version under `AWSPENDING` that no rotation owns, an empty one where no text is given. */
  async leavePending(text?: string): Promise<void> {
    const { secrets } = this.ports;
    await secrets.rotate(SECRET, 'pending-0000000000000000000000000000');
    if (text !== undefined) secrets.fill(SECRET, 'pending-0000000000000000000000000000', text);
    this.changedAgo(SECRET, 600);
    this.writes.length = 0;
  }

  changedAgo(secret: string, seconds: number): void {
    this.ports.secrets.changedAt(secret, this.ago(seconds));
  }
}
