/**
 * Who is on duty and has a hand free, as a fold over facts: as much of it as the answer to a shopper's call rests on.
 */
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';

/** Associates of a store; who comes beyond is not counted as free. */
const associatesMax = 1_000;

interface Associate {
  readonly state: FactBody<'duty.changed'>['state'];
  /** What she has claimed and not finished. */
  readonly task: string | null;
  /** Where she serves; absent in what was written down before this was known. */
  readonly zone?: string | null;
}

export class Staff {
  readonly #associates = new Map<string, Associate>();

  isAnybodyFree(): boolean {
    for (const { state, task } of this.#associates.values()) if (state === 'on' && task === null) return true;
    return false;
  }

  /** Those who have a task in hand, and where they serve. */
  *onTask(): Generator<{ readonly associate: string; readonly task: string; readonly zone: string | null }> {
    for (const [associate, { task, zone = null }] of this.#associates) {
      if (task !== null) yield { associate, task, zone };
    }
  }

  fold(fact: Fact): void {
    switch (fact.type) {
      case 'duty.changed': {
        const { associate, state, zone = null } = fact.body;
        const known = this.#associates.get(associate);
        if (!known && this.#associates.size >= associatesMax) return;
        this.#associates.set(associate, { state, zone, task: state === 'off' ? null : (known?.task ?? null) });
        return;
      }
      case 'task.claimed': {
        const known = this.#associates.get(fact.body.associate);
        if (known) this.#associates.set(fact.body.associate, { ...known, task: fact.body.task });
        return;
      }
      case 'task.done':
      case 'task.released':
        for (const [name, known] of this.#associates) {
          if (known.task === fact.body.task) this.#associates.set(name, { ...known, task: null });
        }
    }
  }

  save(): string {
    return JSON.stringify([...this.#associates]);
  }

  /** The reverse. Replaces what is held. */
  load(state: string): void {
    this.#associates.clear();
    for (const [name, associate] of JSON.parse(state) as [string, Associate][]) this.#associates.set(name, associate);
  }
}
