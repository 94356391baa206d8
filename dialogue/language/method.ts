/**
 * The checker teaches the method (DESIGN section 4): what runs without a fault, and is no dialogue all the same. Every
 * message asks something, every answer and every silence leads on, and what it is good for is measured.
 */
import type { Channel } from '@kairos/protocol/facts.ts';
import type { CompiledDialogue } from '../compiled.ts';
import type { EntryPlan } from './entry-reader.ts';
import type { Fields } from './node-reader.ts';
import type { Place, ProblemList } from './problem.ts';
import type { SayDraft } from './say-reader.ts';
import type { StepDraft } from './step-reader.ts';
import { listed } from './suggest.ts';
import { inStoreChannels, type SurfaceDraft } from './surface-reader.ts';

export interface MethodView {
  readonly fields: Fields;
  readonly drafts: readonly StepDraft[];
  readonly enter: readonly EntryPlan[];
  readonly type: CompiledDialogue['type'];
}

const staffAnswersMax = 3;
/** What would have to go again at once is not begun (the engine's `shownMinMs`). */
const shownMinMs = 5_000;

export function warnOfMethod({ fields, drafts }: MethodView, problems: ProblemList): void {
  const at = fields.get('dialogue')?.at ?? { start: 0, end: 1 };
  if (!fields.has('objective')) {
    problems.warn(
      'no-objective',
      at,
      'nothing says what this dialogue is good for',
      'objective: { on: sale, within: 30d, value: 40 }',
    );
  }
  if (!fields.has('holdout')) {
    problems.warn(
      'no-holdout',
      at,
      'nobody is held out, so nobody will know whether it works',
      'holdout: 10%, or holdout: none',
    );
  }
  for (const draft of drafts) if (draft.say !== null) warnOfMessage(draft.name, draft.say, problems);
}

function warnOfMessage(step: string, say: SayDraft, problems: ProblemList): void {
  if (say.answers.length === 0) {
    problems.warn(
      'no-call-to-action',
      say.at,
      `the message "${step}" asks for nothing`,
      'add answers: with what she can say, or do',
    );
  }
  for (const { at, answer, hasThen } of say.answers) {
    if (hasThen && !(answer.positive && answer.then === 'end' && answer.on === null)) continue;
    const message = hasThen
      ? `the answer "${answer.name}" is a yes, and nothing follows it`
      : `nothing says what follows the answer "${answer.name}"`;
    const way = hasThen
      ? 'then: with a step that takes her up on it; or positive: false, if it is no yes'
      : 'then: with a step, or then: end';
    problems.warn('answer-leads-nowhere', at, message, way);
  }
  warnOfSilence(step, say, problems);
  const { validFor, surfaces } = say.plan;
  const isOfStore = surfaces.some(({ channel }) => inStoreChannels.includes(channel) || channel === 'receipt');
  if (isOfStore && 'ms' in validFor && validFor.ms < shownMinMs) {
    const message = `the message "${step}" is never said in the store: ${validFor.ms / 1000} seconds are too few to be read`;
    problems.warn('never-said', say.at, message, `validFor: ${shownMinMs / 1000}s at least; unless said, half an hour`);
  }
  for (const surface of say.surfaces) warnOfLength(surface, problems);
  const staffed = say.surfaces.some(({ surface }) => surface.channel === 'pos' || surface.channel === 'handheld');
  const labelled = say.answers.filter(({ answer }) => answer.label !== null).length;
  if (staffed && labelled > staffAnswersMax) {
    problems.warn(
      'too-many-answers',
      say.at,
      `an associate is given ${labelled} answers to choose from`,
      `at most ${staffAnswersMax}`,
    );
  }
}

function warnOfSilence(step: string, say: SayDraft, problems: ProblemList): void {
  const inStore = say.surfaces.some(({ surface }) => inStoreChannels.includes(surface.channel));
  const wanted = ['never-shown', 'ignored', ...(inStore ? ['walked-away'] : []), 'acted-elsewhere'];
  const missing = wanted.filter((silence) => !say.silences.has(silence));
  if (missing.length > 0 && say.surfaces.length > 0) {
    const message = `nothing says what follows "${step}" when it is ${listed(missing)}`;
    problems.warn(
      'silence-unhandled',
      say.at,
      message,
      `silence: { ${missing.map((name) => `${name}: end`).join(', ')} }`,
    );
  }
  const walked = say.silences.get('walked-away');
  if (walked !== undefined && !inStore && say.surfaces.length > 0) {
    const channel = say.surfaces[0]?.surface.channel ?? 'mail';
    problems.warn(
      'walked-away-by-mail',
      walked,
      `nobody walks away from a message by ${channel}`,
      'ignored: says what follows a letter without an answer',
    );
  }
}

/** What a person takes in at a glance, on each surface. */
const limits: Readonly<Partial<Record<Channel, { readonly words?: number; readonly characters?: number }>>> = {
  cart: { words: 10 },
  screen: { words: 8 },
  handheld: { characters: 40 },
};

function warnOfLength({ surface, textAt }: SurfaceDraft, problems: ProblemList): void {
  const limit = limits[surface.channel];
  if (limit === undefined) return;
  for (const [locale, text] of Object.entries(surface.text.$text.byLocale)) {
    const fault = faultOfLength(text, limit);
    if (fault !== null) warnTooLong(surface.channel, locale, fault, textAt, problems);
  }
}

function warnTooLong(channel: Channel, locale: string, fault: string, at: Place, problems: ProblemList): void {
  problems.warn(
    'text-too-long',
    at,
    `the words for "${channel}" in "${locale}" are too long: ${fault}`,
    'say the rest in body:, or leave it out',
  );
}

/** A value counts as one word, and as a name's length. */
function faultOfLength(text: string, limit: { readonly words?: number; readonly characters?: number }): string | null {
  const plain = text
    .replace(/\{\{.*?\}\}/gs, 'Seraphina')
    .replace(/\{%.*?%\}/gs, '')
    .trim();
  const words = plain.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  if (limit.words !== undefined && words > limit.words) return `${words} words, at most ${limit.words} are read`;
  if (limit.characters === undefined || plain.length <= limit.characters) return null;
  return `${plain.length} characters, at most ${limit.characters} fit`;
}
