import type { TokenMailbox } from './prompt-view.ts';

const HIDDEN = '•••';

/** The mailbox of a user, as people may see it. A refreshed sandbox org appends `.invalid` to all addresses. */
export function tokenMailbox(email: string | undefined): TokenMailbox | undefined {
  const at = email?.lastIndexOf('@') ?? -1;
  if (email === undefined || at < 0) return undefined;
  const local = email.slice(0, at);
  const first = [...local].length > 1 ? [...local][0] : '';
  return { masked: `${first}${HIDDEN}${email.slice(at)}`, reachable: !/\.invalid$/i.test(email) };
}
