/**
 * The page in a frame of a browser-based till: hears keys and lane events from the page around it, tells it its height
 * and which keys would answer, and never asks for the focus. Only a parent of an origin that the store's configuration
 * names is heard, and only it is spoken to; nothing personal is said to it.
 */
import type { FromFrame, ToFrame } from '@kairos/protocol/prompt-events.ts';
import type { LanePage } from './lane-page.ts';

export interface FrameOptions {
  readonly page: LanePage;
  readonly window: Window;
  /** What is as tall as the page wants to be. */
  readonly body: HTMLElement;
}

export interface TillFrame {
  answered(prompt: string, answer: string): void;
}

export function openFrame({ page, window, body }: FrameOptions): TillFrame {
  let parentOrigin: string | null = null;
  let said = '';
  const say = (words: FromFrame): void => {
    if (parentOrigin !== null) window.parent.postMessage(words, parentOrigin);
  };
  const sayKeys = (): void => {
    const keys = page.keys;
    if (keys.join() === said) return;
    said = keys.join();
    say({ kairos: 'prompt', keys });
  };
  const sayHeight = (): void => say({ kairos: 'height', px: Math.ceil(body.getBoundingClientRect().height) });
  window.addEventListener('message', ({ origin, source, data }: MessageEvent<unknown>) => {
    const isAllowed = page.read().view?.frameOrigins.includes(origin) ?? false;
    if (source !== window.parent || !isAllowed) return;
    const words = readToFrame(data);
    if (words === null) return;
    if (words.kairos === 'hello') {
      parentOrigin = origin;
      said = '';
      say({ kairos: 'ready' });
      sayHeight();
      sayKeys();
    } else {
      take(page, words);
    }
  });
  new ResizeObserver(sayHeight).observe(body);
  page.subscribe(sayKeys);
  return { answered: (prompt, answer) => say({ kairos: 'answered', prompt, answer }) };
}

function take(page: LanePage, words: Exclude<ToFrame, { kairos: 'hello' }>): void {
  if (words.kairos === 'key') page.press(words.key);
  else if (words.kairos === 'identified') page.identified(words.means, words.number);
  else page.goneOn(words.event === 'voided' ? 'voided' : 'ended');
}

const means: readonly string[] = ['typed', 'scanned', 'card'];
const events: readonly string[] = ['began', 'ended', 'voided'];

/** By hand, because a schema library would be most of this page. Null: none of ours. */
export function readToFrame(data: unknown): ToFrame | null {
  if (typeof data !== 'object' || data === null) return null;
  const words = data as Record<string, unknown>;
  switch (words.kairos) {
    case 'hello':
      return { kairos: 'hello' };
    case 'key':
      return /^[0-3]$/.test(String(words.key)) ? ({ kairos: 'key', key: String(words.key) } as ToFrame) : null;
    case 'identified': {
      const { number } = words;
      const isRight =
        means.includes(String(words.means)) && typeof number === 'string' && number.length > 0 && number.length <= 80;
      return isRight ? ({ kairos: 'identified', means: words.means, number } as ToFrame) : null;
    }
    case 'sale':
      return events.includes(String(words.event)) ? ({ kairos: 'sale', event: words.event } as ToFrame) : null;
    default:
      return null;
  }
}
