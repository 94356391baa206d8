/**
 * The release that decides, and the older versions on which runs stay: found by name, and indexed by fact type and
 * zone before any condition is looked at, so that a fact costs what it matches and not what is loaded (performance.md,
 * choice 3). Changing one dialogue touches only the lists it stands in.
 */
import type { CompiledEntry, CompiledRelease, FactPattern } from '../compiled.ts';
import { createShareTerms } from '../moment/surface-terms.ts';
import { Bucket, type Listener } from './bucket.ts';
import type { KeptMeasure, MeasureBook } from './measure-book.ts';
import { type Plan, patternsOfEntry, planOf } from './plan.ts';
import { changesBetween, isSame } from './release-changes.ts';

/** An entry that time leads to. */
export interface Watch<Kind extends CompiledEntry['kind']> {
  readonly plan: Plan;
  readonly entry: Extract<CompiledEntry, { kind: Kind }>;
  readonly key: string;
}

/** Listeners of one type of facts, by where these happen. */
export interface ByPlace {
  readonly anywhere: Bucket;
  /** By the zone of the fact; null where no pattern of this type asks for one. */
  byZone: Map<string, Bucket> | null;
}

export interface Listeners {
  /** Entries that one fact opens. */
  readonly opening: ByPlace;
  /** Entries that remember what they have noticed. */
  readonly noticing: ByPlace;
  /** Measures that count facts of this type. */
  measures: KeptMeasure[];
  /** Runs on their way may react to them. */
  isHeardByRuns: boolean;
  /** Nothing is remembered of them, and no run hears them: all they can do is let somebody in. */
  onlyOpen: boolean;
}

/** A list in which entries stand, and what puts it in order when it has changed. */
interface Listed {
  readonly items: { readonly plan: Plan }[];
  readonly seal: (() => void) | null;
}

/** What another release means for those who are here. */
export interface Replaced {
  /** Names of the dialogues that are new, changed or gone. */
  readonly dialogues: ReadonlySet<string>;
  readonly isHouseAnother: boolean;
  /** Time leads to entries that are new, changed or gone: anybody may be due at another moment. */
  readonly movesClocks: boolean;
}

const clockKinds: ReadonlySet<CompiledEntry['kind']> = new Set(['measure', 'absence', 'dwell', 'date']);
const noPlans: readonly Plan[] = [];

export class ReleaseBook {
  release: CompiledRelease;
  #dialogues: CompiledRelease['dialogues'] = [];
  readonly #plans = new Map<string, Plan>();
  /** Of these the one that was asked for last: what happens to a run asks for its plan again and again. */
  #latest: Plan | null = null;
  /** Versions before the current one, newest first. */
  readonly #older = new Map<string, readonly Plan[]>();
  readonly #listeners = new Map<string, Listeners>();
  /** By zone, shortest first. */
  readonly dwells = new Map<string, Watch<'dwell'>[]>();
  readonly dates: Watch<'date'>[] = [];
  readonly absences = new Map<string, Watch<'absence'>>();
  /** By the name of the measure that crosses. */
  readonly crossings = new Map<string, Watch<'measure'>[]>();
  /** The same, each once. */
  readonly thresholds: Watch<'measure'>[] = [];
  /** Slots handed out to entries that one fact opens: one above the highest. */
  slots = 0;
  readonly #freeSlots: number[] = [];
  readonly #lists = new WeakMap<object, Listed>();

  /** By place in the current release. */
  measures: readonly (KeptMeasure | null)[] = [];
  readonly #measures: MeasureBook;

  constructor(release: CompiledRelease, earlier: readonly CompiledRelease[], measures: MeasureBook) {
    this.#measures = measures;
    this.release = release;
    for (const older of [...earlier, release]) this.replace(older);
  }

  get plans(): IterableIterator<Plan> {
    return this.#plans.values();
  }

  plan(dialogue: string): Plan | null {
    return this.#plans.get(dialogue) ?? null;
  }

