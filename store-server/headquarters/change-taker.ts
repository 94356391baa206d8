/**
 * Takes in what headquarters say of this store's customers: each page in one change of the journal with how far it is
 * told, so that a page that comes twice acts once. What she has said herself since, in this store, stands against an
 * older word; of everything else headquarters know best, the list of customers among it.
 *
 * A run that they lend is a fact, and the store's from then on. While she is here, runs that the store has already are
 * left alone, and what was said of them is done when her visit is over. A run that has ended here does not come back with
 * a page from before headquarters have folded that.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { type ConsentPurpose, consentPurposes, type Fact, type Scalar } from '@kairos/protocol/facts.ts';
import { authorName, locale as localeSchema } from '@kairos/protocol/names.ts';
import type { ChangesAnswer, CustomerChange, LentRun, SaidChange } from '@kairos/protocol/sync-messages.ts';
import type { AdoptedFact, Conductor } from '../conductor/conductor.ts';
import { erasureOf } from '../conductor/erasure.ts';
import type { People } from '../conductor/people.ts';
import type { HqMark, HqShare, Journal, StoredPerson } from '../journal/journal.ts';
import { kairosVersion } from '../version.ts';
import type { Visits } from '../visits/visits.ts';
import { understoodCustomer } from './understood-customer.ts';

/** Attributes that one `customer.changed` names. */
const namedMax = 64;
/** People of one turn where many are concerned at once: so long the next login waits. */
const peopleAtOnce = 100;
/** Runs that have ended here are known again, as many as a large store has in a day; then the oldest are not. */
const endedMax = 20_000;

export interface ChangeTakerOptions {
  readonly journal: Pick<Journal, 'start' | 'committed' | 'meantBy' | 'unnamed' | 'overwritten' | 'tombstones'>;
  readonly conductor: Pick<Conductor, 'adopt'>;
  readonly people: People;
  readonly visits: Pick<Visits, 'visitOf'>;
  readonly release: { readonly current: CompiledRelease };
  readonly chainKey: string;
  readonly defaultLocale: string;
  /** Cleans whatever else the store keeps of whoever was erased; a receipt waits for it. */
  readonly cleanElsewhere?: () => Promise<void>;
  /** Told until when what is lent of caps of one counts (`HqMark.capsUntil`). */
  readonly caps?: { until: number | null };
  /** Which understands what is said; another one may understand more. */
  readonly build?: string;
}

/** What taking a page consists of, in this order; between any two of them the process may end. */
const takeSteps = ['heard', 'put', 'committed'] as const;
/** … and forgetting somebody. */
const eraseSteps = ['buried', 'found', 'erased', 'overwritten'] as const;
export type TakeStep = (typeof takeSteps)[number] | (typeof eraseSteps)[number];

export class ChangeTaker {
  readonly #options: ChangeTakerOptions;
  #mark: HqMark | null;
  readonly #build: string;
  /** Of this process: how far runs had come when they ended in this store. */
  readonly #ended = new Map<string, number>();
  /** Customers and other changes that this store does not understand, or not all of, since its start. */
  passedOver = 0;

  constructor(options: ChangeTakerOptions) {
    this.#options = options;
    this.#mark = options.journal.start.fromHq;
    this.#build = options.build ?? kairosVersion;
  }

