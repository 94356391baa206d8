/**
 * What an associate reads of a task, in her own language: what the dialogue says to staff, and why, from the rules alone.
 * The kinds that no dialogue words (a shopper's call) are worded by the page.
 */

import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import type { RenderedMessage } from '@kairos/dialogue/engine/engine.ts';
import { notReached } from '@kairos/dialogue/engine/fold-message.ts';
import { type HandheldTask, headlineMax } from '@kairos/protocol/handheld-events.ts';
import { reasonFor } from '../why/shopper-reason.ts';
import type { OpenTask } from './task-book.ts';

/** What a shopper's call is answered with by whoever has been there. */
const helped = 'helped';
/** What a letter is answered with by whoever may sign it. */
const signatures = ['approved', 'refused'] as const;
const answersMax = 3;

export type Wording = Pick<HandheldTask, 'kind' | 'headline' | 'reason' | 'say' | 'know' | 'answers' | 'cannot'> & {
  /** Of the dialogue; a call comes before all of them. */
  readonly priority: number;
};

export interface WordingOptions {
  /** Null: nobody is to be asked about it any more. */
  readonly rendered: RenderedMessage | null;
  readonly release: Pick<CompiledRelease, 'dialogues'>;
  readonly zoneName: (zone: string) => string | null;
  /** Where the shopper is who called. */
  readonly zone: string | null;
}

/** Null where it is no business of a handheld. */
export function wordTask(task: Pick<OpenTask, 'kind'>, options: WordingOptions): Wording | null {
  if (task.kind === 'help') return wordCall(options);
  const { rendered } = options;
  if (rendered === null) return null;
  const kind = task.kind === 'approval' ? 'approval' : rendered.channel === 'call' ? 'call' : 'prompt';
  // What a till's associate says is prompted there.
  if (kind === 'prompt' && rendered.channel !== 'handheld') return null;
  return kind === 'approval' ? wordLetter(rendered, options) : wordPrompt(kind, rendered, options);
}

function wordCall({ zone, zoneName }: WordingOptions): Wording {
  return {
    kind: 'help',
    priority: Number.MAX_SAFE_INTEGER,
    headline: '',
    reason: { is: 'asked', zone: zone === null ? null : zoneName(zone) },
    say: '',
    know: '',
    answers: [{ id: helped, label: '', form: [] }],
    cannot: null,
  };
}

function wordPrompt(kind: 'prompt' | 'call', rendered: RenderedMessage, options: WordingOptions): Wording {
  const given = rendered.answers.filter(({ id }) => isReachable(kind, id));
  // "Can't now" in the author's words is where "can't now" always is, and not among the answers.
  const cannot = given.find(({ id }) => /^can(no|')?t/i.test(id) && id !== notReached) ?? null;
  const title = dialogueOf(rendered, options)?.title ?? rendered.dialogue;
  return {
    kind,
    priority: dialogueOf(rendered, options)?.priority ?? 0,
    headline: clip(kind === 'call' ? title : rendered.headline),
    reason: reasonOf(rendered, options),
    // On the telephone the words themselves are what is said.
    say: kind === 'call' ? rendered.headline : rendered.body,
    know: rendered.know,
    answers: given
      .filter((answer) => answer !== cannot)
      .slice(0, answersMax)
      .map(answerOf),
    cannot: cannot === null ? null : { id: cannot.id, label: cannot.label },
  };
}

/** On the floor she hands it on where she can't; on the telephone it is an answer that nobody was there. */
function isReachable(kind: 'prompt' | 'call', answer: string): boolean {
  return answer !== notReached || kind === 'call';
}

function wordLetter(rendered: RenderedMessage, options: WordingOptions): Wording {
  return {
    kind: 'approval',
    priority: dialogueOf(rendered, options)?.priority ?? 0,
    headline: '',
    reason: { is: 'signature', zone: null },
    // The letter itself: its first line, and the rest.
    say: rendered.headline,
    know: rendered.body,
    answers: signatures.map((id) => ({ id, label: '', form: [] })),
    cannot: null,
  };
}

function answerOf({ id, label, form }: RenderedMessage['answers'][number]): HandheldTask['answers'][number] {
  return {
    id,
    label,
    form: form.map(({ name, kind, label, choices, choiceLabels }) => ({
      name,
      kind: kind === 'choice' || kind === 'number' ? kind : 'text',
      label,
      choices: [...choices],
      choiceLabels: [...choiceLabels],
    })),
  };
}

function dialogueOf({ dialogue }: RenderedMessage, { release }: WordingOptions) {
  return release.dialogues.find(({ name }) => name === dialogue);
}

const ofThisVisit: ReadonlySet<string> = new Set(['dwell', 'passing', 'visit', 'basket']);

function reasonOf(rendered: RenderedMessage, options: WordingOptions): HandheldTask['reason'] {
  const dialogue = dialogueOf(rendered, options);
  if (!dialogue) return { is: 'store', zone: null };
  const { reason, isLater, zone } = reasonFor(dialogue, rendered.step);
  if (isLater && ofThisVisit.has(reason)) return { is: 'earlier', zone: null };
  return { is: reason, zone: zone === null ? null : options.zoneName(zone) };
}

function clip(text: string): string {
  return text.length <= headlineMax ? text : `${text.slice(0, headlineMax - 1).trimEnd()}…`;
}
