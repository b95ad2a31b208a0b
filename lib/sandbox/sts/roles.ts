import type { Journal } from '../journal.ts';

export interface RolesState {
  readonly arns: readonly string[];
}

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]{1,64})$/;

/** The roles that callers of the sandbox may assume; any other is denied, as one that does not exist. */
export class Roles {
  readonly #journal: Journal<RolesState>;
  #arns: ReadonlySet<string>;

  constructor(journal: Journal<RolesState>) {
    this.#journal = journal;
    this.#arns = new Set(journal.load()?.arns);
  }

  /** Whoever assumes the role may do everything in its account, and nothing in another. */
  allow(roleArn: string): void {
    if (!ROLE.test(roleArn)) throw new Error(`"${roleArn}" is no ARN of a role.`);
    this.#save([...this.#arns, roleArn]);
  }

  deny(roleArn: string): void {
    this.#save([...this.#arns].filter((arn) => arn !== roleArn));
  }

  /** Account and name of a role that may be assumed. */
  assumable(roleArn: string): { readonly accountId: string; readonly name: string } | undefined {
    const [, accountId, name] = ROLE.exec(roleArn) ?? [];
    if (!this.#arns.has(roleArn) || accountId === undefined || name === undefined) return undefined;
    return { accountId, name };
  }

  #save(arns: readonly string[]): void {
    this.#journal.save({ arns });
    this.#arns = new Set(arns);
  }
}
