/**
 * The shell's main process against a stand-in for Electron: the twenty items of Electron's security checklist
 * (electronjs.org, "Security"), the way out for staff, recovery and sleep.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { appOrigin, contentSecurityPolicy, filePath } from '../shell/app-files.ts';
import { channels } from '../shell/bridge.ts';
import { isWayOut } from '../shell/guards.ts';
import { startShell } from '../shell/shell.ts';
import { type ContentsStandIn, type StandIn, standIn } from './electron-stand-in.ts';

const place = join(import.meta.dirname, '..');
const store = 'http://192.168.0.10:8470';
let folder: string;
let stand: StandIn;
let ports: ReturnType<typeof simulatedPorts>;
let logged: string[];
const totp = new TOTP({ issuer: 'Kairos', label: 'cart-07', algorithm: 'SHA256', digits: 8, period: 60 });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-shell-'));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist', 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'secret.txt'), 'not for the page');
  logged = [];
  ports = simulatedPorts({ startMs: 1_700_000_000_000, seed: 1 });
  stand = standIn(folder);
  await start();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const agent = { port: 8471, token: 'secret-of-both-ends' };

async function start(
  answer: () => unknown = () => ({ exitCodes: totp.toString(), sleepAfterMinutes: 20 }),
): Promise<void> {
  await startShell({
    electron: stand.electron,
    config: { screen: 'cart-07', store, token: 'token-of-cart-07', agent },
    ports,
    pageFolder: join(folder, 'dist'),
    preload: '/app/preload.cjs',
    isKiosk: true,
    ask: async () => answer(),
    log: (what, detail) => logged.push(`${what}: ${detail}`),
  });
  // What the store said of this screen.
  await Promise.resolve();
}

const preferences = () => stand.windows[0]?.options.webPreferences ?? {};
const contents = (): ContentsStandIn => stand.windows[0]?.contents as ContentsStandIn;
const page = (): object => ({ sender: contents(), senderFrame: contents().mainFrame });
function isPrevented(event: string, ...details: unknown[]): boolean {
  let prevented = false;
  contents().emit(event, { preventDefault: () => (prevented = true), ...(details[0] as object) }, ...details.slice(1));
  return prevented;
}
const get = (url: string): Promise<Response> => {
  const handler = stand.session.handlers.get('kairos');
  if (!handler) throw new Error('nothing serves kairos:');
  return handler({ url });
};

describe('Electron’s security checklist', () => {
  it('1: loads secure content alone: its own files, from its own scheme', () => {
    expect(stand.windows.map(({ loaded }) => loaded)).toEqual([['kairos://cart/index.html']]);
  });
  it('2: no Node in the page, its frames or its workers', () => {
    expect(preferences()).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    });
  });
  it('3: the preload script stands in a context of its own', () => expect(preferences().contextIsolation).toBe(true));
  it('4: every process is sandboxed, from before the app is ready', () => {
    expect(preferences().sandbox).toBe(true);
    expect(stand.calls.indexOf('enableSandbox')).toBeLessThan(stand.calls.indexOf('ready'));
  });
  it('5: no permission is given, whoever asks, for whatever', () => {
    for (const permission of ['media', 'geolocation', 'notifications', 'fullscreen', 'clipboard-read', 'hid']) {
      let granted: boolean | null = null;
      stand.session.requestHandler?.({}, permission, (answer) => (granted = answer));
      expect(granted).toBe(false);
    }
    expect(stand.session.checkHandler?.()).toBe(false);
    expect(stand.session.deviceHandler?.()).toBe(false);
  });
  it('6: web security stays on', () => expect(preferences().webSecurity).toBe(true));
  it('7: a policy comes with every file: own scripts alone, nothing inline, one store to speak to', async () => {
    const response = await get('kairos://cart/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*[^0-9 ;]/);
    expect(policy).toContain(`connect-src 'self' ${store} ws://192.168.0.10:8470 `);
    expect(contentSecurityPolicy('https://store.example')).toContain('wss://store.example');
  });
  it('8: no insecure content in secure pages', () => expect(preferences().allowRunningInsecureContent).toBe(false));
  it('9: no experimental features', () => expect(preferences().experimentalFeatures).toBe(false));
  it('10: no Blink features by name', () => expect(preferences()).not.toHaveProperty('enableBlinkFeatures'));
  it('11: no webview, so none with pop-ups', () => expect(preferences().webviewTag).toBe(false));
  it('12: a webview that is made all the same is not attached', () => {
    expect(isPrevented('will-attach-webview', {}, {}, {})).toBe(true);
  });
  it.each(['will-navigate', 'will-redirect'])('13: %s leads nowhere but to its own pages', (event) => {
    for (const url of [
      'https://example.org/',
      'file:///etc/passwd',
      'kairos://cartoon/',
      'kairos://cart.evil/',
      store,
    ]) {
      expect(isPrevented(event, {}, url), url).toBe(true);
    }
    expect(isPrevented(event, {}, `${appOrigin}/index.html`)).toBe(false);
  });
  it('13: nor does a frame, nor a web contents that is made later', () => {
    expect(isPrevented('will-frame-navigate', { url: 'https://example.org/' })).toBe(true);
    const later = stand.createContents('kairos://cart/index.html');
    let prevented = false;
    later.emit('will-navigate', { preventDefault: () => (prevented = true) }, 'https://example.org/');
    expect(prevented).toBe(true);
  });
  it('14: no window is opened', () => {
    expect(contents().openHandler?.({ url: `${appOrigin}/index.html` })).toEqual({ action: 'deny' });
    expect(contents().openHandler?.({ url: 'https://example.org' })).toEqual({ action: 'deny' });
  });
  it('15: nothing of the shell opens anything outside', () => {
    for (const [file, source] of shellSources()) expect(source, file).not.toMatch(/openExternal|openPath|shell\.\w+\(/);
  });
  it('16: Electron is the version that the house has chosen, pinned, in package and types alike', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as {
      devDependencies: { electron: string };
    };
    expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
    expect(Number(devDependencies.electron.split('.')[0])).toBeGreaterThanOrEqual(45);
    expect(builder().electronVersion).toBe(devDependencies.electron);
  });
  it('17: only the page of this window, in its main frame, from its own origin, is answered', () => {
    const foreign = [
      { sender: stand.createContents('kairos://cart/'), senderFrame: contents().mainFrame },
      { sender: contents(), senderFrame: { origin: appOrigin, url: 'a frame' } },
      { sender: contents(), senderFrame: null },
    ];
    expect(stand.invoke(channels.settings, page())).toEqual({
      screen: 'cart-07',
      store,
      token: 'token-of-cart-07',
      agent,
    });
    for (const event of foreign) {
      expect(() => stand.invoke(channels.settings, event)).toThrow(/only the page/);
      expect(() => stand.invoke(channels.leave, event, code())).toThrow(/only the page/);
      stand.say(channels.alive, event, { isInVisit: true });
    }
    contents().mainFrame.origin = 'https://example.org';
    expect(() => stand.invoke(channels.settings, page())).toThrow(/only the page/);
    expect(stand.calls).not.toContain('quit');
  });
  it('18: a scheme of its own instead of file:, registered before the app is ready', () => {
    expect(stand.schemes).toEqual([
      { scheme: 'kairos', privileges: expect.objectContaining({ standard: true, secure: true }) },
    ]);
    expect(stand.schemes[0]?.privileges).not.toHaveProperty('bypassCSP');
    expect(stand.calls.indexOf('schemes')).toBeLessThan(stand.calls.indexOf('ready'));
    for (const [file, source] of shellSources()) expect(source, file).not.toMatch(/loadFile|file:\/\//);
  });
  it.each([
    'kairos://cart/../secret.txt',
    'kairos://cart/%2e%2e/secret.txt',
    'kairos://cart/..%2fsecret.txt',
    'kairos://cart/%2e%2e%5csecret.txt',
    'kairos://cart/assets/..%2f..%2fsecret.txt',
    'kairos://other/index.html',
    'kairos://cart/%00',
    'kairos://cart/%E0%A4%A',
  ])('18: and nothing outside its folder is served: %s', async (url) => {
    const path = filePath(url, join(folder, 'dist'));
    expect(path === null || path.startsWith(`${join(folder, 'dist')}/`)).toBe(true);
    const response = await get(url);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('not for the page');
  });
  it('19: the fuses are blown that turn a shell into something else', () => {
    expect(builder().electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });
  it('20: the page is given three functions, and nothing of Electron’s', () => {
    const source = readFileSync(join(place, 'shell', 'preload.ts'), 'utf8');
    expect(source.match(/exposeInMainWorld/g)).toHaveLength(1);
    expect(source.match(/^ {2}\w+: \(/gm)?.map((line) => line.trim().replace(/:.*/, ''))).toEqual([
      'settings',
      'leave',
      'alive',
    ]);
    // Handing over ipcRenderer or one of its functions as it is would let the page send anything.
    expect(source).not.toMatch(/:\s*ipcRenderer[,\s]|ipcRenderer\.\w+[,)]/);
  });
});

