/**
 * What a set of dialogues did with a day, counted: a rehearsal on recorded facts and a simulation on invented shoppers
 * count with the same words. Everything is taken from facts and from the why ledger; nothing is asked of the engine.
 */

import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { messageId } from '@kairos/dialogue/engine/ids.ts';
import type { Channel, Decision, Fact, Rival, Silence } from '@kairos/protocol/facts.ts';
import { VisitTally } from './visit-tally.ts';

export interface DialogueCounts {
  /** Runs. */
  readonly entered: { let: number; held: number };
  /** People, each once. */
  readonly people: { readonly let: Set<number>; readonly held: Set<number> };
  /** Messages decided, by channel. */
  readonly said: Map<Channel, number>;
  /** Seen for the first time; a letter printed, an e-mail accepted. */
  shown: number;
  /** By "step: answer"; what a person entered for her (a call, a task) among them. */
  readonly answers: Map<string, number>;
  /** By "step: silence". */
  readonly silences: Map<string, number>;
  /** Taken back, by reason. */
  readonly withdrawn: Map<string, number>;
  /** Runs whose goal was reached, and what that was worth, in minor units. */
  readonly objectives: { let: number; held: number; value: number };
  rewards: number;
  readonly stops: Map<string, number>;
}

export interface SaidMessage {
  readonly at: number;
  readonly subject: number;
  readonly dialogue: string;
  readonly step: string;
  readonly channel: Channel;
  readonly target: string | null;
  readonly score: number;
  /** How it ended by the end of what was tried: an answer's name, a silence, "withdrawn" with its reason, or still open. */
  ended: string;
}

export interface TaskCounts {
  offered: number;
  claimed: number;
  done: number;
  /** Released because nobody took it (or signed) in time. */
  unclaimed: number;
  /** Claimed, and over before it was done: the lease ran out, or nothing was to be done any more. */
  undone: number;
  /** Nothing was to be done any more before anybody took it: she had gone, or helped herself. */
  calledOff: number;
  /** From the offer to the claim (or the signature), milliseconds. */
  readonly claimMs: number[];
  readonly offeredAt: number[];
}

type Noted = Pick<Fact | Decision, 'type' | 'subject' | 'body'>;

interface Place {
  readonly dialogue: string;
  readonly step: string;
}

/** Verdicts read after one turn. */
const verdictsMax = 256;
const notReached = 'not-reached';

export class Tally {
  readonly dialogues = new Map<string, DialogueCounts>();
  readonly tasks: TaskCounts = {
    offered: 0,
    claimed: 0,
    done: 0,
    unclaimed: 0,
    undone: 0,
    calledOff: 0,
    claimMs: [],
    offeredAt: [],
  };
  readonly visits = new VisitTally();
  /** By "dialogue/step" and stop. */
  readonly stopped = new Map<string, Map<string, number>>();
  /** One by one, in order. */
  readonly said: SaidMessage[] = [];
  /** All that is kept grows with the days that are tried: this is a tool, and no part of a store. */
  readonly #runs = new Map<string, { readonly dialogue: string; readonly held: boolean }>();
  readonly #places = new Map<string, Place>();
  readonly #said = new Map<string, SaidMessage>();
  readonly #reached = new Map<string, number>();
  readonly #shown = new Set<string>();
  readonly #tasks = new Map<string, { readonly message: string; readonly at: number; isClaimed: boolean }>();
  #lastVerdict = 0;

  /** What happened before: known from here on, and not counted. */
  recall({ type, body }: Noted): void {
    if (type === 'run.entered') this.#enter(body as Body<'run.entered'>);
    if (type === 'run.moved') this.#move(body as Body<'run.moved'>);
    if (type === 'message.decided') this.#place(body as Body<'message.decided'>);
  }

  note(noted: Noted, at: number): void {
    this.visits.note(noted);
    switch (noted.type) {
      case 'run.entered':
        this.#noteEntered(noted.body as Body<'run.entered'>, noted.subject ?? 0);
        return;
      case 'run.moved':
        this.#move(noted.body as Body<'run.moved'>);
        return;
      case 'message.decided':
        this.#noteDecided(noted.body as Body<'message.decided'>, noted.subject ?? 0, at);
        return;
      case 'objective.reached': {
        const { dialogue, held, value } = noted.body as Body<'objective.reached'>;
        const { objectives } = this.#of(dialogue);
        objectives[held ? 'held' : 'let'] += 1;
        objectives.value += held ? 0 : value;
        return;
      }
      case 'reward.issued': {
        const run = this.#runs.get((noted.body as Body<'reward.issued'>).run);
        if (run) this.#of(run.dialogue).rewards += 1;
        return;
      }
      case 'task.offered':
      case 'task.claimed':
      case 'task.done':
      case 'task.released':
        this.#noteTask(noted, at);
        return;
      default:
        this.#noteMessage(noted);
    }
  }