  /**
   * To ask with; on disk. Null: headquarters have said nothing yet, or something that only this build may understand, so
   * that they are to say everything anew.
   */
  get cursor(): string | null {
    const { cursor = null, passedOverBy = this.#build } = this.#mark ?? {};
    return passedOverBy === this.#build ? cursor : null;
  }

  /**
   * Resolves once it is on disk, with how many customers it was about; rejects where the disk refuses. `askedAt`: by the
   * store's clock.
   */
  async take(answer: ChangesAnswer, onStep: (step: TakeStep) => void = () => undefined, askedAt = 0): Promise<number> {
    onStep('heard');
    const { journal, conductor } = this.#options;
    const generation = (this.#mark?.generation ?? 0) + (answer.begins ? 1 : 0);
    const before = this.passedOver;
    const changes = answer.changes.flatMap((one) => this.#understood(one) ?? []);
    const isPassedOver = this.passedOver > before || (!answer.begins && this.#mark?.passedOverBy !== undefined);
    const named = new Set(changes.map(({ chainId }) => chainId));
    if (answer.sweeps) await this.#sweep(generation, named);
    const facts = changes.flatMap((change) => this.#factsOf(change, generation));
    const mark: HqMark = {
      ...{ cursor: answer.cursor, generation },
      ...(isPassedOver ? { passedOverBy: this.#build } : {}),
      ...this.#capsUntil(answer, askedAt),
    };
    if (!conductor.adopt(facts, mark)) throw new Error('the store takes in nothing more until it has started anew');
    onStep('put');
    await journal.committed();
    this.#mark = mark;
    if (this.#options.caps) this.#options.caps.until = mark.capsUntil ?? null;
    onStep('committed');
    return changes.length;
  }

  /** Somebody who stands in the store and whom headquarters know; at once. Null: she is not to be known. */
  adopt(said: SaidChange): StoredPerson | null {
    const { conductor, people } = this.#options;
    const change = this.#understood(said);
    if (change === null) return null;
    // An answer may be older than a page that has come since: what is lent of her caps stays as the pages had it.
    const cap = people.storedUnder(change.chainId)?.hq?.cap;
    const { cap: _, ...others } = change;
    const known = cap === undefined ? others : { ...others, cap: { term: cap, said: 0 } };
    const facts = this.#factsOf(known, this.#mark?.generation ?? 0);
    if (!conductor.adopt(facts, null)) return null;
    return people.stored(change.chainId);
  }

  /**
   * Forgets whom these tombstones mean, as if she had asked for it here, and cuts the log. False where something stood
   * in the way, and no receipt may be given yet.
   */
  async erase(tombstones: readonly string[], onStep: (step: TakeStep) => void = () => undefined): Promise<boolean> {
    if (tombstones.length === 0) return true;
    const { journal, conductor, people, chainKey } = this.#options;
    // First of all: no list that is read meanwhile brings her back.
    people.bury(tombstones);
    if (!conductor.adopt([], null)) return false;
    await journal.committed();
    onStep('buried');
    const chainIds = await journal.meantBy(tombstones, chainKey);
    onStep('found');
    for (let from = 0; from < chainIds.length; from += peopleAtOnce) {
      const subjects = new Set(chainIds.slice(from, from + peopleAtOnce).flatMap((id) => people.subjectOf(id) ?? []));
      if (
        !conductor.adopt(
          [...subjects].flatMap((subject) => this.#erasureOf(subject)),
          null,
        )
      )
        return false;
      await journal.committed();
    }
    onStep('erased');
    await this.#options.cleanElsewhere?.();
    const isCut = await journal.overwritten();
    onStep('overwritten');
    return isCut;
  }

  /** A listener of the conductor's. */
  noteEnded(facts: readonly Fact[]): void {
    for (const fact of facts) {
      if (fact.type !== 'run.ended' || fact.body.hop === undefined) continue;
      this.#ended.set(fact.body.run, fact.body.hop);
      const [oldest] = this.#ended.keys();
      if (this.#ended.size > endedMax && oldest !== undefined) this.#ended.delete(oldest);
    }
  }

  /** Facts go up before this comes down, but are folded later: what is lent may be what waited before her visit. */
  #isOver({ run, term }: LentRun): boolean {
    const hop = this.#ended.get(run);
    return hop !== undefined && hop >= term;
  }

  /** Of everybody who was erased here, whoever said so. */
  tombstones(): Promise<string[]> {
    return this.#options.journal.tombstones();
  }

  /** A listener of the conductor's: what waited for the end of her visit is to be done with `settle`, in another turn. */
  waitsFor(facts: readonly Fact[]): number[] {
    return facts.flatMap(({ type, subject }) =>
      type === 'visit.closed' && subject !== null && this.#options.people.known(subject)?.hq?.postponed
        ? [subject]
        : [],
    );
  }

  settle(subject: number): void {
    const { people, visits, conductor } = this.#options;
    const person = people.known(subject);
    const postponed = person?.hq?.postponed;
    if (!person?.hq || !postponed || visits.visitOf(subject) !== null) return;
    const { facts, lent } = this.#lend(subject, person.hq.lent, postponed);
    people.adopt({ ...person, hq: { ...person.hq, lent, postponed: null } });
    conductor.adopt(facts, null);
  }

  #understood(said: SaidChange): CustomerChange | null {
    const { change, isWhole } = understoodCustomer(said);
    if (!isWhole) this.passedOver += 1;
    return change;
  }

  #factsOf(change: CustomerChange, generation: number): AdoptedFact[] {
    const { people, defaultLocale } = this.#options;
    const { chainId } = change;
    if (people.isErased(chainId)) return [];
    const before = people.storedUnder(chainId);
    const subject = before?.subject ?? people.newNumber();
    const attributes = attributesOf(change, before);
    const names = Object.keys(change.attributes);
    const words = newerWords(change, before);
    const said = Object.fromEntries(words.map(([purpose, { granted }]) => [purpose, granted]));
    const saidAt = Object.fromEntries(words.map(([purpose, { at }]) => [purpose, at]));
    const runs = this.#runsOf(subject, before?.hq ?? null, change.runs);
    const locale = localeSchema.safeParse(change.locale).success ? change.locale : (before?.locale ?? defaultLocale);
    const cap = change.cap === undefined ? {} : { cap: change.cap.term };
    const hq: HqShare = { generation, names, also: change.also, lent: runs.lent, postponed: runs.postponed, ...cap };
    // Who is new knows nothing to be told of: her visit begins with all of it.
    const consent = before?.consent ?? said;
    // A word that changes something is a fact; of one that changes nothing only its time is kept.
    const news = words.filter(([purpose, { granted }]) => consent[purpose] !== granted);
    const spoken = { consent, consentAt: { ...before?.consentAt, ...saidAt } };
    const person = { subject, chainId, attributes, locale, ...spoken, hq };
    if (before === null || !isSame(person, before)) people.adopt(person);
    this.#takeOtherIds(subject, change, before);
    return [...(before ? newsOf(before, attributes, news) : []), ...runs.facts, ...capFacts(subject, change, before)];
  }

  /** All of what was said is here only with the last page: until then what was lent may have been lent to another since. */
  #capsUntil({ remaining, capTermMs }: ChangesAnswer, askedAt: number): Pick<HqMark, 'capsUntil'> {
    if (capTermMs === undefined) return {};
    if (remaining === 0) return { capsUntil: askedAt + capTermMs };
    return { capsUntil: this.#mark?.capsUntil ?? 0 };
  }

  #takeOtherIds(subject: number, { also }: CustomerChange, before: StoredPerson | null): void {
    const { people } = this.#options;
    const had = before?.hq?.also ?? [];
    if (had.join() !== also.join()) people.adoptOtherIds(subject, { now: also, before: had });
  }

  #runsOf(
    subject: number,
    share: HqShare | null,
    runs: readonly LentRun[],
  ): { readonly facts: AdoptedFact[]; readonly lent: HqShare['lent']; readonly postponed: HqShare['postponed'] } {
    const had = share?.lent ?? {};
    const touchesOwn =
      Object.keys(had).some((run) => !runs.some((one) => one.run === run)) ||
      runs.some(({ run, term }) => had[run] !== undefined && had[run] !== term);
    if (touchesOwn && this.#options.visits.visitOf(subject) !== null)
      return { facts: [], lent: had, postponed: [...runs] };
    return { ...this.#lend(subject, had, runs), postponed: null };
  }

  #lend(
    subject: number,
    had: HqShare['lent'],
    runs: readonly LentRun[],
  ): { readonly facts: AdoptedFact[]; readonly lent: Record<string, number> } {
    const { current } = this.#options.release;
    // A dialogue that this store does not run, or a step of a later release: headquarters keep the run.
    const known = runs.filter(
      (lent) =>
        current.dialogues.some(({ name, steps }) => name === lent.dialogue && Object.hasOwn(steps, lent.step)) &&
        (had[lent.run] === lent.term || !this.#isOver(lent)),
    );
    const lent = Object.fromEntries(known.map(({ run, term }) => [run, term]));
    const facts: AdoptedFact[] = Object.keys(had)
      .filter((run) => lent[run] === undefined)
      .map((run) => ({ type: 'run.recalled', subject, body: { run } }));
    for (const { term, run, ...one } of known) {
      if (had[run] === term) continue;
      facts.push({ type: 'run.lent', subject, body: { ...one, run, term, release: current.number } });
    }
    return { facts, lent };
  }

  /** Before the page that ends it: a sweep that was cut off begins again with it. */
  async #sweep(generation: number, named: ReadonlySet<string>): Promise<void> {
    const { journal, conductor } = this.#options;
    const unnamed = await journal.unnamed(generation);
    for (let from = 0; from < unnamed.length; from += peopleAtOnce) {
      const some = unnamed.slice(from, from + peopleAtOnce);
      conductor.adopt(
        some.flatMap((subject) => this.#letGo(subject, named)),
        null,
      );
      await journal.committed();
    }
  }

  /** Headquarters know her no more: what was theirs goes, what is the store's own stays. */
  #letGo(subject: number, named: ReadonlySet<string>): AdoptedFact[] {
    const { people } = this.#options;
    const person = people.known(subject);
    if (!person?.hq || person.chainId === null || named.has(person.chainId)) return [];
    const gone: CustomerChange = {
      ...{ kind: 'customer', chainId: person.chainId, attributes: {}, locale: '', consent: {}, runs: [], also: [] },
    };
    const facts = this.#factsOf(gone, person.hq.generation);
    const after = people.known(subject);
    // What waits for the end of her visit still does.
    if (after && after.hq?.postponed === null) people.adopt({ ...after, hq: null });
    return facts;
  }

  /** The visit that she is on ends with it. */
  #erasureOf(subject: number): AdoptedFact[] {
    return erasureOf(subject, { visit: this.#options.visits.visitOf(subject)?.visit ?? null, reason: 'hq' });
  }
}

function attributesOf({ attributes }: CustomerChange, before: StoredPerson | null): Record<string, Scalar> {
  const theirs = new Set(before?.hq?.names);
  const own = Object.entries(before?.attributes ?? {}).filter(([name]) => !theirs.has(name));
  return { ...Object.fromEntries(own), ...attributes };
}

/** What has become of her caps of one; what this store gives back it says behind all that it has said under them. */
function capFacts(subject: number, { cap }: CustomerChange, before: StoredPerson | null): AdoptedFact[] {
  const had = before?.hq?.cap;
  if (cap?.term === had) return [];
  if (cap !== undefined) return [{ type: 'cap.lent', subject, body: cap }];
  return had === undefined ? [] : [{ type: 'cap.recalled', subject, body: { term: had } }];
}

/** Purposes of which headquarters have heard later than this store; what only a list has said is the oldest. */
function newerWords(
  { consent }: CustomerChange,
  before: StoredPerson | null,
): [ConsentPurpose, CustomerChange['consent'][string]][] {
  return consentPurposes.flatMap((purpose) => {
    const word = consent[purpose];
    const ownAt = before?.consentAt?.[purpose];
    return word === undefined || (ownAt !== undefined && ownAt >= word.at) ? [] : [[purpose, word]];
  });
}

function newsOf(
  before: StoredPerson,
  attributes: Record<string, Scalar>,
  words: readonly (readonly [ConsentPurpose, { readonly granted: boolean; readonly at: number }])[],
): AdoptedFact[] {
  const { subject } = before;
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(attributes)]);
  const changed = [...names].filter(
    (name) => before.attributes[name] !== attributes[name] && authorName.safeParse(name).success,
  );
  const news: AdoptedFact[] = words.map(([purpose, { granted, at }]) => ({
    ...{ type: 'consent.changed', subject, at },
    body: { purpose, granted, fromHq: true },
  }));
  if (changed.length > 0)
    news.push({ type: 'customer.changed', subject, body: { attributes: changed.slice(0, namedMax), fromHq: true } });
  return news;
}

function isSame(one: StoredPerson, other: StoredPerson): boolean {
  const text = ({ attributes, consent, consentAt = {}, locale, hq = null }: StoredPerson): string =>
    JSON.stringify([sorted(attributes), sorted(consent), sorted(consentAt), locale, hq]);
  return text(one) === text(other);
}

function sorted(record: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
}
