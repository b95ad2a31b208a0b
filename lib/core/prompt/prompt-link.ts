import { createHash } from 'node:crypto';
import type { RandomSource } from '../ports/random-source.ts';
import { Redacted } from '../redacted.ts';

/**
 * A link to the prompt page, as the ledger knows it. The id in the link itself
 * is kept nowhere: who reads the ledger cannot open the page.
 */
export interface PromptLink {
  /** SHA-256 of the link id, in hexadecimal. */
  readonly hash: string;
  readonly credential: string;
  readonly rotationId: string;
  /** The prompt that the link belongs to. A renewed prompt has another id, which revokes the links before it. */
  readonly promptId: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

const PROMPT_ID_BYTES = 16;
const LINK_ID_BYTES = 32;
const LINK_ID = /^[A-Za-z0-9_-]{43}$/;

/** Names a prompt. It opens nothing, so it may stand in the ledger and in the history. */
export function newPromptId(random: RandomSource): string {
  return Buffer.from(random.bytes(PROMPT_ID_BYTES)).toString('hex');
}

/** 256 random bits in base64url: 43 characters. */
export function newLinkId(random: RandomSource): Redacted {
  return Redacted.of(Buffer.from(random.bytes(LINK_ID_BYTES)).toString('base64url'));
}

/** Whether a text could be a link id at all; what could not costs no read. */
export function isLinkId(text: string): boolean {
  return LINK_ID.test(text);
}

export function linkHash(linkId: Redacted): string {
  return linkId.open((id) => createHash('sha256').update(id).digest('hex'));
}
