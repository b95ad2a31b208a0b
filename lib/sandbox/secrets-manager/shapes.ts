import { invalidParameter, SecretsManagerException } from './exceptions.ts';

/** Checks one member of a request; `path` names it in the refusal. */
export type Rule = (value: unknown, path: string) => void;

export interface Member {
  readonly rule: Rule;
  readonly required: boolean;
}

export function required(rule: Rule): Member {
  return { rule, required: true };
}

export function optional(rule: Rule): Member {
  return { rule, required: false };
}

/** Text within a length in characters, and made of the given characters. */
export function text(min: number, max: number, pattern?: RegExp): Rule {
  return (value, path) => {
    if (typeof value !== 'string') throw wrongType(path, 'a string');
    if (value.length < min || value.length > max) {
      throw invalidParameter(`${path} must be ${min}-${max} characters long.`);
    }
    if (pattern && !pattern.test(value)) throw invalidParameter(`${path} contains invalid characters.`);
  };
}

/** Text of at least one character within a size in bytes of UTF-8. */
export function utf8(maxBytes: number): Rule {
  return (value, path) => {
    if (typeof value !== 'string') throw wrongType(path, 'a string');
    checkSize(Buffer.byteLength(value, 'utf8'), maxBytes, path);
  };
}

export function blob(maxBytes: number): Rule {
  return (value, path) => {
    if (!(value instanceof Uint8Array)) throw wrongType(path, 'binary');
    checkSize(value.byteLength, maxBytes, path);
  };
}

export function integer(min: number, max: number): Rule {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(path, 'an integer');
    if (value < min || value > max) throw invalidParameter(`${path} must be between ${min} and ${max}.`);
  };
}

export const flag: Rule = (value, path) => {
  if (typeof value !== 'boolean') throw wrongType(path, 'a boolean');
};

export function oneOf(...allowed: readonly string[]): Rule {
  return (value, path) => {
    if (typeof value !== 'string') throw wrongType(path, 'a string');
    if (!allowed.includes(value)) throw invalidParameter(`${path} must be one of ${allowed.join(', ')}.`);
  };
}

export function list(rule: Rule, min: number, max: number): Rule {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrongType(path, 'a list');
    if (value.length < min || value.length > max) {
      throw invalidParameter(`${path} must have ${min}-${max} items.`);
    }
    value.forEach((item, index) => {
      rule(item, `${path}.${index + 1}`);
    });
  };
}

/** A structure. Members that it doesn't name are ignored, as the protocol demands. */
export function structure(members: Readonly<Record<string, Member>>): Rule {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrongType(path, 'a structure');
    const given = new Map(Object.entries(value));
    for (const [name, member] of Object.entries(members)) {
      const memberPath = path === '' ? name : `${path}.${name}`;
      const present = given.get(name);
      if (present !== undefined && present !== null) member.rule(present, memberPath);
      else if (member.required) throw invalidParameter(`The parameter ${memberPath} is required.`);
    }
  };
}

function checkSize(bytes: number, maxBytes: number, path: string): void {
  if (bytes < 1 || bytes > maxBytes) throw invalidParameter(`${path} must be 1-${maxBytes} bytes long.`);
}

function wrongType(path: string, expected: string): SecretsManagerException {
  return new SecretsManagerException(
    'SerializationException',
    `${path || 'The request'} must be ${expected}.`,
  );
}
