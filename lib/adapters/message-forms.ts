import type { HistoryEvent } from '../core/domain/state.ts';
import type { Message } from '../core/prompt/message-parts.ts';

/**
 * The forms that a message takes. The link is put in here, and nowhere else: it
 * goes to people, never to a log or the history.
 */

export interface MailForm {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Plain text, for mail subscriptions of the topic and as the text part of a mail. */
export function plainText(message: Message): string {
  const { lead, facts, steps } = message;
  const paragraphs = [
    lead,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    steps.map((step, index) => `${index + 1}. ${step}`).join('\n'),
    linkLine(message, (label, url) => `${label}:\n${url}`),
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

/** One sentence and the link: text messages are charged by length. */
export function shortText(message: Message): string {
  return linkLine(message, (_label, url) => `${message.title}. ${url}`) || `${message.title}.`;
}

/**
 * The custom notification that chat integrations show as a card.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function chatCard(event: HistoryEvent, message: Message): string {
  const { title, lead, facts, steps } = message;
  const lines = facts.map(({ label, value }) => `*${label}*: ${value}`);
  const link = linkLine(message, (label, url) => `${label}: ${url}`);
  const nextSteps = link === '' ? steps : [...steps, link];
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: event.id,
    content: {
      textType: 'client-markdown',
      title,
      description: [lead, ...lines].join('\n'),
      ...(nextSteps.length === 0 ? {} : { nextSteps }),
      keywords: [message.urgency],
    },
    metadata: {
      eventType: event.type,
      // Messages of one rotation are one thread.
      ...(event.rotationId === undefined ? {} : { threadId: event.rotationId }),
    },
  });
}

/** A mail with both parts. The HTML has no picture, no script, and nothing that is loaded from elsewhere. */
export function mailForm(message: Message): MailForm {
  const { title, lead, facts, steps, language } = message;
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><th align="left" style="padding:4px 16px 4px 0;font-weight:600">${escaped(label)}</th><td style="padding:4px 0">${escaped(value)}</td></tr>`,
  );
  const button = linkLine(
    message,
    (label, url) =>
      `<p style="margin:24px 0"><a href="${escaped(url)}" style="background:#0b5cab;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none">${escaped(label)}</a></p><p style="font-size:13px">${escaped(url)}</p>`,
  );
  const html = [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escaped(title)}</title></head>`,
    '<body style="font-family:system-ui,sans-serif;line-height:1.5;max-width:640px;margin:0 auto;padding:16px">',
    `<h1 style="font-size:20px">${escaped(title)}</h1><p>${escaped(lead)}</p>`,
    `<table style="border-collapse:collapse">${rows.join('')}</table>`,
    steps.length === 0 ? '' : `<ol>${steps.map((step) => `<li>${escaped(step)}</li>`).join('')}</ol>`,
    button,
    '</body></html>',
  ].join('');
  return { subject: title, text: plainText(message), html };
}

function linkLine({ link }: Message, write: (label: string, url: string) => string): string {
  return link === undefined ? '' : write(link.label, link.url.reveal());
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
