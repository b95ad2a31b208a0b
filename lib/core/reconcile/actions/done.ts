import type { Done } from '../act-context.ts';
import type { Facts } from '../facts.ts';

/** The write landed, or another run was first. */
export function done(
  saved: 'saved' | 'overtaken',
  extra: {
    keep?: Partial<Facts>;
    answeredTrigger?: boolean;
    token?: Done['token'];
    refusal?: Done['refusal'];
    found?: string;
  } = {},
): Done {
  const overtaken = saved === 'overtaken';
  return {
    keep: extra.keep ?? {},
    overtaken,
    answeredTrigger: !overtaken && (extra.answeredTrigger ?? false),
    ...(overtaken || extra.token === undefined ? {} : { token: extra.token }),
    ...(overtaken || extra.refusal === undefined ? {} : { refusal: extra.refusal }),
    ...(overtaken || extra.found === undefined ? {} : { found: extra.found }),
  };
}