function shellSources(): [file: string, source: string][] {
  const files = readdirSync(join(place, 'shell')).filter((name) => /^[^.]+(-\w+)*\.ts$/.test(name));
  return files.map((name) => [name, readFileSync(join(place, 'shell', name), 'utf8')]);
}

function builder(): {
  electronVersion: string;
  electronFuses: object;
  linux: { target: { target: string; arch: string[] }[] };
  files: string[];
} {
  return parse(readFileSync(join(place, 'electron-builder.yml'), 'utf8'));
}

function code(offset = 0): string {
  return totp.generate({ timestamp: ports.clock.now() + offset });
}

describe('the kiosk', () => {
  it('fills the screen without a frame or a menu, and shows itself when it is painted', () => {
    expect(stand.windows[0]?.options).toMatchObject({ kiosk: true, frame: false, show: false });
    expect(stand.calls).toContain('menu null');
    expect(preferences().devTools).toBe(false);
    stand.windows[0]?.window.emit('ready-to-show');
    expect(stand.calls).toContain('show');
  });
  it('has no ways out on the keyboard, and takes what scanners and people type', () => {
    const key = (name: string, held: Partial<Record<'control' | 'meta' | 'alt' | 'shift', boolean>> = {}) =>
      isWayOut({ type: 'keyDown', key: name, control: false, meta: false, alt: false, shift: false, ...held });
    for (const name of ['F1', 'F5', 'F11', 'F12', 'Escape', 'BrowserBack', 'ContextMenu'])
      expect(key(name), name).toBe(true);
    for (const name of ['w', 'q', 'r', 'n', 't', 'p', 'o', 'l', '+', '-', '0', 'Tab']) {
      expect(key(name, { control: true }), `Ctrl+${name}`).toBe(true);
    }
    for (const name of ['i', 'j', 'c', 'r', 'w', 'Delete'])
      expect(key(name, { control: true, shift: true })).toBe(true);
    for (const name of ['F4', 'Tab', 'ArrowLeft', 'd', ' ']) expect(key(name, { alt: true }), `Alt+${name}`).toBe(true);
    for (const name of ['l', 'd', 'Tab', 'r']) expect(key(name, { meta: true })).toBe(true);
    for (const name of ['7', 'Enter', 'Backspace', 'Tab', 'a', 'É', '\u001d']) expect(key(name), name).toBe(false);
    expect(key('A', { shift: true })).toBe(false);
    expect(key('@', { control: true, alt: true }), 'AltGr').toBe(true);
  });
  it('keeps its scale, whatever fingers do', () => {
    contents().emit('zoom-changed');
    expect(contents().zoom).toEqual([1]);
  });
  it('downloads nothing', () => {
    let prevented = false;
    stand.session.emit('will-download', { preventDefault: () => (prevented = true) }, { getURL: () => 'https://x/' });
    expect(prevented).toBe(true);
  });
  it('is one: a second start ends', async () => {
    stand = standIn(folder, { isSecond: true });
    await start();
    expect(stand.calls).toContain('quit');
    expect(stand.windows).toEqual([]);
  });
});

