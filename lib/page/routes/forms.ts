import type { FieldName } from '../view/situation.ts';

/** The forms, each named like the last part of the address that it is sent to, with its fields. */
export const FORM_FIELDS = {
  start: [],
  token: ['token'],
  credential: ['password', 'token'],
} as const satisfies Readonly<Record<string, readonly FieldName[]>>;

export type FormName = keyof typeof FORM_FIELDS;

export const FORMS = Object.keys(FORM_FIELDS) as readonly FormName[];
