/**
 * What stands before every answer: headers that keep pages to themselves, and the check that what is only for this
 * machine is asked for from this machine, not by a page of another site that a browser here has open.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The cart's page also speaks to the cart's agent, on this machine's loopback. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "connect-src 'self' ws://127.0.0.1:* ws://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
];

/** A page that those of these origins may hold in a frame; of none, nobody may. */
export function policyFor(frameOrigins: readonly string[]): string {
  const ancestors = frameOrigins.length === 0 ? "'none'" : frameOrigins.join(' ');
  return [...contentSecurityPolicy, `frame-ancestors ${ancestors}`].join('; ');
}

export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': policyFor([]),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
};

/** By digest, so that neither length nor beginning shows in the time it takes. */
export function isSameSecret(shown: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(secret));
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/** By address and by name: a foreign name that resolves to 127.0.0.1 is another site's page. */
export function isFromThisMachine(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? '';
  const isLoopback = address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.');
  return isLoopback && loopbackHosts.includes(hostName(request.headers.host));
}

function hostName(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '').toLowerCase();
}
