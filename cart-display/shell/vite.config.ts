/**
 * Builds the shell into `dist-shell`: its main script, and the preload script as one CommonJS file, which is what a
 * sandbox loads. Nothing is left outside but Electron and Node themselves, so that the package carries no node_modules.
 */
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const isPreload = process.env.KAIROS_BUILD === 'preload';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node24',
    outDir: join(import.meta.dirname, '../dist-shell'),
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: join(import.meta.dirname, isPreload ? 'preload.ts' : 'main.ts'),
      external: ['electron', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
      output: isPreload
        ? { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false }
        : { format: 'es', entryFileNames: 'main.mjs', codeSplitting: false },
    },
  },
});
