/**
 * Who the subjects are: the erasable side of the store, held in memory for those who are here and read by key for
 * those who come. Changes are gathered until the conductor commits them with the facts that caused them.
 */
import type { Person } from '@kairos/dialogue/engine/engine.ts';
import type { Journal, PersonChange, StoredPerson } from '../journal/journal.ts';

/** People kept in memory beside those whose visit is open; beyond it the oldest is read again when she comes. */
const cachedMax = 20_000;

export class People {
  /** Whatever else is kept of her goes with her. */
  onErased: (chainId: string) => void = () => undefined;
  readonly #journal: Pick<Journal, 'person' | 'personByChainId' | 'isErased' | 'otherId'>;
  /** Null: erased, though the journal may not have written it yet. */
  readonly #known = new Map<number, StoredPerson | null>();
  readonly #byChainId = new Map<string, number>();
  /** Other ids, as far as they were learned in this run of the store; null: no more. */
  readonly #otherIds = new Map<string, number | null>();
  #changes: PersonChange[] = [];
  #nextSubject: number;
  readonly #defaultLocale: string;
  readonly #tombstoneOf: (chainId: string) => string;
  /** Of this run of the store: the journal may not have written them yet. */
  readonly #erasedNow = new Set<string>();

  constructor(
    journal: Pick<Journal, 'person' | 'personByChainId' | 'isErased' | 'otherId' | 'start'>,
    {
      defaultLocale,
      tombstoneOf,
    }: { readonly defaultLocale: string; readonly tombstoneOf: (chainId: string) => string },
  ) {
    this.#tombstoneOf = tombstoneOf;
    this.#journal = journal;
    this.#nextSubject = journal.start.nextSubject;
    this.#defaultLocale = defaultLocale;
  }

  /** The subject of a customer of this store; null where nobody here knows the id. */
  subjectOf(chainId: string): number | null {
    const other = this.#otherIds.has(chainId) ? this.#otherIds.get(chainId) : this.#journal.otherId(chainId);
    // Two of her numbers were found to be one person's: she is here under the other one.
    if (other != null && this.#find(other) !== null) return other;
    return this.#ownSubjectOf(chainId);
  }

  #ownSubjectOf(chainId: string): number | null {
    const known = this.#byChainId.get(chainId);
    if (known !== undefined) return known;
    const stored = this.#journal.personByChainId(chainId);
    return stored && this.#find(stored.subject) !== null ? stored.subject : null;
  }

  /** As it is kept; null where nobody here knows the id. */
  stored(chainId: string): StoredPerson | null {
    const subject = this.subjectOf(chainId);
    return subject === null ? null : this.#find(subject);
  }

  /** Under this very id, whatever other ids somebody has. */
  storedUnder(chainId: string): StoredPerson | null {
    const subject = this.#ownSubjectOf(chainId);
    return subject === null ? null : this.#find(subject);
  }

  /** Somebody from the chain's list or from headquarters, new or other than before. */
  adopt({ subject, chainId, attributes, consent, locale, consentAt = {}, hq = null }: StoredPerson): void {
    this.#put({ subject, chainId, attributes, consent, locale, consentAt, hq });
  }

  /** Under these ids she goes as well, and under no others; `before` is what was said last. */
  adoptOtherIds(subject: number, { now, before }: { now: readonly string[]; before: readonly string[] }): void {
    for (const chainId of before) this.#otherIds.set(chainId, null);
    for (const chainId of now) this.#otherIds.set(chainId, subject);
    this.#changes.push({ kind: 'also', subject, chainIds: now });
  }

  /** Who was erased elsewhere does not come with a list that was made before. */
  bury(tombstones: readonly string[]): void {
    const fresh = tombstones.filter((one) => !this.#erasedNow.has(one) && !this.#journal.isErased(one));
    if (fresh.length === 0) return;
    for (const tombstone of fresh) this.#erasedNow.add(tombstone);
    this.#changes.push({ kind: 'bury', tombstones: fresh });
  }

  /** Null for a guest, and for one who is erased. */
  chainIdOf(subject: number): string | null {
    return this.#find(subject)?.chainId ?? null;
  }

  /** As it is kept, by number. */
  known(subject: number): StoredPerson | null {
    return this.#find(subject);
  }

  person(subject: number): Person | null {
    return this.#find(subject);
  }

  /** False for a guest who has been forgotten. */
  isKnown(subject: number): boolean {
    return this.#find(subject) !== null;
  }

  localeOf(subject: number): string {
    return this.#find(subject)?.locale ?? this.#defaultLocale;
  }

  /** What she said about being remembered; null where she was never asked. */
  remembered(subject: number): boolean | null {
    return this.#find(subject)?.consent.remember ?? null;
  }

  /** A number for somebody whom nobody knows: hers for this visit, and then forgotten. */
  newGuest(): number {
    const subject = this.newNumber();
    this.#put({ subject, chainId: null, attributes: {}, consent: {}, locale: this.#defaultLocale });
    return subject;
  }

  /** A number that nobody has had. */
  newNumber(): number {
    const subject = this.#nextSubject;
    this.#nextSubject += 1;
    return subject;
  }

  /** `at`: when she said so. */
  setConsent(subject: number, purpose: string, { granted, at }: { granted: boolean; at: number }): void {
    const person = this.#find(subject);
    if (!person) return;
    const consent = { ...person.consent, [purpose]: granted };
    this.#put({ ...person, consent, consentAt: { ...person.consentAt, [purpose]: at } });
  }

  setLocale(subject: number, locale: string): void {
    const person = this.#find(subject);
    if (person) this.#put({ ...person, locale });
  }

  /** `isOwn`: she has said so here. */
  erase(subject: number, { isOwn = false }: { readonly isOwn?: boolean } = {}): void {
    const person = this.#find(subject);
    this.#hold(subject, null);
    if (!person?.chainId) {
      this.#changes.push({ kind: 'erase', subject });
      return;
    }
    this.#byChainId.delete(person.chainId);
    this.onErased(person.chainId);
    const tombstone = this.#tombstoneOf(person.chainId);
    this.#erasedNow.add(tombstone);
    this.#changes.push({ kind: 'erase', subject, tombstone, isOwn });
  }

  /** Whether she was a customer here and has been erased. */
  isErased(chainId: string): boolean {
    const tombstone = this.#tombstoneOf(chainId);
    return this.#erasedNow.has(tombstone) || this.#journal.isErased(tombstone);
  }

  /** How many changes wait to be taken; what came after it can be left out. */
  get mark(): number {
    return this.#changes.length;
  }

  /** What had changed by then, and nothing since: the store starts anew. */
  takeChangesUpTo(mark: number): PersonChange[] {
    return this.takeChanges().slice(0, mark);
  }

  /** What has changed since the last call: to be committed with the facts that caused it. */
  takeChanges(): PersonChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  #find(subject: number): StoredPerson | null {
    const held = this.#known.get(subject);
    if (held !== undefined) return held;
    const stored = this.#journal.person(subject);
    if (stored) this.#hold(subject, stored);
    return stored;
  }

  #put(person: StoredPerson): void {
    this.#hold(person.subject, person);
    this.#changes.push({ kind: 'put', ...person });
  }

  #hold(subject: number, person: StoredPerson | null): void {
    this.#known.delete(subject);
    this.#known.set(subject, person);
    if (person?.chainId) this.#byChainId.set(person.chainId, subject);
    if (this.#known.size <= cachedMax) return;
    for (const [oldest, held] of this.#known) {
      this.#known.delete(oldest);
      if (held?.chainId) this.#byChainId.delete(held.chainId);
      return;
    }
  }
}
