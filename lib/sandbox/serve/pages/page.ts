import { html } from 'hono/html';

/** HTML in which every text was escaped. */
export type Html = ReturnType<typeof html>;

export const STYLE_PATH = '/style.css';

export const STYLE = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 1rem; }
article, table { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; }
article { padding: 0 1rem; margin: 1rem 0; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-spacing: 0; width: 100%; }
th, td { text-align: start; padding: 0.4rem 0.8rem; overflow-wrap: anywhere; }
.quiet { opacity: 0.75; }
button { font: inherit; padding: 0.3rem 0.9rem; }
form { display: inline; }
`;

/** Nothing but the style sheet of its own, and forms that go to this server. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** A page of the sandbox's own, for people. It works without any script. */
export async function sandboxPage(title: string, content: Html): Promise<string> {
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return page.toString();
}

const URL_IN_TEXT = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;

/** Plain text, in which addresses can be clicked. */
export function withLinks(text: string): Html {
  const parts = text
    .split(URL_IN_TEXT)
    .map((part, index) => (index % 2 === 0 ? part : html`<a href="${part}">${part}</a>`));
  return html`${parts}`;
}
