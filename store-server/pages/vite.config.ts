/**
 * Builds the store's pages into `dist/`: each folder here with an `index.html` is one, at its own name, and what they
 * share is in `assets/` beside them. The store serves it as it stands: nothing inline, addresses relative.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const pages = readdirSync(root).filter((name) => name !== 'dist' && existsSync(`${root}${name}/index.html`));

export default defineConfig({
  root,
  base: './',
  plugins: [react()],
  build: {
    outDir: `${root}dist`,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    rolldownOptions: { input: Object.fromEntries(pages.map((name) => [name, `${root}${name}/index.html`])) },
  },
});
