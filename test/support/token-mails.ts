import { type RotationBench, USERNAME } from './rotation-bench.ts';

/** A mail that is the org's in every respect, with a token of our choice, as if a mail had gone astray before. */
export async function sendTokenMail(bench: RotationBench, token: string): Promise<void> {
  const { mailbox, clock, pump } = bench.sandbox;
  const lines = [
    `Date: ${clock.now().toUTCString().replace('GMT', '+0000')}`,
    'From: support@salesforce.com',
    `To: ${USERNAME}`,
    'Subject: Your new Salesforce security token',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    '',
    `Username: ${USERNAME}`,
    `Security token (case-sensitive): ${token}`,
    '',
  ];
  await mailbox.sendAsOrg({ from: 'support@salesforce.com', to: USERNAME, raw: lines.join('\r\n') });
  await pump.settle();
}

/** Delivers the newest mail once more, as mail systems sometimes do. */
export async function replayMail(bench: RotationBench): Promise<void> {
  const { mailbox, pump } = bench.sandbox;
  const mail = mailbox.mails.at(-1);
  if (mail === undefined) throw new Error('there is no mail yet');
  await mailbox.sendAsOrg({ from: mail.from, to: USERNAME, raw: mail.raw });
  await pump.settle();
}
