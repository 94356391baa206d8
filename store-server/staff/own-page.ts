/**
 * Whether a request comes from a page of this store, or from no page at all. A browser says where the page came from
 * that makes it ask (`Origin`, `Sec-Fetch-Site`), and no page can change what it says; a program says nothing.
 */
import type { IncomingMessage } from 'node:http';
import { isSecure } from './cookies.ts';

export function isFromOwnPage(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  // Browsers differ in what they call the site of a WebSocket; its origin they all say.
  const isSocket = request.headers.upgrade !== undefined && origin !== undefined;
  if (site !== undefined && site !== 'same-origin' && !isSocket) return false;
  if (origin === undefined) return true;
  return origin === `${isSecure(request) ? 'https' : 'http'}://${host ?? ''}`;
}
