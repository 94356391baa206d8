/**
 * Builds the cart's page into `dist`, as files that a strict policy can serve from any path: nothing inline, addresses
 * relative. `npm run build` prints the sizes; the budget (150 KB of JavaScript and CSS in Brotli) is held by a test.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
});