describe('the way out for staff', () => {
  const leave = (given: unknown): unknown => stand.invoke(channels.leave, page(), given);

  it('opens with the code of this minute, once', () => {
    const now = code();
    expect(leave(now)).toEqual({ kind: 'leaving' });
    expect(stand.calls).toContain('quit');
    expect(leave(now)).toEqual({ kind: 'wrong', triesLeft: 4 });
    expect(leave(code(-60_000)), 'one before it').toEqual({ kind: 'wrong', triesLeft: 3 });
  });
  it('takes a code with a blank, and one of the minute before', () => {
    expect(leave(code(-60_000).replace(/^(....)/, '$1 '))).toEqual({ kind: 'leaving' });
  });
  it('stays shut for a code that is old, strange, or none', () => {
    for (const given of [code(-180_000), '', null, {}, '1'.repeat(5_000)]) {
      expect(leave(given)).toMatchObject({ kind: 'wrong' });
    }
    expect(stand.calls).not.toContain('quit');
  });
  it('lets nobody guess: five tries in a quarter of an hour, over a restart and a clock that is set back', async () => {
    for (let tries = 0; tries < 5; tries += 1) leave('00000000');
    expect(leave(code())).toEqual({ kind: 'wait', minutes: 15 });
    stand = standIn(folder);
    await start();
    expect(leave(code())).toEqual({ kind: 'wait', minutes: 15 });
    ports = simulatedPorts({ startMs: 1_700_000_000_000 - 86_400_000, seed: 1 });
    stand = standIn(folder);
    await start();
    expect(leave(code())).toMatchObject({ kind: 'wait' });
    ports.advance(16 * 60_000);
    expect(leave(code())).toEqual({ kind: 'leaving' });
  });
  it('works without the store, once it has been there; and says so where it never was', async () => {
    stand = standIn(folder);
    await start(() => Promise.reject(new Error('is out of reach')));
    expect(leave(code())).toEqual({ kind: 'leaving' });
    rmSync(join(folder, 'store-settings.json'));
    stand = standIn(folder);
    await start(() => Promise.reject(new Error('is out of reach')));
    expect(leave('12345678')).toEqual({ kind: 'no-codes' });
    expect(logged.join()).toContain('is out of reach');
  });
  it.each([
    [null],
    [{}],
    [{ exitCodes: 'https://x', sleepAfterMinutes: 5 }],
    [{ exitCodes: totp.toString(), sleepAfterMinutes: 0 }],
  ])('takes no settings that are none: %j', async (answer) => {
    rmSync(join(folder, 'store-settings.json'));
    stand = standIn(folder);
    await start(() => answer);
    expect(leave('12345678')).toEqual({ kind: 'no-codes' });
  });
});

