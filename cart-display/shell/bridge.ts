/**
 * What the page and the shell around it say to each other: three questions and a sign of life, and nothing of
 * Electron's (its security checklist, item 20). The preload script puts `KairosShell` on the window; a bare browser has
 * none.
 */

/** Where the page is shown, and for whom it speaks. */
export interface ShellSettings {
  readonly screen: string;
  /** Origin of the store: "http://192.168.0.10:8470". */
  readonly store: string;
  readonly token: string | null;
  /** Of the agent on this cart; null: there is none. */
  readonly agent: { readonly port: number; readonly token: string } | null;
}

export type LeaveAnswer =
  | { readonly kind: 'leaving' }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  /** Too many were wrong; minutes until the next. */
  | { readonly kind: 'wait'; readonly minutes: number }
  /** The store has never been reached: nobody could know a code. */
  | { readonly kind: 'no-codes' };

export interface SignOfLife {
  /** Somebody's visit is on the screen: it must not sleep. */
  readonly isInVisit: boolean;
}

export interface KairosShell {
  settings(): Promise<ShellSettings>;
  /** Staff want out of the kiosk and key the one-time code of this screen. */
  leave(code: string): Promise<LeaveAnswer>;
  alive(sign: SignOfLife): void;
}

export const channels = { settings: 'kairos:settings', leave: 'kairos:leave', alive: 'kairos:alive' } as const;

/** The page says so every few seconds; a page that does not is frozen. */
export const aliveEveryMs = 5_000;

/** Of the window that the page stands in; null in a browser. */
export function shellOf(window: object): KairosShell | null {
  return (window as { readonly kairosShell?: KairosShell }).kairosShell ?? null;
}
