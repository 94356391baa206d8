/** The preload script: the bridge of `bridge.ts` and nothing else. Built into one CommonJS file, as a sandbox needs it. */
import { contextBridge, ipcRenderer } from 'electron';
import { channels, type KairosShell } from './bridge.ts';

const shell: KairosShell = {
  settings: () => ipcRenderer.invoke(channels.settings),
  leave: (code) => ipcRenderer.invoke(channels.leave, code),
  alive: (sign) => ipcRenderer.send(channels.alive, sign),
};

contextBridge.exposeInMainWorld('kairosShell', shell);
