import { compactRecord } from '../domain/records.ts';
import type { EventType } from '../domain/state.ts';
import type {
  AskingEvent,
  Message,
  MessageLanguage,
  MessageSubject,
  MessageWording,
  Urgency,
} from './message-parts.ts';
import { englishMessages } from './wording/en.ts';
import { japaneseMessages } from './wording/ja.ts';

const ASKING: Readonly<Record<AskingEvent, Urgency>> = {
  'Rotation Invited': 'action',
  'Token Requested': 'action',
  'Token Reminder': 'action',
  'Token Escalated': 'escalation',
  'Prompt Renewed': 'action',
  'Password Changed Outside': 'action',
  'Token Reset Outside': 'action',
};

/** Of the events that only tell, those that wait for a person all the same. */
const WANTS_ACTION: ReadonlySet<EventType> = new Set<EventType>([
  'Rotation Blocked',
  'Mailbox Not Read',
  'User Locked Out',
  'Password Expired',
  'Straggler Seen',
]);

const WORDINGS: Readonly<Record<MessageLanguage, MessageWording>> = {
  en: englishMessages,
  ja: japaneseMessages,
};

export function composeMessage(subject: MessageSubject): Message {
  const { event, credential, prompt } = subject;
  const { language } = credential.prompt;
  const wording = WORDINGS[language];
  const asking = isAsking(event.type) && event.promptId !== undefined ? event.type : undefined;
  return compactRecord({
    language,
    urgency: urgencyOf(event),
    title: wording.title(event),
    lead: (asking && wording.lead(asking, subject)) ?? event.message,
    facts: factsOf(subject, wording),
    steps: [
      ...(asking === undefined ? [] : wording.steps(asking, subject)),
      ...(event.remedy === undefined ? [] : [event.remedy]),
    ],
    link: prompt?.page && { label: wording.link, url: prompt.page.link },
  });
}

function urgencyOf({ type, remedy }: MessageSubject['event']): Urgency {
  if (isAsking(type)) return ASKING[type];
  // An edit that is in force asks for nothing; any other waits for whoever made it.
  if (type === 'Credential Edited') return remedy === undefined ? 'info' : 'action';
  return WANTS_ACTION.has(type) ? 'action' : 'info';
}

function isAsking(type: EventType): type is AskingEvent {
  return Object.hasOwn(ASKING, type);
}

function factsOf({ credential, prompt }: MessageSubject, { facts }: MessageWording): Message['facts'] {
  const { orgConfig, org, integrations } = credential;
  const mailbox = prompt?.mailbox;
  const lines: readonly (readonly [string, string | undefined])[] = [
    [facts.credential, credential.name],
    [facts.org, `${org} (${orgConfig.loginUrl})`],
    [facts.username, prompt?.username],
    [
      facts.mailbox,
      mailbox && (mailbox.reachable ? mailbox.masked : `${mailbox.masked} ${facts.unreachable}`),
    ],
    [facts.integrations, prompt && String(integrations.length)],
    [facts.until, prompt?.page && minuteOf(prompt.page.expiresAt)],
  ];
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

/** A time for people: to the minute, in UTC. */
function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
