/**
 * The page's files under `kairos://cart/`: a scheme of our own instead of `file:` (Electron's checklist, item 18), so
 * that the page has an origin, a policy, and no way to any other file of the machine. Reads nothing outside its folder.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

export const scheme = 'kairos';
export const appOrigin = `${scheme}://cart`;
export const startPage = `${appOrigin}/index.html`;

/** Registered before the app is ready: a standard origin, secure, and no CSP of its own. */
export const schemePrivileges = {
  scheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webp': 'image/webp',
  '.png': 'image/png',
  '.json': 'application/json',
};

/** The page speaks to itself and to its store, and runs nothing but its own scripts (checklist, items 1 and 7). */
export function contentSecurityPolicy(store: string): string {
  const { origin, host, protocol } = new URL(store);
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: ${origin}`,
    "font-src 'self'",
    `connect-src 'self' ${origin} ${socket} ws://127.0.0.1:* ws://localhost:*`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export interface AppFiles {
  readonly folder: string;
  readonly store: string;
}

/** For `protocol.handle`: 404 for what is not there, 400 for what is not ours. */
export async function serveAppFile(url: string, { folder, store }: AppFiles): Promise<Response> {
  const path = filePath(url, folder);
  if (path === null) return new Response('no such page', { status: 400 });
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = await readFile(path);
  } catch {
    return new Response('no such file', { status: 404 });
  }
  return new Response(bytes, {
    headers: {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy(store),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  });
}

/** Null for another host, and for whatever leads out of the folder. */
export function filePath(url: string, folder: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== `${scheme}:` || host !== 'cart') return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const path = normalize(join(folder, decoded === '/' ? 'index.html' : decoded));
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? path : null;
}
