/**
 * The store's side of the line to headquarters: when it is used (each night, on demand, and as a trickle while it is
 * good), what came of it, and what a person should know. The line itself is `@kairos/hq-sync/link`.
 *
 * Everything here may fail for as long as it likes: facts stay in the journal, and the store does not notice.
 */

import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import type { HqAnswer, HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { nextNight } from '@kairos/hq-sync/link/night.ts';
import { Pace } from '@kairos/hq-sync/link/pace.ts';
import { type UploadEnding, type UploadProgress, upload } from '@kairos/hq-sync/link/upload.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { SyncHello, SyncWelcome } from '@kairos/protocol/sync-messages.ts';
import type { Journal } from '../journal/journal.ts';
import type { Log } from '../log.ts';
import type { HqState } from '../manager/hq-line.ts';
import type { ChangeTaker } from './change-taker.ts';
import type { AskTally } from './customer-asker.ts';
import { DayAudit } from './day-audit.ts';
import { type DownloadEnding, type DownloadProgress, download, forgetFirst } from './download.ts';
import type { ReleaseTaker } from './release-taker.ts';
import { isShared, lastShared, type SharedPast } from './shared-past.ts';

/** A trickle that fails is tried again later and later, until the night. */
const trickleBackOffMax = 32;
/** A nightly sync that the line cut is tried again so often, each time after a minute more. */
const nightTriesMax = 60;
const minuteMs = 60_000;

export interface HqLineOptions {
  readonly store: { readonly id: string; readonly timeZone: string };
  readonly hq: {
    readonly url: string;
    /** Minutes between two trickles; 0: by night alone. */
    readonly trickleMinutes: number;
  };
  readonly client: HqClient;
  readonly journal: Pick<Journal, 'start' | 'upward' | 'facts' | 'beginLife' | 'committed'>;
  readonly taker: ChangeTaker;
  /** What came of asking for customers who stood here. */
  readonly asked: () => AskTally;
  /** Null: this store runs its own dialogues. */
  readonly releases: ReleaseTaker | null;
  readonly clock: { now(): number };
  readonly ports: Ports;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

export interface HqStanding {
  readonly url: string;
  readonly isSyncing: boolean;
  /** While it syncs, and of the last time. */
  readonly progress: UploadProgress | null;
  /** The same of what comes down. */
  readonly down: DownloadProgress | null;
  /** Customers of whom headquarters said what this store does not understand, since its start. */
  readonly passedOver: number;
  readonly asked: AskTally;
  readonly lastTriedAt: number | null;
  /** Everything was there. */
  readonly lastDoneAt: number | null;
  /** Facts that HQ has not got; null before the first word with it. */
  readonly pending: number | null;
  readonly quarantined: number;
  /** Why the last time did not end well; null where it did. */
  readonly reason: string | null;
  /** A person has to look: it will not mend itself. */
  readonly needsPerson: boolean;
  /** Days on which both sides differed when they were last compared. */
  readonly differingDays: readonly string[];
  /** When the last audit went through; null: none since the start. */
  readonly auditedAt: number | null;
  readonly nextNightAt: number;
  /** The release of headquarters that is in force (0: none), and why the newest is not. */
  readonly release: number;
  readonly releaseFault: string | null;
  /** Which of its dialogues wait for an update of this store; null: none does. */
  readonly releaseWaiting: string | null;
}

export class HqLine {
  readonly #options: HqLineOptions;
  readonly #client: HqClient;
  /** What this line has shown. */
  readonly #pace = new Pace();
  readonly #calendar: ReturnType<typeof createCalendar>;
  #running: Promise<UploadEnding> | null = null;
  #progress: UploadProgress | null = null;
  #ending: UploadEnding | null = null;
  #down: DownloadProgress | null = null;
  #downEnding: DownloadEnding | null = null;
  #lastTriedAt: number | null = null;
  #lastDoneAt: number | null = null;
  #quarantined = 0;
  readonly #dayAudit: DayAudit;
  #auditedAt: number | null = null;
  #backOff = 1;
  #nextNightAt = 0;
  #cancels = { night: (): void => undefined, trickle: (): void => undefined };
  #isClosed = false;
  /** The life of the journal that goes on. */
  #epoch: string;
  /** What headquarters said last of their releases, in this round. */
  #welcomed: Pick<SyncWelcome, 'release' | 'releaseMadeAt'> | null = null;
  /** A word was had with headquarters in this life and by this process. */
  #isHeard = false;

  constructor(options: HqLineOptions) {
    this.#options = options;
    this.#epoch = options.journal.start.storeEpoch;
    this.#client = options.client;
    this.#dayAudit = new DayAudit({ client: options.client, facts: options.journal.upward });
    this.#calendar = createCalendar(options.store.timeZone);
    this.#awaitNight();
    this.#awaitTrickle();
  }

  get standing(): HqStanding {
    const ending = this.#worst;
    const last = this.#progress;
    return {
      url: this.#options.hq.url,
      isSyncing: this.#running !== null,
      progress: last,
      down: this.#down,
      passedOver: this.#options.taker.passedOver,
      asked: this.#options.asked(),
      lastTriedAt: this.#lastTriedAt,
      lastDoneAt: this.#lastDoneAt,
      pending: last === null ? null : Math.max(0, this.#options.journal.upward.lastSeq() - last.upTo),
      quarantined: this.#quarantined,
      reason: ending === null || ending.kind === 'done' ? null : ending.reason,
      needsPerson: ending?.kind === 'refused',
      differingDays: this.#dayAudit.differingDays,
      auditedAt: this.#auditedAt,
      nextNightAt: this.#nextNightAt,
      ...(this.#options.releases?.standing ?? { release: 0, releaseFault: null }),
      releaseWaiting: this.#options.releases?.waiting ?? null,
    };
  }

  /** How the last round ended, up and down. */
  get #worst(): UploadEnding | DownloadEnding | null {
    return this.#ending?.kind === 'done' && this.#downEnding !== null ? this.#downEnding : this.#ending;
  }

  /** What will not mend itself. A line that is away is no complaint: the store is made for that. */
  get complaints(): readonly string[] {
    const { needsPerson, reason, differingDays, releaseFault, releaseWaiting } = this.standing;
    return [
      ...(releaseFault === null ? [] : [`a release of headquarters is not taken: ${releaseFault}`]),
      ...(releaseWaiting === null ? [] : [releaseWaiting]),
      ...(needsPerson ? [`headquarters refuse this store: ${reason}`] : []),
      ...(differingDays.length > 0 ? [`the store and headquarters differ on ${differingDays.join(', ')}`] : []),
    ];
  }

  /** The same for the manager's page. */
  get probe(): HqState {
    const { lastDoneAt, pending, quarantined, down } = this.standing;
    return {
      kind: 'configured',
      lastAt: lastDoneAt,
      pending: pending ?? this.#options.journal.upward.lastSeq(),
      refused: quarantined,
      toCome: down?.remaining ?? null,
    };
  }

  /** Everything that the store has, now; who asks while it runs is told how that ended. */
  sync(): Promise<UploadEnding> {
    this.#running ??= this.#sync().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** What is on the line is cut: it comes again next time. */
  close(): void {
    this.#isClosed = true;
    this.#cancels.night();
    this.#cancels.trickle();
    this.#client.close();
  }

  async #sync(): Promise<UploadEnding> {
    const { journal, ports, clock, log, releases } = this.#options;
    const facts = journal.upward;
    this.#lastTriedAt = clock.now();
    const epoch = this.#epoch;
    await journal.committed();
    await forgetFirst({ client: this.#client, taker: this.#options.taker, epoch, ports });
    await journal.committed();
    const ending = await upload({
      client: { hello: (hello) => this.#hello(hello), chunk: (bytes) => this.#client.chunk(bytes) },
      facts,
      ports,
      pace: this.#pace,
      onProgress: (progress) => {
        this.#progress = progress;
      },
      ...(releases ? { release: releases.standing } : {}),
    });
    // In another life whom to forget is asked once more before anything goes up.
    if (epoch !== this.#epoch) return this.#sync();
    await facts.erasedUpTo(ending.upTo);
    // After the facts: what was decided under the old release is there before anything is under the new one.
    const { release, releaseMadeAt } = this.#welcomed ?? { release: 0 };
    if (ending.kind === 'done' && this.#welcomed !== null) await releases?.take(release, this.#client, releaseMadeAt);
    this.#ending = ending;
    // Facts first: what headquarters say next may rest on them.
    this.#downEnding = ending.kind === 'done' ? await this.#fetch() : null;
    if (this.#downEnding?.kind === 'done') this.#lastDoneAt = clock.now();
    // A word was had with HQ: else the last known position stands.
    if (ending.kind === 'done' || ending.upTo > 0) this.#progress = ending;
    this.#quarantined += ending.quarantined;
    if (ending.quarantined > 0)
      log.warn({ facts: ending.quarantined }, 'headquarters have put facts aside that they could not take');
    const worst = this.#worst;
    if (worst?.kind === 'refused' && !this.#isClosed)
      log.warn({ reason: worst.reason }, 'headquarters refuse this store');
    // What went up is up; a way down that was cut is a round that did not end well.
    return worst === null || worst.kind === 'done' ? ending : { ...ending, kind: worst.kind, reason: worst.reason };
  }

  /** Where headquarters mean other facts by the numbers of this life, another one begins behind those that both have. */
  async #hello(hello: SyncHello): Promise<HqAnswer<SyncWelcome>> {
    const { journal, log } = this.#options;
    const answer = await this.#client.hello(hello);
    if (answer.kind !== 'answered') return answer;
    this.#welcomed = answer.content;
    if (hello.epoch !== this.#epoch) return answer;
    const { upTo } = answer.content;
    const past: SharedPast = {
      lastSeq: this.#isHeard ? hello.lastSeq : journal.start.lastSeq,
      timeOf: async (seq) => (await journal.facts({ from: seq, to: seq, limit: 1 }))[0]?.at ?? null,
    };
    if (await isShared(answer.content, past)) {
      this.#isHeard = true;
      return answer;
    }
    const shared = await lastShared(upTo, past, (probe) => this.#client.hello({ ...hello, probe }));
    if (shared.kind !== 'found') return shared;
    const after = shared.seq;
    const why = `headquarters have facts ${after + 1} to ${upTo} of this store, which are not in the file, or others there: a copy was put back. The store goes on in a new epoch`;
    this.#epoch = await journal.beginLife({ after, why });
    this.#isHeard = true;
    log.warn({ after, upTo }, why);
    return { kind: 'away', reason: why };
  }

  async #fetch(): Promise<DownloadEnding> {
    const { taker, ports, clock } = this.#options;
    const ending = await download({
      ...{ client: this.#client, taker, epoch: this.#epoch, ports, clock },
      onProgress: (progress) => {
        this.#down = progress;
      },
    });
    const { customers, erased, perSecond, remaining } = ending;
    this.#down = { customers, erased, perSecond, remaining };
    return ending;
  }

  /**
   * Both sides compare their days, as far as headquarters have heard. What was forgotten here between the sync and the
   * comparison is no difference: before a day is told, headquarters hear of it, and both look once more.
   */
  async audit(): Promise<UploadEnding> {
    const { clock, log } = this.#options;
    const found = new Set(this.#dayAudit.differingDays);
    let ending = await this.sync();
    for (let look = 0; look < 2 && ending.kind === 'done'; look += 1) {
      if (look > 0) ending = await this.sync();
      if (!(await this.#dayAudit.compare({ now: clock.now(), upTo: ending.upTo })))
        return { ...ending, kind: 'away', reason: 'headquarters have not said on which days they hold something else' };
      this.#auditedAt = clock.now();
      if (this.#dayAudit.differingDays.every((day) => found.has(day))) break;
    }
    const days = this.#dayAudit.differingDays;
    if (days.length > 0) log.warn({ days }, 'the store and headquarters differ on these days');
    return ending;
  }

  #awaitNight(tries = 0): void {
    const { store, clock, ports } = this.#options;
    this.#nextNightAt = nextNight(store.id, this.#calendar, clock.now());
    const delayMs = tries === 0 ? this.#nextNightAt - clock.now() : tries * minuteMs;
    this.#cancels.night = ports.timers.after(delayMs, () => {
      this.audit()
        .then((ending) => {
          this.#afterNight(ending.kind === 'away' && tries < nightTriesMax ? tries + 1 : 0);
        })
        // A journal that cannot be read says so itself; the next night tries again.
        .catch(() => this.#afterNight(0));
    });
  }

  #afterNight(tries: number): void {
    if (!this.#isClosed) this.#awaitNight(tries);
  }

  #awaitTrickle(): void {
    const { ports, hq } = this.#options;
    if (hq.trickleMinutes === 0) return;
    // A little apart from each other, so that a chain's stores do not come together after HQ was away.
    const minutes = hq.trickleMinutes * this.#backOff * (0.75 + ports.random.next() / 2);
    this.#cancels.trickle = ports.timers.after(minutes * minuteMs, () => {
      this.sync()
        .then((ending) => {
          this.#backOff = ending.kind === 'done' ? 1 : Math.min(this.#backOff * 2, trickleBackOffMax);
        })
        .catch(() => undefined)
        .finally(() => {
          if (!this.#isClosed) this.#awaitTrickle();
        });
    });
  }
}
