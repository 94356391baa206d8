/** The Electron app of a cart's screen: reads its settings and starts the shell. Decides nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { app, BrowserWindow, ipcMain, Menu, powerMonitor, powerSaveBlocker, protocol, session } from 'electron';
import { startShell } from './shell.ts';
import { readShellConfig } from './shell-config.ts';
import { askStore } from './store-question.ts';

const file = process.env.KAIROS_SHELL ?? join(app.getPath('userData'), 'shell.json');
const read = readShellConfig(existsSync(file) ? readFileSync(file, 'utf8') : null, process.env);
if (read.kind === 'faults') {
  for (const fault of read.faults) console.error(`${file}: ${fault}`);
  app.exit(1);
} else {
  await startShell({
    electron: { app, BrowserWindow, ipcMain, Menu, powerMonitor, powerSaveBlocker, protocol, session },
    config: read.config,
    ports: systemPorts,
    pageFolder: join(import.meta.dirname, '../dist'),
    preload: join(import.meta.dirname, 'preload.cjs'),
    isKiosk: process.env.KAIROS_WINDOWED !== '1',
    ask: askStore,
    log: (what, detail) => console.error(`${what}: ${detail}`),
  });
}