  /** What the ledger has new: who waited, and what stopped each. */
  gatherStops(engine: Pick<Engine, 'verdicts'>): void {
    const fresh = engine.verdicts({ after: this.#lastVerdict, limit: verdictsMax });
    for (const { subject, rivals } of fresh) for (const rival of rivals) this.#noteStop(subject, rival);
    this.#lastVerdict = fresh[0]?.row ?? this.#lastVerdict;
  }

  #noteStop(subject: number, { dialogue, step, stopped }: Rival): void {
    add(this.#of(dialogue).stops, stopped);
    const place = `${dialogue}/${step}`;
    const stops = this.stopped.get(place) ?? new Map<string, number>();
    this.stopped.set(place, stops);
    add(stops, stopped);
    this.visits.noteStop(subject, stopped);
  }

  #of(dialogue: string): DialogueCounts {
    let counts = this.dialogues.get(dialogue);
    if (!counts) {
      counts = {
        entered: { let: 0, held: 0 },
        people: { let: new Set(), held: new Set() },
        said: new Map(),
        shown: 0,
        answers: new Map(),
        silences: new Map(),
        withdrawn: new Map(),
        objectives: { let: 0, held: 0, value: 0 },
        rewards: 0,
        stops: new Map(),
      };
      this.dialogues.set(dialogue, counts);
    }
    return counts;
  }

  #enter({ run, dialogue, held }: Body<'run.entered'>): void {
    this.#runs.set(run, { dialogue, held });
  }

  #noteEntered(body: Body<'run.entered'>, subject: number): void {
    this.#enter(body);
    const counts = this.#of(body.dialogue);
    const how = body.held ? 'held' : 'let';
    counts.entered[how] += 1;
    counts.people[how].add(subject);
  }

  /** The message of this step has its id before it is decided; silence may be all that is ever heard of it. */
  #move({ run, step }: Body<'run.moved'>): void {
    const slot = `${run} ${step}`;
    const time = (this.#reached.get(slot) ?? 0) + 1;
    this.#reached.set(slot, time);
    const dialogue = this.#runs.get(run)?.dialogue;
    if (dialogue !== undefined) this.#places.set(messageId(run, step, time), { dialogue, step });
  }

  #place({ message, dialogue, step }: Body<'message.decided'>): void {
    this.#places.set(message, { dialogue, step });
  }

  #noteDecided(body: Body<'message.decided'>, subject: number, at: number): void {
    this.#place(body);
    const { message, dialogue, step, channel, target = null, score } = body;
    const said: SaidMessage = { at, subject, dialogue, step, channel, target, score, ended: 'open' };
    this.#said.set(message, said);
    this.said.push(said);
    add(this.#of(dialogue).said, channel);
  }

  #noteMessage({ type, subject, body }: Noted): void {
    const { message } = body as { message?: string };
    const place = message === undefined ? undefined : this.#places.get(message);
    if (message === undefined || !place) return;
    const counts = this.#of(place.dialogue);
    switch (type) {
      case 'message.shown':
      case 'email.sent':
      case 'mail.printed':
        if (this.#shown.has(message)) return;
        this.#shown.add(message);
        counts.shown += 1;
        this.visits.noteShown(subject, this.#said.get(message)?.channel ?? null);
        return;
      case 'message.answered':
      case 'call.logged':
        this.#noteAnswer(message, (body as Body<'message.answered'>).answer);
        return;
      case 'message.silent': {
        const { silence } = body as { silence: Silence };
        add(counts.silences, `${place.step}: ${silence}`);
        this.#end(message, silence);
        return;
      }
      case 'message.withdrawn': {
        const { reason } = body as Body<'message.withdrawn'>;
        add(counts.withdrawn, reason);
        if (this.#said.get(message)?.ended === 'open') this.#end(message, `withdrawn: ${reason}`);
        return;
      }
    }
  }

  #noteAnswer(message: string, answer: string): void {
    const place = this.#places.get(message);
    if (place) add(this.#of(place.dialogue).answers, `${place.step}: ${answer}`);
    this.#end(message, answer);
  }

  #end(message: string, how: string): void {
    const said = this.#said.get(message);
    if (said) said.ended = how;
  }

  #noteTask({ type, body }: Noted, at: number): void {
    const { task } = body as { task: string };
    if (type === 'task.offered') {
      this.tasks.offered += 1;
      this.tasks.offeredAt.push(at);
      this.#tasks.set(task, { message: (body as Body<'task.offered'>).message, at, isClaimed: false });
      return;
    }
    const known = this.#tasks.get(task);
    if (!known) return;
    if ((type === 'task.claimed' || type === 'task.done') && !known.isClaimed) {
      known.isClaimed = true;
      this.tasks.claimed += 1;
      this.tasks.claimMs.push(at - known.at);
    }
    if (type === 'task.done') {
      this.tasks.done += 1;
      const { answer } = body as Body<'task.done'>;
      if (answer !== notReached) this.#noteAnswer(known.message, answer);
    }
    if (type !== 'task.released') return;
    const { reason } = body as Body<'task.released'>;
    if (reason === 'unclaimed') this.tasks.unclaimed += 1;
    if (reason === 'expired') this.tasks[known.isClaimed ? 'undone' : 'calledOff'] += 1;
  }
}

type Body<Type extends Decision['type']> = Extract<Decision, { type: Type }>['body'];

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
