/**
 * What a page in a kiosk may not do, whatever has got into it: leave its origin, open windows, embed others, ask for
 * devices, download, print, or take the keyboard's ways out (Electron's checklist, items 5 and 11 to 15).
 */
import type { App, Input, Session, WebContents } from 'electron';
import { appOrigin } from './app-files.ts';

export type Refused = (what: string, detail: string) => void;

/** For every web contents of the app, whoever made it. */
export function guardContents(app: App, refused: Refused): void {
  app.on('web-contents-created', (_, contents) => {
    const stay = (event: { preventDefault(): void }, url: string): void => {
      if (isOurs(url)) return;
      event.preventDefault();
      refused('navigation', url);
    };
    contents.on('will-navigate', (event, url) => stay(event, url ?? event.url));
    contents.on('will-redirect', (event, url) => stay(event, url ?? event.url));
    contents.on('will-frame-navigate', (event) => stay(event, event.url));
    contents.setWindowOpenHandler(({ url }) => {
      refused('window', url);
      return { action: 'deny' };
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
      refused('webview', '');
    });
    contents.on('before-input-event', (event, input) => {
      if (!isWayOut(input)) return;
      event.preventDefault();
      refused('key', keyName(input));
    });
    contents.on('context-menu', (event) => event.preventDefault());
    keepScale(contents);
  });
}

/** No camera, no location, no device, no download: for the page and for whatever it might embed. */
export function guardSession(session: Session, refused: Refused): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    refused('permission', permission);
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    event.preventDefault();
    refused('download', item.getURL());
  });
}

function isOurs(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`);
}

/** Fingers on glass zoom by accident, and nobody finds the way back. */
function keepScale(contents: WebContents): void {
  contents.on('dom-ready', () => {
    contents.setZoomFactor(1);
    void contents.setVisualZoomLevelLimits(1, 1);
  });
  contents.on('zoom-changed', () => contents.setZoomFactor(1));
}

const functionKey = /^F([1-9]|1\d|2[0-4])$/;
/** Combined with Ctrl or Meta these belong to typing; everything else leads out of the page. */
const editingKeys = new Set(['a', 'c', 'v', 'x', 'z']);
const browserKeys = new Set([
  'BrowserBack',
  'BrowserForward',
  'BrowserRefresh',
  'BrowserHome',
  'BrowserSearch',
  'ContextMenu',
  'PrintScreen',
  'Escape',
]);

/** Alt+F4, Ctrl+W, F11, Ctrl+Shift+I, Ctrl+plus, Back … A scanner that types has none of them. */
export function isWayOut(input: Pick<Input, 'type' | 'key' | 'control' | 'meta' | 'alt' | 'shift'>): boolean {
  if (functionKey.test(input.key) || browserKeys.has(input.key)) return true;
  if (input.meta) return true;
  // AltGr arrives as Ctrl+Alt on some systems, and then writes a letter.
  if (input.alt && !input.control) return true;
  if (!input.control) return false;
  return input.shift || !editingKeys.has(input.key.toLowerCase());
}

function keyName({ key, control, meta, alt, shift }: Input): string {
  const held = [control && 'Ctrl', meta && 'Meta', alt && 'Alt', shift && 'Shift'].filter(Boolean);
  return [...held, key].join('+');
}
