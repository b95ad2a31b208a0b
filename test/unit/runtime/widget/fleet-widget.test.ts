import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refusals } from '../../../../lib/core/domain/refusal.ts';
import { block } from '../../../../lib/core/domain/transition.ts';
import { type FleetRow, fleetRow } from '../../../../lib/core/watch/fleet.ts';
import { drawFleet } from '../../../../lib/runtime/widget/fleet-widget.ts';
import { billingCredential, billingState, ROTATION, USERNAME } from '../../../support/billing.ts';
import { hostileText } from '../../../support/hostile.ts';
import {
  callsOf,
  cellsOf,
  everyElement,
  readWidget,
  type WidgetElement,
} from '../../../support/widget-page.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const WATCH = 'arn:aws:lambda:eu-central-1:111122223333:function:watch';
const MONTHLY = billingCredential({ schedule: { every: '30 days' } });

const idle = fleetRow(
  MONTHLY,
  billingState('idle', { since: ago(7_200), passwordChangedAt: ago(12 * 86_400) }),
  NOW,
);
const waiting = fleetRow(
  MONTHLY,
  billingState('awaiting-token', { since: ago(600), rotation: { ...ROTATION, reminders: 0 } }),
  NOW,
);
const blocked = fleetRow(
  MONTHLY,
  block(billingState('awaiting-token'), ago(180), refusals.userFrozen(USERNAME)),
  NOW,
);
const unknown = fleetRow(MONTHLY, undefined, NOW);
const unreadable: FleetRow = { kind: 'unreadable', credential: 'billing', org: 'prod' };

function draw(
  rows: readonly FleetRow[],
  theme: 'light' | 'dark' = 'light',
  watchFunctionArn = WATCH,
): readonly WidgetElement[] {
  return readWidget(drawFleet({ rows, now: NOW, theme, watchFunctionArn }));
}

describe('the fleet as HTML', () => {
  test('has a row for each credential, in the given order, in words', () => {
    const rows = cellsOf(draw([blocked, waiting, unknown, unreadable]));
    const { message, remedy } = refusals.userFrozen(USERNAME);
    expect(rows).toEqual([
      [
        'billingorg prod',
        'blocked for 3 min',
        `${message}${remedy}`,
        'not known',
        'not known',
        '3',
        'no swap yet',
        'blocked half-way: apply the remedy, then resume',
      ],
      [
        'billingorg prod',
        'awaiting the token for 10 min',
        `the mail with the new token of "${USERNAME}"`,
        'not known',
        'not known',
        '3',
        'no swap yet',
        'under way',
      ],
      [
        'billingorg prod',
        'never seen by the service',
        'the first look of the service',
        'not known',
        'not known',
        '3',
        'not known',
        expect.stringMatching(/^Rotate now/),
      ],
      [
        'billingorg prod',
        'unreadable: the record in the ledger cannot be read',
        "a person who reads the function's log",
        'not known',
        'not known',
        'not known',
        'not known',
        'the ledger must be mended first',
      ],
    ]);
    expect(cellsOf(draw([idle]))[0]?.slice(0, 6)).toEqual([
      'billingorg prod',
      'at rest for 2 h',
      'nothing',
      '12 d of 30 d',
      'in 18 d',
      '3',
    ]);
  });

  test('has a head for each column and each row, for those who hear it', () => {
    const heads = everyElement(draw([idle, blocked])).filter(({ tag }) => tag === 'th');
    const scopes = heads.map(({ attributes }) => attributes['scope']);
    expect(scopes).toEqual([...Array.from({ length: 8 }, () => 'col'), 'row', 'row']);
    expect(heads.slice(0, 8).map(({ text }) => text)).toEqual([
      'Credential',
      'Phase',
      'Waiting for',
      'Password, of its limit',
      'Next rotation',
      'Login attempts left',
      'Old credential in use',
      'Rotate',
    ]);
    const cells = cellsOf(draw([idle]))[0];
    expect(cells).toHaveLength(8);
  });

  test('names the newest straggler, and escapes what a client calls itself', () => {
    const seen = [
      {
        username: USERNAME,
        sourceIp: '203.0.113.7',
        application: '<img src=x onerror="alert(1)">',
        firstAt: ago(3_600),
        lastAt: ago(180),
        logins: 12,
      },
    ];
    const row = fleetRow(
      MONTHLY,
      billingState('idle', { stragglers: { from: ago(7_200), lookedAt: ago(60), seen } }),
      NOW,
    );
    const drawn = draw([row]);
    expect(cellsOf(drawn)[0]?.[6]).toBe(
      '1 client, last 3 min ago from 203.0.113.7 (<img src=x onerror="alert(1)">)',
    );
    expect(everyElement(drawn).filter(({ tag }) => tag === 'img')).toEqual([]);
  });

  test('of no credentials is a sentence', () => {
    const [paragraph, ...others] = draw([]);
    expect(paragraph).toMatchObject({
      tag: 'p',
      text: expect.stringMatching(/^No credential is configured/),
    });
    expect(others).toEqual([]);
  });
});

