/** What every screen may ask for without it being handed down: the model, its state, the ports, the amounts. */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { Amounts } from '@kairos/ui/amounts.ts';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { KairosShell } from '../shell/bridge.ts';
import type { CartPage } from '../view/cart-page.ts';
import type { PageState } from '../view/page-state.ts';
import type { Language } from '../words/languages.ts';

export interface PageContext {
  readonly page: CartPage;
  readonly ports: Ports;
  readonly amounts: Amounts;
  readonly language: Language;
  /** Of the store: where its pictures are. */
  readonly origin: string;
  /** What stands around the page; null in a browser. */
  readonly shell: KairosShell | null;
}

const context = createContext<PageContext | null>(null);
export const PageProvider = context.Provider;

export function usePage(): PageContext {
  const value = useContext(context);
  if (!value) throw new Error('This screen stands outside the page: wrap it in PageProvider.');
  return value;
}

export function usePageState(page: CartPage): PageState {
  return useSyncExternalStore(page.subscribe, page.read);
}
