/** The store's pages: one folder, one page. Served by the store from `dist/`, each at `/<folder>/`. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  // Pages sit a folder deep and share what they load, wherever the store mounts them.
  base: './',
  plugins: [react()],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    assetsDir: 'assets',
    // The store's pages run in browsers that the retailer keeps up to date.
    target: 'es2022',
    rolldownOptions: { input: { overview: here('overview/index.html') } },
  },
});
