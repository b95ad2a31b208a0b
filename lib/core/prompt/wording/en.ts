import type { AskingEvent, MessageSubject, MessageWording } from '../message-parts.ts';

/** The messages in English. What happened is the event's own sentence, which is English. */
export const englishMessages: MessageWording = {
  title: ({ type, credential }) => `${type}: ${credential}`,
  lead: () => undefined,
  steps: (event, subject) => [...stepsOf(event, subject)],
  facts: {
    credential: 'Credential',
    org: 'Org',
    username: 'User',
    mailbox: 'The token is mailed to',
    unreachable: '(no mail can arrive there: the address ends in .invalid)',
    integrations: 'Integration secrets',
    until: 'The link works until',
  },
  link: 'Open the page',
};

function* stepsOf(event: AskingEvent, { credential, prompt }: MessageSubject): Generator<string> {
  const { name } = credential;
  const isOpen = prompt?.page !== undefined;
  switch (event) {
    case 'Rotation Invited':
      yield 'Make sure that you can read the mails of the user: the new security token is sent there.';
      yield isOpen
        ? 'Open the page and press Start. Nothing changes at Salesforce before that.'
        : `Run "sfrotate start ${name}". Nothing changes at Salesforce before that.`;
      return;
    case 'Password Changed Outside':
      yield isOpen
        ? 'Open the page and enter the password and the security token that are in force now.'
        : `Run "sfrotate token ${name} --with-password" and enter the password and the security token that are in force now.`;
      return;
    default:
      yield 'Find the mail "Your new Salesforce security token" in the mailbox of the user.';
      yield isOpen
        ? 'Open the page and paste the token, or the whole mail.'
        : `Run "sfrotate token ${name}" and paste the token, or the whole mail.`;
  }
}