  /** The version that a run of this release runs on; the current one where its own is not at hand; null where gone. */
  planFor(dialogue: string, release: number): Plan | null {
    const latest = this.#latest;
    if (latest?.dialogue.name === dialogue && latest.from <= release) return latest;
    const current = this.#plans.get(dialogue);
    if (current && current.from <= release) {
      this.#latest = current;
      return current;
    }
    const older = this.#older.get(dialogue) ?? noPlans;
    return older.find((plan) => plan.from <= release) ?? older.at(-1) ?? current ?? null;
  }

  listeners(type: string): Listeners | undefined {
    return this.#listeners.get(type);
  }

  /** Takes over another release. */
  replace(release: CompiledRelease): Replaced {
    const isHouseAnother = !isSame(this.release.house, release.house);
    const { retired: names, fresh, moved } = changesBetween(this.#dialogues, release.dialogues);
    for (const { dialogue, order } of moved) (this.#plans.get(dialogue.name) as Plan).order = order;
    const retired = new Set(names.map((name) => this.#plans.get(name) as Plan));
    for (const name of names) this.#plans.delete(name);
    this.#latest = null;
    this.#retire(retired);
    const measures = this.#measures.replace(release);
    const share = createShareTerms();
    const added = fresh.map(({ dialogue, order }) =>
      planOf(dialogue, { from: release.number, order, measures, share }),
    );
    for (const plan of added) this.#plans.set(plan.dialogue.name, plan);
    this.#add(added);
    this.#indexRemembering(measures);
    this.measures = measures;
    this.#dialogues = release.dialogues;
    this.release = release;
    const changed = [...added, ...retired].map(({ dialogue }) => dialogue);
    return {
      dialogues: new Set(changed.map(({ name }) => name)),
      isHouseAnother,
      movesClocks: changed.some(({ enter }) => enter.some(({ kind }) => clockKinds.has(kind))),
    };
  }

  /** Each list that they stand in is gone through once, however many leave it. */
  #retire(retired: ReadonlySet<Plan>): void {
    if (retired.size === 0) return;
    const touched = new Set<Listed>();
    for (const plan of retired) {
      const { name } = plan.dialogue;
      this.#older.set(name, [plan, ...(this.#older.get(name) ?? noPlans)]);
      this.#freeSlots.push(...plan.openings);
      for (const key of plan.entryKeys) this.absences.delete(key);
      for (const { list } of this.#places(plan)) touched.add(list);
    }
    for (const { items } of touched) {
      const kept = items.filter(({ plan }) => !retired.has(plan));
      items.splice(0, items.length, ...kept);
    }
    for (const { seal } of touched) seal?.();
  }

  #add(plans: readonly Plan[]): void {
    const touched = new Set<Listed>();
    for (const plan of plans) {
      for (const type of plan.hears) this.#listenersOf(type).isHeardByRuns = true;
      for (const { list, item } of this.#places(plan)) {
        list.items.push(item);
        touched.add(list);
      }
      plan.dialogue.enter.forEach((entry, index) => {
        const key = plan.entryKeys[index] as string;
        if (entry.kind === 'absence') this.absences.set(key, { plan, entry, key });
      });
    }
    // In the order of the release, whatever was swapped in last: a restart must come to the same.
    for (const { items, seal } of touched) {
      items.sort((one, other) => one.plan.order - other.plan.order);
      seal?.();
    }
  }

  /** The lists in which a plan's entries stand, each with what stands there. */
  *#places(plan: Plan): Generator<{ list: Listed; item: { readonly plan: Plan } }> {
    for (const [index, entry] of plan.dialogue.enter.entries()) {
      const key = plan.entryKeys[index] as string;
      for (const { pattern, place } of patternsOfEntry(entry)) {
        const item: Listener = { plan, entry, key, pattern, place, slot: -1 };
        for (const bucket of this.#bucketsFor(entry, pattern)) {
          yield { list: isOpening(entry) ? this.#opening(bucket) : this.#plain(bucket.listeners), item };
        }
      }
      const item = { plan, entry, key };
      if (entry.kind === 'date') yield { list: this.#plain(this.dates), item };
      if (entry.kind === 'dwell') {
        for (const zone of new Set(entry.zones)) yield { list: this.#byLength(listIn(this.dwells, zone)), item };
      }
      if (entry.kind === 'measure') {
        yield { list: this.#plain(this.thresholds), item };
        for (const name of measuresOf(plan, entry)) yield { list: this.#plain(listIn(this.crossings, name)), item };
      }
    }
  }

  #bucketsFor(entry: CompiledEntry, pattern: FactPattern): Bucket[] {
    const { opening, noticing } = this.#listenersOf(pattern.type);
    const place = isOpening(entry) ? opening : noticing;
    if (pattern.zones === null) return [place.anywhere];
    place.byZone ??= new Map();
    const { byZone } = place;
    return [...new Set(pattern.zones)].map((zone) => byZone.get(zone) ?? freshBucket(byZone, zone));
  }

  /** Neighbours in a bucket are neighbours in the bits of what is shut: what one fact asks for stands together. */
  #opening(bucket: Bucket): Listed {
    return this.#once(bucket.listeners, () => {
      for (const listener of bucket.listeners) {
        if (listener.slot >= 0) continue;
        listener.slot = this.#freeSlots.pop() ?? this.slots++;
        listener.plan.openings.push(listener.slot);
      }
      bucket.seal();
    });
  }

  #plain(items: { readonly plan: Plan }[]): Listed {
    return this.#once(items, null);
  }

  #byLength(items: Watch<'dwell'>[]): Listed {
    return this.#once(items, () => void items.sort((one, other) => one.entry.forMs - other.entry.forMs));
  }

  /** One and the same for a list, so that each is put in order once, however many plans touch it. */
  #once(items: { readonly plan: Plan }[], seal: (() => void) | null): Listed {
    const known = this.#lists.get(items);
    if (known) return known;
    const fresh: Listed = { items, seal };
    this.#lists.set(items, fresh);
    return fresh;
  }

