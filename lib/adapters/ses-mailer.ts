import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { MailForm } from './message-forms.ts';

export interface MailAddresses {
  readonly from: string;
  readonly to: readonly string[];
}

/**
 * Sends mail to people by SES. The sender's address or domain must be verified
 * in the account.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export class SesMailer {
  readonly #client: Pick<SESv2Client, 'send'>;

  constructor(client: Pick<SESv2Client, 'send'>) {
    this.#client = client;
  }

  async send({ from, to }: MailAddresses, { subject, text, html }: MailForm): Promise<void> {
    const part = (data: string) => ({ Data: data, Charset: 'UTF-8' });
    await this.#client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [...to] },
        Content: { Simple: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } } },
      }),
    );
  }
}
