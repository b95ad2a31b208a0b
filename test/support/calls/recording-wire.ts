import type { ConfigurationInput } from '../../../lib/core/config/schema.ts';
import { INTEGRATIONS_CALLER } from '../../../lib/sandbox/reader.ts';
import { signerOf } from '../../../lib/sandbox/signature.ts';
import { accountOfKey } from '../../../lib/sandbox/sts/access-keys.ts';
import type { Verdict, Wire, WireCall, WireRequest } from '../../../lib/sandbox/wire.ts';
import { PROBE } from '../ledger-probe.ts';
import { HOME, withoutChance } from './place.ts';
import { RECORDINGS_VARIABLE, type RecordedDeployment, RecordingFile } from './recordings.ts';
import { calledResources } from './resources.ts';

/** Who calls beside the functions, and says so. */
const OTHERS: readonly (string | null)[] = [PROBE, INTEGRATIONS_CALLER];

const directory = process.env[RECORDINGS_VARIABLE];
const file = directory === undefined ? undefined : new RecordingFile(directory);

/**
 * Records every call to AWS before another wire sees it, if the test run is
 * recorded. A call under an assumed role is the affair of that role's account;
 * what the function itself needs for it is the call that assumed the role.
 */
export class RecordingWire implements Wire {
  readonly #wire: Wire;
  #deployment: string | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The functions start anew in this deployment. */
  deploy({ configuration, mailDelivery }: RecordedDeployment): void {
    const deployment: RecordedDeployment = { configuration: withoutPorts(configuration), mailDelivery };
    this.#deployment = withoutChance(JSON.stringify(deployment));
  }

  before(call: WireCall, request: WireRequest): Verdict {
    if (file !== undefined) this.#record(file, call, request);
    return this.#wire.before(call, request);
  }

  after(call: WireCall): Verdict {
    return this.#wire.after(call);
  }

  #record(to: RecordingFile, call: WireCall, request: WireRequest): void {
    const { service, caller = null } = call;
    if (service === 'salesforce' || OTHERS.includes(caller)) return;
    const signer = signerOf(request);
    if (accountOfKey(signer?.accessKeyId) !== undefined) return;
    if (this.#deployment === undefined) throw new Error(`${call.operation} came before a deployment`);
    const { resources, ...called } = calledResources(
      { ...call, service },
      request,
      signer?.region ?? HOME.region,
    );
    to.add({ caller, ...called, resources: resources.map(withoutChance) }, this.#deployment);
  }
}

/** Where the stand-ins of org and mail server listen is of no account, and different each time. */
function withoutPorts({ orgs, mailboxes, ...rest }: ConfigurationInput): ConfigurationInput {
  return {
    ...rest,
    orgs: eachOf(orgs, (org) => ({ ...org, loginUrl: 'https://acme.my.salesforce.com' })),
    ...(mailboxes === undefined
      ? {}
      : { mailboxes: eachOf(mailboxes, (mailbox) => ({ ...mailbox, port: 993 })) }),
  };
}

function eachOf<Item>(
  items: Readonly<Record<string, Item>>,
  change: (item: Item) => Item,
): Record<string, Item> {
  return Object.fromEntries(Object.entries(items).map(([name, item]) => [name, change(item)] as const));
}
