/**
 * `npm run cart -- --store ORIGIN --cart NAME`: the cart's page full screen. In its Electron shell where Electron's
 * binary is at hand, else in Chromium's kiosk mode, which has none of the shell's guards; it says which.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'http://127.0.0.1:8470' },
    cart: { type: 'string', default: 'cart-13' },
    token: { type: 'string' },
    // Of the agent on this cart, as under "page" in its edge.yaml.
    'agent-port': { type: 'string', default: process.env.KAIROS_AGENT_PORT },
    'agent-token': { type: 'string', default: process.env.KAIROS_AGENT_TOKEN },
    windowed: { type: 'boolean', default: false },
  },
});
const { store, cart, token, windowed, 'agent-port': agentPort, 'agent-token': agentToken } = values;

const electron = electronBinary();
const chromium = findOnPath(['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']);
const profile = mkdtempSync(join(tmpdir(), 'kairos-cart-'));

if (electron !== null) {
  say(`the Electron shell: ${electron}`);
  const environment = {
    KAIROS_SCREEN: cart,
    KAIROS_STORE: store,
    ...(token === undefined ? {} : { KAIROS_SCREEN_TOKEN: token }),
    ...(agentPort === undefined ? {} : { KAIROS_AGENT_PORT: agentPort }),
    ...(agentToken === undefined ? {} : { KAIROS_AGENT_TOKEN: agentToken }),
  };
  run(electron, [join(import.meta.dirname, '..')], { ...environment, ...(windowed ? { KAIROS_WINDOWED: '1' } : {}) });
} else if (chromium !== null) {
  say('Electron’s binary is not here: the same page in Chromium’s kiosk mode, without the shell’s guards');
  const query = new URLSearchParams({
    cart,
    ...(token === undefined ? {} : { token }),
    ...(agentPort === undefined ? {} : { agent: agentPort }),
    ...(agentToken === undefined ? {} : { agentToken }),
  });
  const address = `${store}/cart/?${query}`;
  const look = windowed ? [`--app=${address}`, '--window-size=1280,800'] : ['--kiosk', address];
  const quiet = ['--no-first-run', '--disable-sync', '--disable-component-update', '--disable-background-networking'];
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  run(chromium, [`--user-data-dir=${profile}`, ...quiet, '--disable-pinch', '--noerrdialogs', ...asRoot, ...look], {});
} else {
  say('there is neither Electron nor Chromium here: install Debian’s package "chromium", or open');
  say(`${store}/cart/?cart=${cart} in a browser`);
  process.exitCode = 1;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The path that the package names, where its binary has been fetched. */
function electronBinary(): string | null {
  try {
    const require = createRequire(import.meta.url);
    const folder = join(require.resolve('electron/package.json'), '..');
    const binary = join(folder, 'dist', process.platform === 'win32' ? 'electron.exe' : 'electron');
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

function findOnPath(names: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const file = join(folder, name);
      if (existsSync(file)) return file;
    }
  }
  return null;
}

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>>): void {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const end = (): void => void child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  child.on('error', (error) => say(`${command} ${error.message}`));
  child.on('close', (code) => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    process.exitCode = code ?? 0;
  });
}
