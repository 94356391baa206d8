/// <reference lib="dom" />
/**
 * Watches a page for what hostile text may do: run anything, open a dialog or a window, break the content security
 * policy, ask anybody but its own store for anything, leave its address, or throw.
 */
import type { Page } from 'playwright-core';

export interface StrikeWatch {
  /** What was noticed, in words; empty: nothing. */
  readonly strikes: readonly string[];
  /** Looks for elements that no page of ours makes. */
  foreignElements(): Promise<string[]>;
}

const foreign =
  'iframe, frame, object, embed, base, form, video, audio, marquee, math, foreignObject, image, template, ' +
  // The manager's own sheet has its heading.
  'dialog:not([aria-labelledby]), ' +
  'body style, body link, body meta, svg script, svg animate, svg set, svg use, portal, xmp, plaintext';

/** Call before the page goes anywhere. `origin` is its store's. */
export async function watchForStrikes(page: Page, origin: string): Promise<StrikeWatch> {
  const strikes: string[] = [];
  const note = (what: string): void => void strikes.push(what);
  const socketOrigin = origin.replace(/^http/, 'ws');
  const isOwn = (url: string): boolean =>
    url === 'about:blank' || [origin, socketOrigin].some((own) => url === own || url.startsWith(`${own}/`));
  await page.exposeFunction('struck', () => note('a script was run'));
  await page.exposeFunction('struckPolicy', (what: string) => note(`the policy was broken: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const tell = (window as unknown as { struckPolicy(what: string): void }).struckPolicy;
      tell(`${violatedDirective} by ${blockedURI}`);
    });
  });
  page.on('dialog', (dialog) => {
    note(`a dialog was opened: ${dialog.type()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => {
    note(`a window was opened: ${popup.url()}`);
    void popup.close();
  });
  page.on('request', (request) => {
    if (!isOwn(request.url())) note(`a request went to ${request.url().slice(0, 120)}`);
  });
  page.on('websocket', (socket) => {
    if (!isOwn(socket.url())) note(`a socket was opened to ${socket.url()}`);
  });
  page.on('framenavigated', (frame) => {
    if (!isOwn(frame.url())) note(`a frame went to ${frame.url().slice(0, 120)}`);
  });
  page.on('pageerror', ({ message }) => note(`the page threw: ${message}`));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/WebSocket (connection|is already)|net::ERR_/.test(line.text()))
      note(`console: ${line.text()}`);
  });
  return {
    strikes,
    foreignElements: () =>
      page.evaluate(
        (names) => [...document.querySelectorAll(names)].map((one) => one.outerHTML.slice(0, 120)),
        foreign,
      ),
  };
}
