import { pathOf } from './path.ts';

interface ReservedKey {
  readonly path: string;
  readonly message: string;
}

/** JavaScript gives this key a meaning of its own, and the schema passes over it. */
const RESERVED = '__proto__';

/** Wherever an object has a key that would be lost without a word. */
export function reservedKeys(value: unknown, path: readonly PropertyKey[] = []): readonly ReservedKey[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => reservedKeys(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === RESERVED
      ? [{ path: pathOf([...path, key]), message: `nothing can be called "${RESERVED}". Rename it.` }]
      : reservedKeys(item, [...path, key]),
  );
}