describe('a page that is lost', () => {
  const loads = (): number => stand.windows[0]?.loaded.length ?? 0;

  it('is loaded anew when it crashed, later each time, and never given up', () => {
    for (const [crash, waitMs] of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000].entries()) {
      contents().emit('render-process-gone', {}, { reason: 'crashed' });
      ports.advance(waitMs - 1);
      expect(loads()).toBe(crash + 1);
      ports.advance(1);
      expect(loads()).toBe(crash + 2);
    }
  });
  it('begins anew with short waits once it has lived for a while', () => {
    contents().emit('render-process-gone', {}, { reason: 'oom' });
    ports.advance(500);
    contents().emit('did-finish-load');
    for (let beats = 0; beats < 30; beats += 1) {
      ports.advance(5_000);
      stand.say(channels.alive, page(), { isInVisit: false });
    }
    contents().emit('render-process-gone', {}, { reason: 'oom' });
    ports.advance(500);
    expect(loads()).toBe(3);
  });
  it('is ended and loaded anew when it gives no sign of life', () => {
    contents().emit('did-finish-load');
    ports.advance(19_999);
    stand.say(channels.alive, page(), null);
    ports.advance(19_999);
    expect(loads()).toBe(1);
    ports.advance(600);
    expect(contents().crashes).toBe(1);
    expect(loads()).toBe(2);
  });
  it('is loaded anew when it does not answer, or cannot be loaded', () => {
    stand.windows[0]?.window.emit('unresponsive');
    ports.advance(500);
    contents().emit('did-fail-load', {}, -6, 'FILE_NOT_FOUND', '', true);
    ports.advance(1_000);
    contents().emit('did-fail-load', {}, -6, 'FILE_NOT_FOUND', '', false);
    ports.advance(10_000);
    expect(loads()).toBe(3);
  });
});

describe('the display', () => {
  it('stays awake during a visit and for some minutes after the last touch, then may sleep', () => {
    ports.advance(5_000);
    expect(stand.blockers.size).toBe(1);
    stand.idleSeconds = 21 * 60;
    stand.say(channels.alive, page(), { isInVisit: true });
    ports.advance(5_000);
    expect(stand.blockers.size).toBe(1);
    stand.say(channels.alive, page(), { isInVisit: false });
    expect(stand.blockers.size).toBe(0);
    stand.idleSeconds = 0;
    ports.advance(5_000);
    expect(stand.blockers.size).toBe(1);
  });
});

describe('what is packaged', () => {
  it('is AppImage and deb for both processors, of built files alone', () => {
    expect(builder().linux.target).toEqual([
      { target: 'AppImage', arch: ['x64', 'arm64'] },
      { target: 'deb', arch: ['x64', 'arm64'] },
    ]);
    expect(builder().files).toContain('!node_modules');
  });
  it('is built: a main that leaves nothing but Electron and Node outside, a preload that a sandbox loads', () => {
    const out = join(folder, 'dist-shell');
    const vite = join(place, '../node_modules/vite/bin/vite.js');
    for (const KAIROS_BUILD of ['', 'preload']) {
      execFileSync(
        process.execPath,
        [vite, 'build', '--logLevel', 'error', '-c', join(place, 'shell/vite.config.ts'), '--outDir', out],
        {
          env: { ...process.env, NODE_ENV: 'production', KAIROS_BUILD },
        },
      );
    }
    const main = readFileSync(join(out, 'main.mjs'), 'utf8');
    const outside = [...main.matchAll(/^import .*? from ["']([^"']+)["'];?$/gm)].map(([, name]) => name ?? '');
    expect(outside).toContain('electron');
    expect(outside.filter((name) => name !== 'electron' && !name.startsWith('node:'))).toEqual([]);
    const preload = readFileSync(join(out, 'preload.cjs'), 'utf8');
    expect([...preload.matchAll(/require\(["']([^"']+)["']\)/g)].map(([, name]) => name)).toEqual(['electron']);
  });
});
