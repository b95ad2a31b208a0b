import type { GetRandomPasswordRequest } from '@aws-sdk/client-secrets-manager';
import { invalidParameter } from './exceptions.ts';
import { pick, type RandomBytes, randomBelow } from './randomness.ts';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const DEFAULT_LENGTH = 32;

/**
 * Makes a password of the wanted length (default 32) that has at least one
 * character of every included type, unless that is switched off.
 *
 * @throws InvalidParameterException when no character is left, or the length has no room for every type.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
export function randomPassword(input: GetRandomPasswordRequest, random: RandomBytes): string {
  const types = includedTypes(input);
  const length = input.PasswordLength ?? DEFAULT_LENGTH;
  if (types.length === 0) throw invalidParameter('No characters are left to make a password of.');
  const one = (input.RequireEachIncludedType ?? true) ? types.map((type) => pick(type, random)) : [];
  if (one.length > length) throw invalidParameter('The password is too short for every included type.');
  const alphabet = types.join('');
  const rest = Array.from({ length: length - one.length }, () => pick(alphabet, random));
  return shuffled([...one, ...rest], random).join('');
}

function includedTypes(input: GetRandomPasswordRequest): string[] {
  const excluded = new Set(input.ExcludeCharacters ?? '');
  return [
    input.ExcludeLowercase ? '' : LOWERCASE,
    input.ExcludeUppercase ? '' : UPPERCASE,
    input.ExcludeNumbers ? '' : NUMBERS,
    input.ExcludePunctuation ? '' : PUNCTUATION,
    input.IncludeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !excluded.has(character)).join(''))
    .filter((type) => type !== '');
}

function shuffled(characters: readonly string[], random: RandomBytes): string[] {
  const order = [...characters];
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = randomBelow(index + 1, random);
    [order[index], order[other]] = [order[other] ?? '', order[index] ?? ''];
  }
  return order;
}
