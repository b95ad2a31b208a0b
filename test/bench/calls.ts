import type { Scenario } from '../../lib/sandbox/scenario.ts';
import { type Activity, callsTo, idleDayActivity, rotationActivity } from './activity.ts';

const INTEGRATIONS = [0, 1, 3, 10];
const SOURCES: readonly Scenario['source'][] = ['unchanged', 'mailbox'];

/** Counts what crosses the wire in a rotation, and in a day without one. */
export async function* benchCalls(): AsyncGenerator<object> {
  for (const source of SOURCES) {
    for (const integrations of INTEGRATIONS) {
      const activity = await rotationActivity({ integrations, source });
      yield {
        bench: 'calls',
        integrations,
        source,
        ...callsOf(activity),
        aim: secretsManagerAim(integrations),
        byOperation: activity.byOperation,
      };
    }
  }
  for (const integrations of INTEGRATIONS) {
    const activity = await idleDayActivity({ integrations });
    yield {
      bench: 'calls',
      integrations,
      during: 'idle day',
      ...callsOf(activity),
      invocations: activity.invocations,
      byOperation: activity.byOperation,
    };
  }
}

function callsOf(activity: Activity) {
  return {
    secretsManager: callsTo('secretsManager', activity),
    dynamodb: callsTo('dynamodb', activity),
    salesforce: callsTo('salesforce', activity),
    messaging: callsTo('messaging', activity),
  };
}

/** Requests to Secrets Manager that one rotation may cost: two per secret, one per batch of 20, 16 fixed. */
function secretsManagerAim(integrations: number): number {
  return 2 * integrations + Math.ceil(integrations / 20) + 16;
}
