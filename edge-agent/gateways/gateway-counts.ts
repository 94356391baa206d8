/** What became of everything that each gateway said: for `/health`, metrics, and a person who sets one up. */

import type { Clock } from '@kairos/protocol/ports.ts';
import type { GatewayFormat } from '@kairos/protocol/topics.ts';
import { newRadioTally, type RadioTally } from '../radio/own-radio.ts';
import type { Gathering } from './gathering.ts';
import type { GatewayRefusal } from './refusal.ts';

/** Receivers that are not on the floor plan, shown so that they can be put there. */
const unknownShownMax = 20;
const unknownNameMax = 60;

export interface GatewayStatus extends RadioTally {
  readonly topic: string;
  readonly format: GatewayFormat;
  readonly messages: number;
  readonly presses: number;
  /** By reason, all that was not used. */
  readonly refused: Readonly<Partial<Record<GatewayRefusal, number>>>;
  readonly lastMessageAgeMs: number;
  readonly unknownReceivers: readonly string[];
}

interface Counted {
  readonly format: GatewayFormat;
  readonly tally: RadioTally;
  readonly refused: Partial<Record<GatewayRefusal, number>>;
  readonly unknown: Set<string>;
  messages: number;
  presses: number;
  at: number;
}

export class GatewayCounts {
  readonly total: RadioTally = newRadioTally();
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** By configured topic: as many as the configuration allows. */
  readonly #gateways = new Map<string, Counted>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  note(source: { readonly topic: string; readonly format: GatewayFormat }, gathering: Gathering): void {
    const counted = this.#of(source);
    counted.messages += 1;
    counted.presses += gathering.buttons.length;
    counted.at = this.#clock.monotonic();
    for (const name of Object.keys(this.total) as (keyof RadioTally)[]) {
      this.total[name] += gathering.tally[name];
      counted.tally[name] += gathering.tally[name];
    }
    for (const [reason, count] of Object.entries(gathering.refused) as [GatewayRefusal, number][]) {
      counted.refused[reason] = (counted.refused[reason] ?? 0) + count;
    }
  }

  noteUnknown(source: { readonly topic: string; readonly format: GatewayFormat }, receiver: string): void {
    const { unknown } = this.#of(source);
    if (unknown.size < unknownShownMax) unknown.add(receiver.slice(0, unknownNameMax));
  }

  status(): GatewayStatus[] {
    const now = this.#clock.monotonic();
    return [...this.#gateways].map(([topic, { format, tally, refused, unknown, messages, presses, at }]) => ({
      topic,
      format,
      messages,
      presses,
      ...tally,
      refused: { ...refused },
      lastMessageAgeMs: Math.round(now - at),
      unknownReceivers: [...unknown],
    }));
  }

  #of({ topic, format }: { readonly topic: string; readonly format: GatewayFormat }): Counted {
    const known = this.#gateways.get(topic);
    if (known) return known;
    const fresh: Counted = {
      format,
      tally: newRadioTally(),
      refused: {},
      unknown: new Set(),
      messages: 0,
      presses: 0,
      at: 0,
    };
    this.#gateways.set(topic, fresh);
    return fresh;
  }
}