describe('colours', () => {
  const stylesIn = (row: FleetRow, theme: 'light' | 'dark') =>
    everyElement(draw([row], theme)).flatMap(({ tag, attributes }) =>
      tag === 'td' && attributes['style'] !== undefined ? [attributes['style']] : [],
    );

  test.each([
    ['light', '#ffffff'],
    ['dark', '#0f1b2a'],
  ] as const)('can be read on the %s background', (theme, background) => {
    for (const row of [blocked, waiting, unreadable]) {
      const [colour = ''] = stylesIn(row, theme).map((style) => /#[0-9a-f]{6}/.exec(style)?.[0] ?? '');
      expect(contrast(colour, background)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('differ by theme, and are on what needs a person only', () => {
    for (const row of [blocked, waiting]) expect(stylesIn(row, 'dark')).not.toEqual(stylesIn(row, 'light'));
    expect(stylesIn(blocked, 'light')).not.toEqual(stylesIn(waiting, 'light'));
    expect([...stylesIn(idle, 'light'), ...stylesIn(unknown, 'dark')]).toEqual([]);
  });
});

/** @see https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.039_28 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('the button', () => {
  test('calls the watch function with a command, asks first, and shows the answer beside the table', () => {
    const elements = draw([idle]);
    expect(callsOf(elements)).toEqual([
      {
        endpoint: WATCH,
        payload: { action: 'rotate-now', credential: 'billing', by: 'CloudWatch dashboard' },
        confirmation: expect.stringMatching(
          /^Rotate "billing" now\? .*the integrations cannot log in until the new token is verified/,
        ),
      },
    ]);
    const [action] = everyElement(elements).filter(({ tag }) => tag === 'cwdb-action');
    expect(action?.attributes).toMatchObject({ action: 'call', display: 'popup' });
  });

  test('says which credential it is for, also to those who hear it', () => {
    const [button] = everyElement(draw([idle])).filter(({ tag }) => tag === 'button');
    expect(button).toMatchObject({
      text: 'Rotate now',
      attributes: { type: 'button', class: 'btn', 'aria-label': 'Rotate billing now' },
    });
  });

  test.each([
    ['under way', waiting],
    ['blocked half-way', blocked],
    ['unreadable', unreadable],
  ])('is not there for a credential that is %s', (_name, row) => {
    expect(callsOf(draw([row]))).toEqual([]);
    expect(cellsOf(draw([row]))[0]?.[6]).not.toBe('');
  });
});

describe('whatever the texts are', () => {
  const rowOf = (text: string): readonly FleetRow[] => {
    const credential = { ...MONTHLY, name: text, org: text, cron: text };
    const rotation = { ...ROTATION, username: text, reminders: 0 };
    const refusal = { ...refusals.userFrozen(text), message: text, remedy: text };
    const request = { cause: 'rollback', by: text, at: ago(1) } as const;
    return [
      fleetRow(credential, billingState('idle', { passwordChangedAt: ago(1) }), NOW),
      fleetRow(credential, billingState('idle', { request }), NOW),
      fleetRow(credential, billingState('awaiting-token', { rotation }), NOW),
      fleetRow(credential, billingState('invited', { rotation }), NOW),
      fleetRow(credential, block(billingState('idle'), ago(1), refusal), NOW),
      fleetRow(credential, undefined, NOW),
      { kind: 'unreadable', credential: text, org: text },
    ];
  };
  /** Everything but the texts: the elements, and the names of their attributes. */
  const shapeOf = (elements: readonly WidgetElement[]): unknown =>
    elements.map(({ tag, attributes, children }) => [tag, Object.keys(attributes), shapeOf(children)]);
  const harmless = shapeOf(draw(rowOf('billing')));

  test('no element and no attribute comes of them', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom('light' as const, 'dark' as const), (text, theme) => {
        expect(shapeOf(draw(rowOf(text), theme, text))).toEqual(harmless);
      }),
    );
  });

  test('they are shown as they are', () => {
    const markup = fc.constantFrom(...'&<>"\'#;=/x', '&amp;', '&lt;', '&quot;', '&#39;', '<b>');
    fc.assert(
      fc.property(fc.string({ unit: markup, minLength: 1 }), (text) => {
        const [row] = rowOf(text);
        const elements = draw(row === undefined ? [] : [row]);
        expect(cellsOf(elements)[0]?.[0]).toBe(`${text}org ${text}`);
        expect(callsOf(elements)[0]?.confirmation).toContain(`Rotate "${text}" now?`);
      }),
    );
  });

  test('nothing that is put in reaches the HTML with a character that markup is made of', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        // What the buttons carry is JSON, which has quotation marks of its own.
        const count = (html: string) =>
          html.replace(/>[^<]*<\/cwdb-action>/g, '></cwdb-action>').replace(/[^<>"']/g, '');
        const drawn = (value: string) =>
          drawFleet({ rows: rowOf(value), now: NOW, theme: 'light', watchFunctionArn: WATCH });
        expect(count(drawn(text))).toBe(count(drawn('billing')));
      }),
    );
  });

  test('the command names the very credential, in plain ASCII without markup', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const html = drawFleet({ rows: rowOf(text), now: NOW, theme: 'light', watchFunctionArn: WATCH });
        const contents = [...html.matchAll(/<cwdb-action [^>]*>([^<]*)<\/cwdb-action>/g)].map(
          ([, content = '']) => content,
        );
        expect(contents).toHaveLength(3);
        for (const content of contents) {
          expect(content).toMatch(/^[ -~]*$/);
          expect(content).not.toMatch(/[&<>']/);
          expect(JSON.parse(content)).toEqual({
            action: 'rotate-now',
            credential: text,
            by: 'CloudWatch dashboard',
          });
        }
      }),
    );
  });
});
