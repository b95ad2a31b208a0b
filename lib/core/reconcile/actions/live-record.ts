import { seesNothing } from '../../domain/connection.ts';
import { SalesforceOutcomeUnknown } from '../../errors.ts';
import type { OrgConnection } from '../../ports/salesforce.ts';
import type { SeenUser } from '../../watch/notice.ts';
import type { ActContext } from '../act-context.ts';

/** What the org shows of the user that the integrations log in as. */
export type LiveRecord =
  | { readonly kind: 'seen'; readonly seen: SeenUser; readonly connection: OrgConnection }
  /** The service's own connection is not let in, so that only a login can tell. */
  | { readonly kind: 'unreadable' }
  /** The org gives no answer now, and would hardly give one to a login. */
  | { readonly kind: 'unanswered' };

/** Reads the live user's record. Never a login. */
export async function lookAtLiveUser(
  { ports, bench }: Pick<ActContext, 'ports' | 'bench'>,
  username: string,
): Promise<LiveRecord> {
  const connection = await bench.connection();
  if (connection.kind !== 'value' || seesNothing(connection.value)) return { kind: 'unreadable' };
  try {
    const found = await ports.org.findUser(connection.value, username);
    if (found.kind === 'connection-refused') return { kind: 'unreadable' };
    const record = found.kind === 'user' ? found.user : undefined;
    return { kind: 'seen', seen: { username, record }, connection: connection.value };
  } catch (error) {
    if (!(error instanceof SalesforceOutcomeUnknown)) throw error;
    ports.telemetry.warn(`the record of "${username}" could not be read`, error);
    return { kind: 'unanswered' };
  }
}
