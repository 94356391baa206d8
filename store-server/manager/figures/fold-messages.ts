/**
 * Runs, their messages and the tasks they ask for, folded into rows: one row each, with the time of every step it took.
 * Of tasks no associate is kept: figures are a team's (DESIGN section 5).
 */
import type { Fact, FactBody, FactOf } from '@kairos/protocol/facts.ts';
import type Database from 'better-sqlite3';
import type { VisitRows } from './fold-visits.ts';

/** What follows her answer within this time is a reply, and costs her attention nothing. */
const replyWithinMs = 30_000;
/** Nobody was reached: no answer of hers. */
const notReached = 'not-reached';
/** A message's own words; a signature that lets one go out is no answer of hers. */
const approvalTask = /-a\d+$/;

const inStore: ReadonlySet<string> = new Set(['cart', 'screen', 'handheld', 'pos', 'receipt']);
/** Withdrawn, and going on elsewhere or later as another message. */
const goingOn: ReadonlySet<string> = new Set(['moved', 'paused', 'outranked']);

/** Whether an answer of a dialogue's step is one that its author wanted, in the release that asked. */
export type IsPositive = (place: {
  readonly release: number;
  readonly dialogue: string;
  readonly step: string;
  readonly answer: string;
}) => boolean;

interface RunRow {
  readonly run: string;
  readonly dialogue: string;
  readonly release: number;
  readonly arm: string | null;
  readonly answered_at: number | null;
  readonly reply_at: number | null;
}

interface MessageRow {
  readonly run: string;
  readonly dialogue: string;
  readonly step: string;
  readonly shown_at: number | null;
}

export class MessageRows {
  readonly #sql: ReturnType<typeof statements>;
  readonly #visits: VisitRows;
  readonly #isPositive: IsPositive;

  constructor(db: Database.Database, visits: VisitRows, isPositive: IsPositive) {
    this.#sql = statements(db);
    this.#visits = visits;
    this.#isPositive = isPositive;
  }

  note(fact: Fact): void {
    switch (fact.type) {
      case 'run.entered':
        this.#enter(fact);
        return;
      case 'run.moved':
        this.#move(fact);
        return;
      case 'run.ended':
        this.#sql.end.run(fact.at, fact.body.run);
        return;
      case 'objective.reached':
        this.#sql.reach.run(fact.at, fact.body.value, fact.body.run);
        return;
      case 'message.decided':
        this.#decide(fact);
        return;
      case 'message.shown':
      case 'email.sent':
      case 'mail.printed':
        this.#sql.show.run({ at: fact.at, message: fact.body.message });
        return;
      case 'message.answered':
      case 'call.logged':
        this.#answer(fact.body.message, fact.body.answer, fact.at);
        return;
      case 'message.silent':
        this.#silence(fact.body, fact.at);
        return;
      case 'message.withdrawn':
        this.#withdraw(fact.body, fact.at);
        return;
      case 'screen.played': {
        const { screen, message, ms } = fact.body;
        this.#sql.play.run(fact.seq, screen, message, fact.at - ms, fact.at);
        return;
      }
      case 'reward.issued':
        this.#sql.issue.run(fact.body.reward, fact.body.run, fact.at);
        return;
      case 'reward.redeemed':
        this.#sql.redeem.run(fact.at, fact.body.reward);
        return;
      default:
        this.#noteTask(fact);
    }
  }

  #noteTask(fact: Fact): void {
    switch (fact.type) {
      case 'task.offered': {
        const { task, message, role = null } = fact.body;
        this.#sql.offer.run({ task, message, role, at: fact.at });
        return;
      }
      case 'task.claimed':
        this.#sql.claim.run(fact.at, fact.body.task);
        return;
      case 'task.done': {
        const { task, answer } = fact.body;
        this.#sql.claim.run(fact.at, task);
        this.#sql.done.run(fact.at, task);
        const message = this.#sql.messageOfTask.get(task) as string | undefined;
        if (message !== undefined && !approvalTask.test(task)) this.#answer(message, answer, fact.at);
        return;
      }
      case 'task.released':
        this.#sql.release.run(fact.at, fact.body.reason, fact.body.task);
        return;
      default:
        return;
    }
  }

  #enter({ seq, at, subject, body }: FactOf<'run.entered'>): void {
    const { run, dialogue, release, held, arm = null } = body;
    const guest = subject !== null && this.#visits.isGuest(subject) ? 1 : 0;
    this.#sql.enter.run({ run, seq, at, subject, guest, dialogue, release, held: held ? 1 : 0, arm });
  }

  #move({ seq, at, body: { run, step, release } }: FactOf<'run.moved'>): void {
    if (release !== undefined) {
      this.#sql.upgrade.run(release, run);
      // The step goes on as it is, only by another version's words.
      if (this.#sql.stepOf.get(run) === step) return;
    }
    this.#sql.move.run(run, seq, at, step);
    this.#sql.replies.run(run);
  }

  #decide({ at, subject, body }: FactOf<'message.decided'>): void {
    const { message, run, dialogue, step, channel, target = null, context = 'away' } = body;
    const known = this.#run(run);
    const isHers = subject !== null && inStore.has(channel);
    this.#sql.decide.run({
      message,
      run,
      dialogue,
      step,
      arm: known?.arm ?? null,
      channel,
      target,
      subject,
      visit: isHers ? this.#visits.openVisitOf(subject) : null,
      at,
      // What an associate is asked to prepare while she is away says nothing to her, and costs her nothing either.
      free: isReply(known, at) || (channel === 'handheld' && context === 'away') ? 1 : 0,
    });
  }

  #answer(message: string, answer: string, at: number): void {
    if (answer === notReached) return;
    const known = this.#message(message);
    if (!known) return;
    const { dialogue, step } = known;
    const run = this.#run(known.run);
    const positive = this.#isPositive({ release: run?.release ?? 0, dialogue, step, answer });
    this.#sql.answer.run({ at, answer, positive: positive ? 1 : 0, message });
    this.#sql.answered.run(at, known.run);
  }

  #silence({ message, silence }: FactBody<'message.silent'>, at: number): void {
    if (!this.#message(message)) this.#putUndecided(message);
    this.#sql.silence.run({ at, silence, message });
    if (silence === 'never-shown') this.#sql.giveBack.run(message);
  }

  /** What was never decided is named after its run, and spoken for the step on which the run stands (engine/ids.ts). */
  #putUndecided(message: string): void {
    const run = message.slice(0, message.indexOf('-'));
    const known = this.#run(run);
    const step = this.#sql.stepOf.get(run) as string | undefined;
    if (known && step !== undefined) this.#sql.undecided.run(message, run, known.dialogue, step, known.arm);
  }

  #withdraw({ message, reason }: FactBody<'message.withdrawn'>, at: number): void {
    const known = this.#message(message);
    if (!known) return;
    this.#sql.withdraw.run(at, reason, message);
    const isUnseen = known.shown_at === null;
    if (reason === 'moved' || (goingOn.has(reason) && isUnseen)) this.#sql.giveBack.run(message);
  }

  #run(run: string): RunRow | undefined {
    return this.#sql.runOf.get(run) as RunRow | undefined;
  }

  #message(message: string): MessageRow | undefined {
    return this.#sql.messageOf.get(message) as MessageRow | undefined;
  }
}

