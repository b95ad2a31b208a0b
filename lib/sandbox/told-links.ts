import type { BusEvent, Messages } from './messaging/messages.ts';

/** A link to the prompt page, as somebody was told of it. */
export interface ToldLink {
  readonly credential: string;
  readonly link: string;
}

/** The link in an event of the service; events that ask a person for something have one. */
function linkIn({ detail }: BusEvent): ToldLink | undefined {
  const { credential, link } = detail as { readonly credential?: unknown; readonly link?: unknown };
  return typeof credential === 'string' && typeof link === 'string' ? { credential, link } : undefined;
}

/** The newest link since this start, of any credential or of one. Whether it still works is the page's to say. */
export function newestLink({ events }: Pick<Messages, 'events'>, credential?: string): string | undefined {
  return events
    .map(linkIn)
    .findLast((told) => told !== undefined && (credential ?? told.credential) === told.credential)?.link;
}

/** Hands on every link that is told from now on. */
export function onLink(messages: Messages, onTold: (told: ToldLink) => void): void {
  messages.onEvent = (event) => {
    const told = linkIn(event);
    if (told !== undefined) onTold(told);
  };
}
