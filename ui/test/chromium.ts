/** Debian's Chromium without a window, as the scenarios of all places drive it: one for a file of tests, closed by it. */
import { type Browser, chromium } from 'playwright-core';

/** CI and `npm test` install it. */
const executablePath = process.env.KAIROS_CHROMIUM ?? '/usr/bin/chromium';
/** No sandbox, since CI runs as root; nothing of its own on the network, since a test counts what is asked for. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Of its start, and of whatever a page is waited for: what a busy machine does late is not wrong. */
const patienceMs = 80_000;

/** `home`: where it keeps what is its own; else where this process does. */
export async function openChromium(
  more: { readonly flags?: readonly string[]; readonly home?: string } = {},
): Promise<Browser> {
  const env = more.home === undefined ? {} : { env: { ...process.env, HOME: more.home } as Record<string, string> };
  const args = [...flags, ...(more.flags ?? [])];
  const browser = await chromium.launch({ executablePath, args, timeout: patienceMs, ...env });
  browser.on('context', (context) => context.setDefaultTimeout(patienceMs));
  return browser;
}
