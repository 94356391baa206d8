/**
 * The name by which the world outside knows a command: 32 letters and digits that nobody can guess and that say nothing
 * of anybody. The same for every try, so that a mail that goes out twice is one mail to whoever receives it.
 */
import { createHmac } from 'node:crypto';

const tagBytes = 20;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const pattern = '[a-z2-7]{32}';

/** Of five bits each: safe in the local part of an address, whose case mail servers may change. */
export function tagOf(key: string, chainId: string, command: string): string {
  const digest = createHmac('sha256', key).update(`tag\0${chainId}\0${command}`).digest().subarray(0, tagBytes);
  let bits = '';
  for (const byte of digest) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join('');
}

/** "<tag.kairos@example.com>" */
export function messageIdOf(tag: string, domain: string): string {
  return `<${tag}.kairos@${domain}>`;
}

/** Where mail about it comes back to (VERP): "bounces+tag@example.com". */
export function returnPathOf(tag: string, domain: string): string {
  return `bounces+${tag}@${domain}`;
}

/** Every tag that a text names in one of these two ways, in its order. */
export function tagsIn(text: string): string[] {
  const found = text.toLowerCase().matchAll(new RegExp(`(?:bounces\\+(${pattern})@|<(${pattern})\\.kairos@)`, 'g'));
  return [...found].map(([, returned, sent]) => returned ?? sent ?? '');
}
