import type { LaneView } from '@kairos/protocol/prompt-events.ts';

export type Outcome = { readonly outcome: string; readonly reason?: string; readonly strength?: string };

export interface Lane {
  identify(means: 'typed' | 'scanned' | 'card', number: string): Promise<Outcome>;
  watch(onLane: (lane: LaneView | null) => void): () => void;
  shown(prompt: string): Promise<object>;
  answer(prompt: string, answer: string): Promise<Outcome>;
  end(reason: 'ended' | 'voided'): Promise<object>;
  queue(waiting: number): Promise<object>;
}

export function openLane(options: { store: string; lane: string; token?: string; withinMs?: number }): Lane;

export function openSales(options: { store: string; token?: string }): {
  put(receipt: object): void;
  readonly waiting: number;
};
