/**
 * Whose a message is, for the answers that come back naming only the message. Bounded: beyond it the oldest is
 * forgotten, and its answer is taken for hers who stands at the screen.
 */
const ownersMax = 100_000;

export class MessageOwners {
  readonly #owners = new Map<string, number>();

  set(message: string, subject: number): void {
    this.#owners.set(message, subject);
    if (this.#owners.size <= ownersMax) return;
    for (const oldest of this.#owners.keys()) {
      this.#owners.delete(oldest);
      return;
    }
  }

  forget(subject: number): void {
    for (const [message, owner] of this.#owners) if (owner === subject) this.#owners.delete(message);
  }

  ownerOf(message: string): number | null {
    return this.#owners.get(message) ?? null;
  }
}
