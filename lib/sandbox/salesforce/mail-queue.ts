import { alphanumeric, type Random } from './random-text.ts';
import { type OrgState, type StoredUser, takeSerial } from './state.ts';
import { type OutgoingMail, resetLinkMail, tokenMail } from './token-mail.ts';

export function queueTokenMail(
  state: OrgState,
  user: StoredUser,
  token: string,
  now: Date,
  random: Random,
): void {
  const sentAt = new Date(now.getTime() + state.settings.mailDelayMs);
  const envelope = { user, settings: state.settings, sentAt, messageId: alphanumeric(random, 24) };
  queue(state, tokenMail(envelope, token), sentAt);
}

export function queueResetLinkMail(state: OrgState, user: StoredUser, now: Date, random: Random): void {
  const sentAt = new Date(now.getTime() + state.settings.mailDelayMs);
  const envelope = { user, settings: state.settings, sentAt, messageId: alphanumeric(random, 24) };
  queue(state, resetLinkMail(envelope, alphanumeric(random, 32)), sentAt);
}

function queue(state: OrgState, mail: OutgoingMail, sentAt: Date): void {
  // A sandbox refresh appends `.invalid` to the users' addresses: such a mail never arrives.
  if (mail.to.toLowerCase().endsWith('.invalid')) return;
  const copies = state.settings.duplicateMails ? 2 : 1;
  for (let copy = 0; copy < copies; copy += 1) {
    state.pendingMails.push({ serial: takeSerial(state), dueAt: sentAt.toISOString(), ...mail });
  }
}
