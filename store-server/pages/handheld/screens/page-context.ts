/** What every screen may ask for without it being handed down: the model, its state, the words, the time. */
import type { Ports } from '@kairos/protocol/ports.ts';
import { createContext, useContext, useEffect, useState } from 'react';
import type { Bell } from '../view/bell.ts';
import type { HandheldPage, PageState } from '../view/handheld-page.ts';
import type { Language, Say } from '../words/languages.ts';

export interface PageContext {
  readonly page: HandheldPage;
  readonly state: PageState;
  readonly bell: Bell;
  readonly ports: Ports;
  readonly say: Say;
  readonly language: Language;
  readonly leave: (path: string) => void;
}

const context = createContext<PageContext | null>(null);
export const PageProvider = context.Provider;

export function usePage(): PageContext {
  const value = useContext(context);
  if (!value) throw new Error('This screen stands outside the page: wrap it in PageProvider.');
  return value;
}

const tickMs = 1_000;

/** Store time, once a second. */
export function useNow(): number {
  const { page, ports } = usePage();
  const [now, setNow] = useState(() => page.now());
  useEffect(() => {
    let cancel = (): void => undefined;
    const tick = (): void => {
      setNow(page.now());
      cancel = ports.timers.after(tickMs, tick);
    };
    tick();
    return () => cancel();
  }, [page, ports]);
  return now;
}