function isReply(run: RunRow | undefined, at: number): boolean {
  const replyAt = run?.reply_at ?? 0;
  return replyAt > 0 && at <= replyAt + replyWithinMs;
}

function statements(db: Database.Database) {
  return {
    enter: db.prepare(
      `INSERT INTO runs (run, seq, at, subject, guest, dialogue, release, held, arm)
       VALUES (@run, @seq, @at, @subject, @guest, @dialogue, @release, @held, @arm) ON CONFLICT DO NOTHING`,
    ),
    upgrade: db.prepare('UPDATE runs SET release = ? WHERE run = ?'),
    move: db.prepare('INSERT INTO moves VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    replies: db.prepare('UPDATE runs SET reply_at = answered_at, answered_at = NULL WHERE run = ?'),
    answered: db.prepare('UPDATE runs SET answered_at = ? WHERE run = ?'),
    end: db.prepare('UPDATE runs SET ended_at = ? WHERE run = ?'),
    reach: db.prepare('UPDATE runs SET reached_at = ?, value = ? WHERE run = ?'),
    runOf: db.prepare('SELECT run, dialogue, release, arm, answered_at, reply_at FROM runs WHERE run = ?'),
    stepOf: db.prepare('SELECT step FROM moves WHERE run = ? ORDER BY seq DESC LIMIT 1').pluck(),
    decide: db.prepare(
      `INSERT INTO messages (message, run, dialogue, step, arm, channel, target, subject, visit, at, is_reply)
       VALUES (@message, @run, @dialogue, @step, @arm, @channel, @target, @subject, @visit, @at, @free)
       ON CONFLICT DO NOTHING`,
    ),
    undecided: db.prepare('INSERT INTO messages (message, run, dialogue, step, arm) VALUES (?, ?, ?, ?, ?)'),
    messageOf: db.prepare('SELECT run, dialogue, step, shown_at FROM messages WHERE message = ?'),
    // One `shown`, the earliest.
    show: db.prepare(
      'UPDATE messages SET shown_at = min(@at, coalesce(shown_at, @at)) WHERE message = @message AND at IS NOT NULL',
    ),
    answer: db.prepare(
      `UPDATE messages SET answered_at = @at, answer = @answer, positive = @positive
       WHERE message = @message AND answered_at IS NULL`,
    ),
    silence: db.prepare(
      'UPDATE messages SET silent_at = @at, silence = @silence WHERE message = @message AND silent_at IS NULL',
    ),
    giveBack: db.prepare('UPDATE messages SET is_given_back = 1 WHERE message = ?'),
    withdraw: db.prepare('UPDATE messages SET withdrawn_at = ?, withdrawn = ? WHERE message = ?'),
    play: db.prepare(
      'INSERT INTO plays (seq, screen, message, started_at, ended_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    offer: db.prepare(
      `INSERT INTO tasks (task, message, role, offered_at, offers) VALUES (@task, @message, @role, @at, 1)
       ON CONFLICT (task) DO UPDATE SET offers = offers + 1`,
    ),
    issue: db.prepare('INSERT INTO rewards (reward, run, issued_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    redeem: db.prepare('UPDATE rewards SET redeemed_at = ? WHERE reward = ? AND redeemed_at IS NULL'),
    claim: db.prepare('UPDATE tasks SET claimed_at = ? WHERE task = ? AND claimed_at IS NULL'),
    done: db.prepare('UPDATE tasks SET done_at = ? WHERE task = ?'),
    release: db.prepare('UPDATE tasks SET released_at = ?, released = ? WHERE task = ?'),
    messageOfTask: db.prepare('SELECT message FROM tasks WHERE task = ?').pluck(),
  };
}
