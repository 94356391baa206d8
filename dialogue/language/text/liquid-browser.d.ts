/** Liquid's browser build: the one that touches no files. Its package describes only the other. */
declare module 'liquidjs/dist/liquid.browser.mjs' {
  export * from 'liquidjs';
}
