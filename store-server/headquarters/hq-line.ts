/**
 * The store's side of the line to headquarters: when it is used (each night, on demand, and as a trickle while it is
 * good), what came of it, and what a person should know. The line itself is `@kairos/hq-sync/link`.
 *
 * Everything here may fail for as long as it likes: facts stay in the journal, and the store does not notice.
 */

import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import type { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { nextNight } from '@kairos/hq-sync/link/night.ts';
import { Pace } from '@kairos/hq-sync/link/pace.ts';
import { type UploadEnding, type UploadProgress, upload } from '@kairos/hq-sync/link/upload.ts';
import type { UpwardFacts } from '@kairos/hq-sync/link/upward.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { Log } from '../log.ts';
import type { HqState } from '../manager/hq-line.ts';
import type { ChangeTaker } from './change-taker.ts';
import type { AskTally } from './customer-asker.ts';
import { DayAudit } from './day-audit.ts';
import { type DownloadEnding, type DownloadProgress, download, forgetFirst } from './download.ts';
import type { ReleaseTaker } from './release-taker.ts';

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
  readonly facts: UpwardFacts;
  readonly taker: ChangeTaker;
  /** The life of this store's journal. */
  readonly epoch: string;
  /** What came of asking for customers who stood here. */
  readonly asked: () => AskTally;
  /** Null: this store runs its own dialogues. */
  readonly releases: ReleaseTaker | null;
  /** Resolves once what was recorded so far is on disk. */
  readonly committed: () => Promise<void>;
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

  constructor(options: HqLineOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#dayAudit = new DayAudit(options);
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
      pending: last === null ? null : Math.max(0, this.#options.facts.lastSeq() - last.upTo),
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
      pending: pending ?? this.#options.facts.lastSeq(),
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
    const { facts, ports, clock, log, committed, releases } = this.#options;
    this.#lastTriedAt = clock.now();
    await committed();
    await forgetFirst({ client: this.#client, taker: this.#options.taker, epoch: this.#options.epoch, ports });
    await committed();
    const ending = await upload({
      client: this.#client,
      facts,
      ports,
      pace: this.#pace,
      onProgress: (progress) => {
        this.#progress = progress;
      },
      ...(releases ? { release: releases.standing } : {}),
    });
    await facts.erasedUpTo(ending.upTo);
    // After the facts: what was decided under the old release is there before anything is under the new one.
    if (ending.kind === 'done' && ending.release > 0) await releases?.take(ending.release, this.#client);
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

  async #fetch(): Promise<DownloadEnding> {
    const { taker, epoch, ports, clock } = this.#options;
    const ending = await download({
      ...{ client: this.#client, taker, epoch, ports, clock },
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
