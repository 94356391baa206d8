/** The two cookies of the people of the store: her session, and that a device is known as hers. */
import type { IncomingMessage } from 'node:http';

export interface CookieName {
  readonly plain: string;
  /** Over TLS, where the browser holds it to this very host. */
  readonly secure: string;
}

export const sessionCookie: CookieName = { plain: 'kairos-session', secure: '__Host-kairos-session' };
export const deviceCookie: CookieName = { plain: 'kairos-device', secure: '__Host-kairos-device' };

/** Longer ones are none of ours. */
const valueLengthMax = 100;

export function isSecure(request: IncomingMessage): boolean {
  return 'encrypted' in request.socket && request.socket.encrypted === true;
}

export function cookieOf(request: IncomingMessage, { plain, secure }: CookieName): string | null {
  const name = isSecure(request) ? secure : plain;
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name && value !== '' && value.length <= valueLengthMax) return value;
  }
  return null;
}

/** A `Set-Cookie` header: not for scripts, not for other sites. `lifeMs` 0 takes it back. */
export function setCookie(
  request: IncomingMessage,
  { name: { plain, secure }, value, lifeMs }: { name: CookieName; value: string; lifeMs: number },
): string {
  const rest = `Path=/; Max-Age=${Math.floor(lifeMs / 1_000)}; HttpOnly; SameSite=Strict`;
  return isSecure(request) ? `${secure}=${value}; ${rest}; Secure` : `${plain}=${value}; ${rest}`;
}
