import type { Credential } from '../config/load.ts';
import type { EventType, HistoryEvent } from '../domain/state.ts';
import type { OpenedPrompt } from '../ports/notifier.ts';
import type { Redacted } from '../redacted.ts';

/** How soon somebody should read it: a topic's subscriptions can filter by it. */
export type Urgency = 'info' | 'action' | 'escalation';

export type MessageLanguage = Credential['prompt']['language'];

/** What people are told of one event, before it takes the form of a mail, a chat card or a text. */
export interface Message {
  readonly language: MessageLanguage;
  readonly urgency: Urgency;
  readonly title: string;
  /** What happened: one paragraph. */
  readonly lead: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** What to do next, in order. */
  readonly steps: readonly string[];
  readonly link?: { readonly label: string; readonly url: Redacted };
}

/** What a message says beside its event. */
export interface MessageSubject {
  readonly event: HistoryEvent;
  readonly credential: Credential;
  readonly prompt: OpenedPrompt | undefined;
}

/** The events by which a person is asked for something. */
export type AskingEvent = Extract<
  EventType,
  | 'Rotation Invited'
  | 'Token Requested'
  | 'Token Reminder'
  | 'Token Escalated'
  | 'Prompt Renewed'
  | 'Password Changed Outside'
  | 'Token Reset Outside'
>;

/** The sentences of one language. What is not asked, but told, has its sentence in the event itself. */
export interface MessageWording {
  readonly title: (event: HistoryEvent) => string;
  /** Undefined where the event's own sentence is in this language. */
  readonly lead: (event: AskingEvent, subject: MessageSubject) => string | undefined;
  readonly steps: (event: AskingEvent, subject: MessageSubject) => readonly string[];
  readonly facts: {
    readonly credential: string;
    readonly org: string;
    readonly username: string;
    readonly mailbox: string;
    readonly unreachable: string;
    readonly integrations: string;
    readonly until: string;
  };
  readonly link: string;
}