  #listenersOf(type: string): Listeners {
    const known = this.#listeners.get(type);
    if (known) return known;
    const fresh: Listeners = {
      opening: { anywhere: new Bucket(), byZone: null },
      noticing: { anywhere: new Bucket(), byZone: null },
      measures: [],
      isHeardByRuns: false,
      onlyOpen: true,
    };
    this.#listeners.set(type, fresh);
    return fresh;
  }

  #indexRemembering(measures: readonly (KeptMeasure | null)[]): void {
    for (const listeners of this.#listeners.values()) listeners.measures = [];
    for (const kept of measures) if (kept) this.#listenersOf(kept.compiled.pattern.type).measures.push(kept);
    for (const listeners of this.#listeners.values()) {
      const { anywhere, byZone } = listeners.noticing;
      const isNoticed = anywhere.listeners.length > 0 || byZone !== null;
      listeners.onlyOpen = !isNoticed && !listeners.isHeardByRuns && listeners.measures.length === 0;
    }
  }
}

/** One fact is enough; nothing is remembered of others. */
function isOpening({ kind }: CompiledEntry): boolean {
  return kind === 'fact' || kind === 'changes';
}

function freshBucket(byZone: Map<string, Bucket>, zone: string): Bucket {
  const bucket = new Bucket();
  byZone.set(zone, bucket);
  return bucket;
}

/** Both sides of a relative threshold can make it cross. */
function measuresOf(plan: Plan, { measure, share }: Extract<CompiledEntry, { kind: 'measure' }>): string[] {
  const names = [measure, ...(share ? [share.measure] : [])].map((index) => plan.measures[index]?.compiled.name);
  return [...new Set(names)].filter((name) => name !== undefined);
}

function listIn<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const known = lists.get(key);
  if (known) return known;
  const fresh: Item[] = [];
  lists.set(key, fresh);
  return fresh;
}
