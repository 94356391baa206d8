/**
 * What is told of a task, and of whom: its words in the reader's language, where the shopper is whom it is about, and the
 * sign that her cart shows too. Nothing is decided here; who may see it, others decide.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact, FactType } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { VisitSign } from '@kairos/protocol/visit-sign.ts';
import type { Conductor } from '../conductor/conductor.ts';
import type { People } from '../conductor/people.ts';
import type { Visit } from '../visits/visit.ts';
import type { Visits } from '../visits/visits.ts';
import { Signs } from './signs.ts';
import type { OpenTask } from './task-book.ts';
import { type Wording, wordTask } from './wording.ts';

/** Wordings that are kept; beyond it all are worded anew. */
const wordsMax = 2_000;

/** After one of these what is said may be said otherwise, or not at all. */
const rewords: ReadonlySet<string> = new Set<FactType>([
  'release.activated',
  'customer.changed',
  'consent.changed',
  'customer.erased',
  'message.withdrawn',
]);

export interface ToldTasksOptions {
  readonly plan: FloorPlan;
  readonly conductor: Pick<Conductor, 'wake'>;
  readonly engine: Pick<Engine, 'render'>;
  readonly visits: Pick<Visits, 'visitOf' | 'visitOfTask'>;
  readonly people: Pick<People, 'localeOf'>;
  readonly release: () => CompiledRelease;
}

export class ToldTasks {
  readonly #options: ToldTasksOptions;
  readonly #signs = new Signs();
  /** As last worded, by task and reader. */
  readonly #words = new Map<string, Wording | null>();

  constructor(options: ToldTasksOptions) {
    this.#options = options;
  }

  fold(fact: Fact): void {
    if (rewords.has(fact.type)) this.#words.clear();
    if (fact.type === 'visit.closed') this.#signs.giveBack(fact.body.visit);
  }

  wording(task: OpenTask, locale: string): Wording | null {
    const key = `${task.id}/${task.version}/${locale}/${this.zoneOf(task)}`;
    const known = this.#words.get(key);
    if (known !== undefined) return known;
    const words = this.#word(task, locale);
    if (this.#words.size >= wordsMax) this.#words.clear();
    this.#words.set(key, words);
    return words;
  }

  #word(task: OpenTask, locale: string): Wording | null {
    const { conductor, engine, people, release, plan } = this.#options;
    const { kind, subject, message } = task;
    if (subject !== null && kind !== 'help') conductor.wake(subject);
    // A letter is read in the language in which it goes out.
    const language = kind === 'approval' && subject !== null ? people.localeOf(subject) : locale;
    const rendered = subject === null || kind === 'help' ? null : engine.render(subject, message, language);
    return wordTask(task, {
      rendered,
      release: release(),
      zone: this.zoneOf(task),
      zoneName: (zone) => plan.zones.find(({ id }) => id === zone)?.name ?? null,
    });
  }

  /** A call stays with the visit, whoever she says she is meanwhile. */
  visitOf({ id, kind, subject }: Pick<OpenTask, 'id' | 'kind' | 'subject'>): Visit | null {
    const { visits } = this.#options;
    if (kind === 'help') return visits.visitOfTask(id);
    return subject === null ? null : visits.visitOf(subject);
  }

  /** Whose it is by now. */
  subjectOf(task: OpenTask): number | null {
    return task.kind === 'help' ? (this.visitOf(task)?.subject ?? task.subject) : task.subject;
  }

  /** Where the shopper is, whom it is about. */
  zoneOf(task: OpenTask): string | null {
    return task.kind === 'approval' ? null : (this.visitOf(task)?.zone ?? null);
  }

  signOf(task: OpenTask): VisitSign | null {
    const visit = task.kind === 'approval' ? null : this.visitOf(task);
    return visit && this.#signs.of(visit.visit);
  }
}
