/** The one window of a cart's screen: full screen, sandboxed, apart from Node (Electron's checklist, items 2 to 10). */
import type { BrowserWindowConstructorOptions } from 'electron';

export interface WindowNeeds {
  /** The built preload script; absolute. */
  readonly preload: string;
  /** False while somebody develops: a window with a frame. */
  readonly isKiosk: boolean;
}

export function windowOptions({ preload, isKiosk }: WindowNeeds): BrowserWindowConstructorOptions {
  return {
    width: 1_280,
    height: 800,
    kiosk: isKiosk,
    fullscreen: isKiosk,
    frame: !isKiosk,
    autoHideMenuBar: true,
    // Paper, not white: nothing flashes before the first paint.
    backgroundColor: '#f7f3ec',
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
      spellcheck: false,
      devTools: !isKiosk,
      // A message must be withdrawn on time although nobody looks.
      backgroundThrottling: false,
    },
  };
}
