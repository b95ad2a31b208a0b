import { BlockList, isIP, isIPv6 } from 'node:net';
import type { StandInRequest } from '../http.ts';
import type { IpRange } from './settings.ts';

/**
 * The address that the org believes a call comes from.
 *
 * The first entry of `X-Forwarded-For` wins over the socket's address. That is
 * a convenience of the sandbox, where every caller sits on loopback: a login
 * "from" a trusted range or a new location can be rehearsed. Salesforce itself
 * ignores the header.
 */
export function callerAddress(request: StandInRequest): string {
  const forwarded = request.headers['x-forwarded-for'];
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',')[0]?.trim();
  return plain(first !== undefined && isIP(first) !== 0 ? first : request.remoteAddress);
}

/** Whether an address lies in one of the ranges. An address of the other family never does. */
export function inRanges(address: string, ranges: readonly IpRange[]): boolean {
  const list = new BlockList();
  for (const range of ranges) list.addRange(range.start, range.end, family(range.start));
  return list.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** An IPv4 address as an IPv6 socket reports it is still that IPv4 address. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
