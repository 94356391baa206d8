/**
 * Stands in for Electron where its binary cannot be had: the objects that the shell uses, remembering what they were
 * told, and firing the events that Electron would. Its shapes are held to Electron's own types by `ElectronParts`.
 */
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { ElectronParts } from '../shell/shell.ts';

type Handler = (...args: never[]) => unknown;

export class ContentsStandIn extends EventEmitter {
  readonly mainFrame: { origin: string; url: string };
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  crashes = 0;
  zoom: number[] = [];

  constructor(url: string) {
    super();
    this.mainFrame = { origin: new URL(url).protocol === 'kairos:' ? 'kairos://cart' : new URL(url).origin, url };
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
  forcefullyCrashRenderer(): void {
    this.crashes += 1;
  }
  setZoomFactor(factor: number): void {
    this.zoom.push(factor);
  }
  async setVisualZoomLevelLimits(): Promise<void> {}
}

class SessionStandIn extends EventEmitter {
  requestHandler: ((contents: unknown, permission: string, answer: (granted: boolean) => void) => void) | null = null;
  checkHandler: (() => boolean) | null = null;
  deviceHandler: (() => boolean) | null = null;
  readonly handlers = new Map<string, (request: { url: string }) => Promise<Response>>();
  readonly protocol = {
    handle: (scheme: string, handler: (request: { url: string }) => Promise<Response>) => {
      this.handlers.set(scheme, handler);
    },
  };
  setPermissionRequestHandler(handler: SessionStandIn['requestHandler']): void {
    this.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: () => boolean): void {
    this.checkHandler = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.deviceHandler = handler;
  }
}

export interface StandIn {
  readonly electron: ElectronParts;
  readonly session: SessionStandIn;
  readonly windows: {
    options: Electron.BrowserWindowConstructorOptions;
    contents: ContentsStandIn;
    loaded: string[];
    window: EventEmitter;
  }[];
  readonly schemes: Electron.CustomScheme[];
  readonly calls: string[];
  readonly blockers: Set<number>;
  idleSeconds: number;
  invoke(channel: string, event: object, ...args: unknown[]): unknown;
  say(channel: string, event: object, ...args: unknown[]): void;
  /** A web contents that somebody made: every one goes through the app. */
  createContents(url: string): ContentsStandIn;
}

export function standIn(folder: string, { isSecond = false } = {}): StandIn {
  const calls: string[] = [];
  const schemes: Electron.CustomScheme[] = [];
  const session = new SessionStandIn();
  const windows: StandIn['windows'] = [];
  const blockers = new Set<number>();
  const invokes = new Map<string, Handler>();
  const listeners = new Map<string, Handler>();
  const app = Object.assign(new EventEmitter(), {
    enableSandbox: () => void calls.push('enableSandbox'),
    requestSingleInstanceLock: () => !isSecond,
    quit: () => void calls.push('quit'),
    whenReady: async () => {
      calls.push('ready');
    },
    getPath: () => folder,
  });
  const createContents = (url: string): ContentsStandIn => {
    const contents = new ContentsStandIn(url);
    app.emit('web-contents-created', {}, contents);
    return contents;
  };
  class WindowStandIn extends EventEmitter {
    readonly webContents = createContents('kairos://cart/index.html');
    readonly loaded: string[] = [];
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super();
      calls.push('window');
      windows.push({ options, contents: this.webContents, loaded: this.loaded, window: this });
    }
    isDestroyed(): boolean {
      return false;
    }
    show(): void {
      calls.push('show');
    }
    async loadURL(url: string): Promise<void> {
      this.loaded.push(url);
    }
  }
  const stand: StandIn = {
    electron: {
      app,
      BrowserWindow: WindowStandIn,
      ipcMain: {
        handle: (channel: string, handler: Handler) => void invokes.set(channel, handler),
        on: (channel: string, handler: Handler) => void listeners.set(channel, handler),
      },
      Menu: { setApplicationMenu: (menu: unknown) => void calls.push(`menu ${String(menu)}`) },
      powerMonitor: { getSystemIdleTime: () => stand.idleSeconds },
      powerSaveBlocker: {
        start: () => {
          blockers.add(blockers.size + 1);
          return blockers.size;
        },
        stop: (id: number) => blockers.delete(id),
      },
      protocol: {
        registerSchemesAsPrivileged: (list: Electron.CustomScheme[]) => {
          calls.push('schemes');
          schemes.push(...list);
        },
      },
      session: { defaultSession: session },
    } as unknown as ElectronParts,
    session,
    windows,
    schemes,
    calls,
    blockers,
    idleSeconds: 0,
    invoke: (channel, event, ...args) => (invokes.get(channel) as (...all: unknown[]) => unknown)(event, ...args),
    say: (channel, event, ...args) => void (listeners.get(channel) as (...all: unknown[]) => unknown)(event, ...args),
    createContents,
  };
  return stand;
}
