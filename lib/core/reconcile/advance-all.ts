import type { Configuration } from '../config/load.ts';
import type { Ports } from '../ports/ports.ts';
import { advance } from './advance.ts';

/**
 * Advances the poked credentials one after the other; the failure of one does
 * not keep the others waiting. Returns the messages that must be delivered again.
 */
export async function advanceAll(
  ports: Ports,
  configuration: Configuration,
  pokes: readonly { readonly messageId: string; readonly credential: string }[],
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { messageId, credential } of pokes) {
    try {
      await advance(ports, configuration, credential, { kind: 'poke' });
    } catch (error) {
      ports.telemetry.warn(`"${credential}" could not be advanced now; the poke is delivered again`, error);
      failed.push(messageId);
    }
  }
  return failed;
}
