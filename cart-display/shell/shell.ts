/**
 * The shell, put together: the scheme, the guards, the window, the bridge, recovery and sleep, in the order in which
 * Electron wants them. Everything of Electron's comes in as `electron`, so that the same steps run against a stand-in
 * where its binary cannot be had.
 */
import { join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import type * as Electron from 'electron';
import { appOrigin, scheme, schemePrivileges, serveAppFile, startPage } from './app-files.ts';
import { channels, type LeaveAnswer, type ShellSettings } from './bridge.ts';
import { DisplaySleep } from './display-sleep.ts';
import { guardContents, guardSession } from './guards.ts';
import { Recovery } from './recovery.ts';
import { type AskStore, type ShellConfig, StoreSettings } from './shell-config.ts';
import { StaffExit } from './staff-exit.ts';
import { windowOptions } from './window-options.ts';

/** What of Electron the shell uses. */
export type ElectronParts = Pick<
  typeof Electron,
  'app' | 'BrowserWindow' | 'ipcMain' | 'powerMonitor' | 'powerSaveBlocker' | 'protocol' | 'session' | 'Menu'
>;

export interface ShellOptions {
  readonly electron: ElectronParts;
  readonly config: ShellConfig;
  readonly ports: Ports;
  /** Of the built page, and of the built preload script. */
  readonly pageFolder: string;
  readonly preload: string;
  readonly isKiosk: boolean;
  readonly ask: AskStore;
  readonly log: (what: string, detail: string) => void;
}

/** Until the store has said otherwise. */
const sleepAfterDefaultMinutes = 20;

export async function startShell(options: ShellOptions): Promise<void> {
  const { electron, config, ports, log } = options;
  const { app } = electron;
  app.enableSandbox();
  electron.protocol.registerSchemesAsPrivileged([schemePrivileges]);
  guardContents(app, (what, detail) => log(`refused ${what}`, detail));
  // A second start of the same screen would be a second device of one name.
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  await app.whenReady();
  electron.Menu.setApplicationMenu(null);
  const session = electron.session.defaultSession;
  guardSession(session, (what, detail) => log(`refused ${what}`, detail));
  session.protocol.handle(scheme, ({ url }) => serveAppFile(url, { folder: options.pageFolder, store: config.store }));
  const kept = (name: string): string => join(app.getPath('userData'), name);
  const settings = new StoreSettings({
    config,
    file: kept('store-settings.json'),
    ports,
    ask: options.ask,
    say: (detail) => log('store', detail),
  });
  const window = new electron.BrowserWindow(windowOptions(options));
  const recovery = watch(window, options);
  const sleep = keepAwake(options, () => settings.current?.sleepAfterMinutes ?? sleepAfterDefaultMinutes);
  const exit = new StaffExit({
    file: kept('exit-tries.json'),
    clock: ports.clock,
    uri: () => settings.current?.exitCodes ?? null,
  });
  answerPage({ ...options, window, recovery, sleep, exit });
  app.on('before-quit', () => {
    settings.stop();
    recovery.stop();
    sleep.stop();
  });
  app.on('window-all-closed', () => app.quit());
  window.once('ready-to-show', () => window.show());
  await window.loadURL(startPage);
}

function watch(window: Electron.BrowserWindow, { ports, log }: ShellOptions): Recovery {
  const recovery = new Recovery({
    ports,
    reload: () => {
      if (window.isDestroyed()) return;
      // What hangs has to be ended first: it would not answer to being loaded anew.
      window.webContents.forcefullyCrashRenderer();
      void window.loadURL(startPage).catch(() => undefined);
    },
    say: (why, attempt) => log('page', `${why}; it is loaded anew (${attempt})`),
  });
  window.webContents.on('render-process-gone', (_, { reason }) => recovery.lost(`its process ended: ${reason}`));
  window.webContents.on('did-fail-load', (_, code, text, _url, isMainFrame) => {
    if (isMainFrame) recovery.lost(`it could not be loaded: ${text} (${code})`);
  });
  window.webContents.on('did-finish-load', () => recovery.loaded());
  window.on('unresponsive', () => recovery.lost('it does not answer'));
  return recovery;
}

function keepAwake({ electron, ports }: ShellOptions, minutes: () => number): DisplaySleep {
  let blocker: number | null = null;
  return new DisplaySleep({
    ports,
    sleepAfterMs: () => minutes() * 60_000,
    idleSeconds: () => electron.powerMonitor.getSystemIdleTime(),
    hold: (isHeld) => {
      if (isHeld) blocker ??= electron.powerSaveBlocker.start('prevent-display-sleep');
      else if (blocker !== null) {
        electron.powerSaveBlocker.stop(blocker);
        blocker = null;
      }
    },
  });
}

interface Answering extends ShellOptions {
  readonly window: Electron.BrowserWindow;
  readonly recovery: Recovery;
  readonly sleep: DisplaySleep;
  readonly exit: StaffExit;
}

/** Only the page of our own origin, in the main frame of our own window, is answered (checklist, item 17). */
function answerPage({ electron, config, window, recovery, sleep, exit, log }: Answering): void {
  const { ipcMain, app } = electron;
  const isOurPage = ({ sender, senderFrame }: Electron.IpcMainEvent | Electron.IpcMainInvokeEvent): boolean => {
    const isOurs =
      sender === window.webContents &&
      senderFrame === window.webContents.mainFrame &&
      senderFrame?.origin === appOrigin;
    if (!isOurs) log('refused message', senderFrame?.url ?? 'from a frame that is gone');
    return isOurs;
  };
  ipcMain.handle(channels.settings, (event): ShellSettings => {
    if (!isOurPage(event)) throw new Error('only the page of this screen is answered');
    return { screen: config.screen, store: config.store, token: config.token, agent: config.agent };
  });
  ipcMain.handle(channels.leave, (event, code: unknown): LeaveAnswer => {
    if (!isOurPage(event)) throw new Error('only the page of this screen is answered');
    const answer = exit.judge(code);
    log('staff exit', answer.kind);
    if (answer.kind === 'leaving') app.quit();
    return answer;
  });
  ipcMain.on(channels.alive, (event, sign: unknown) => {
    if (!isOurPage(event)) return;
    recovery.alive();
    sleep.noteVisit((sign as { isInVisit?: unknown } | null)?.isInVisit === true);
  });
}
