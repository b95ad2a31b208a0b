import type { RecordedCall, Recordings } from '../../support/calls/recordings.ts';
import { type DeployedFunction, Deployment } from './deployment.ts';
import { type Need, needsOf } from './needs.ts';
import { judge, listOf } from './policy.ts';
import { permissionsOf, type ServiceSide } from './service-side.ts';

/** Permissions such as `kms:Decrypt on Key`, by the function that has or needs them. */
type Permissions = Map<string, Set<string>>;

/**
 * Recorded calls against what is granted, both ways: nothing that a function did
 * may be refused, and nothing may be granted that no recorded call needed.
 */
export class Proof {
  readonly callers: readonly string[];
  readonly #used: Permissions = new Map();
  readonly #granted: Permissions = new Map();
  /** Why something is not allowed, for whoever reads the failure. */
  readonly #refused = new Map<string, Set<string>>();

  constructor({ calls, deployments }: Recordings) {
    this.callers = [...new Set(calls.map(({ caller }) => caller ?? 'nobody'))].sort();
    const byDeployment = Map.groupBy(calls, ({ deployment }) => deployment);
    for (const [name, recorded] of deployments) {
      const deployment = new Deployment(recorded);
      this.#noteGrants(deployment);
      for (const call of byDeployment.get(name) ?? []) this.#judge(call, deployment);
    }
  }

  /** What is in any of the deployments. */
  get functions(): readonly string[] {
    return [...this.#granted.keys()].sort();
  }

  /** What a function did without being allowed to. */
  refused(name: string): readonly string[] {
    return [...(this.#refused.get(name) ?? [])];
  }

  /** What a function may do though no recorded call needed it and AWS does not need it by itself. */
  unused(name: string, serviceSide: readonly ServiceSide[]): readonly string[] {
    const others = new Set(serviceSide.flatMap((entry) => permissionsOf(entry, name)));
    const granted = [...(this.#granted.get(name) ?? [])].sort();
    return granted.filter((permission) => !has(this.#used, name, permission) && !others.has(permission));
  }

  /** What an entry claims though it is not granted, or though calls show that it is needed. */
  needless(entry: ServiceSide): readonly string[] {
    return (entry.functions ?? this.functions).flatMap((name) =>
      permissionsOf(entry, name)
        .filter((permission) => !has(this.#granted, name, permission) || has(this.#used, name, permission))
        .map((permission) => `${name}: ${permission}`),
    );
  }

  #noteGrants({ functions, kinds }: Deployment): void {
    for (const { name, statements } of functions.values()) {
      for (const { Effect, Action, Resource } of statements) {
        if (Effect === 'Deny') continue;
        const resources = listOf(Resource).map((pattern) => kinds.meantBy(pattern));
        for (const action of listOf(Action))
          for (const resource of resources) note(this.#granted, name, permissionOf({ action, resource }));
      }
    }
  }

  #judge(call: RecordedCall, deployment: Deployment): void {
    const caller = deployment.functions.get(call.caller ?? '');
    if (caller === undefined) return;
    for (const need of needsOf(call, deployment)) this.#judgeNeed(need, caller, deployment);
  }

  #judgeNeed(need: Need, { name, role, statements }: DeployedFunction, deployment: Deployment): void {
    const { action, because } = need;
    const verdict = judge({ ...need, role }, statements, deployment.policiesOf(need.resource));
    const permission = permissionOf({ action, resource: deployment.kinds.of(need.resource) });
    if (verdict === 'allowed') {
      note(this.#used, name, permission);
      return;
    }
    const text = [permission, need.resource, because === undefined ? [] : `for ${because}`, verdict]
      .flat()
      .join(', ');
    note(this.#refused, name, text);
  }
}

function permissionOf({ action, resource }: { readonly action: string; readonly resource: string }): string {
  return `${action} on ${resource}`;
}

function note(permissions: Permissions, name: string, permission: string): void {
  permissions.set(name, (permissions.get(name) ?? new Set()).add(permission));
}

function has(permissions: Permissions, name: string, permission: string): boolean {
  return permissions.get(name)?.has(permission) === true;
}
