/**
 * Who wants to be woken when: one moment a subject, the earliest first. A binary heap; moments that were changed since
 * stay in it until they surface and are then passed over, so that a change costs no search.
 */
interface Entry {
  readonly due: number;
  readonly subject: number;
}

export class DueTimes {
  readonly #heap: Entry[] = [];
  readonly #due = new Map<number, number>();
  /** Taken, and not set since: they stand in no heap. */
  readonly #taken = new Set<number>();

  /** True where this changed anything. */
  set(subject: number, due: number | null): boolean {
    const known = this.#due.get(subject);
    const isTaken = this.#taken.delete(subject);
    if (due === null) return this.#due.delete(subject);
    if (known === due) {
      // Due again at the very moment at which it was: what one turn left over comes with the next.
      if (isTaken) this.#push({ due, subject });
      return false;
    }
    this.#due.set(subject, due);
    this.#push({ due, subject });
    return true;
  }

  get(subject: number): number | null {
    return this.#due.get(subject) ?? null;
  }

  get size(): number {
    return this.#due.size;
  }

  /** The earliest moment anybody waits for. */
  next(): number | null {
    for (;;) {
      const first = this.#heap[0];
      if (!first) return null;
      if (this.#due.get(first.subject) === first.due && !this.#taken.has(first.subject)) return first.due;
      this.#pop();
    }
  }

  /** Takes the subject whose moment came first, at or before `now`; null where none has come. It is still to be `set`. */
  take(now: number): { subject: number; due: number } | null {
    const due = this.next();
    if (due === null || due > now) return null;
    const taken = this.#pop() as Entry;
    this.#taken.add(taken.subject);
    return taken;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Entry).due <= entry.due) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Entry).due < (heap[child] as Entry).due) child += 1;
      if ((heap[child] as Entry).due >= last.due) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
