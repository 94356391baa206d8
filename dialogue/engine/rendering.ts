/**
 * A message as its surface needs it, in the reader's language. Rendered when asked for and never kept: texts hold
 * what the journal must not.
 */
import type { CompiledAnswer, CompiledSay, CompiledSurface } from '../compiled.ts';
import { maySay } from '../moment/privacy.ts';
import type { RenderedMessage, RetoldMessage, SaidMessage } from './engine.ts';
import { notReached } from './fold-message.ts';
import { sayOf } from './plan.ts';
import { messageIdOf, runOfMessage } from './runs.ts';
import { surfaceOf } from './silence.ts';
import type { Subject } from './subject.ts';
import type { RunState } from './subject-state.ts';
import type { World } from './world.ts';

const headlineMax = 200;
/** An associate reads it in passing (DESIGN section 5). */
const staffHeadlineMax = 40;
const bodyMax = 500;
const answersMax = 4;
const staffAnswersMax = 3;
/** An associate may always say no: then it counts as never said. By language; else in English. */
const cannotNow: Readonly<Record<string, string>> = {
  en: "Can't now",
  de: 'Jetzt nicht',
  es: 'Ahora no',
  fr: 'Pas maintenant',
  it: 'Non adesso',
};

export function renderMessage(
  world: World,
  subject: Subject,
  id: string,
  locale = subject.person?.locale ?? world.house.defaultLocale,
): RenderedMessage | null {
  const run = runOfMessage(subject, id) ?? runToSign(subject, id);
  const say = run && sayOf(world.planOf(run), run.step);
  const surface = say && (run.message ? surfaceOf(say, run.message) : surfaceToSign(say));
  if (!run || !surface) return null;
  const scope = world.lookAtRun(subject, run, null);
  const isStaff = surface.channel === 'handheld' || surface.channel === 'pos';
  const answers = say.answers.filter(({ label, on }) => label !== null && on === null);
  return {
    message: id,
    dialogue: run.dialogue,
    step: run.step,
    headline: clip(surface.text(scope, locale), surface.channel === 'handheld' ? staffHeadlineMax : headlineMax),
    body: clip(surface.body?.(scope, locale) ?? '', bodyMax),
    know: clip(surface.know?.(scope, locale) ?? '', bodyMax),
    answers: [
      ...answers.slice(0, isStaff ? staffAnswersMax : answersMax).map((answer) => ({
        id: answer.name,
        label: clip(labelOf(answer)(scope, locale), 80),
        form: answer.form.map(({ name, kind, choices, label, choiceLabels }) => ({
          name,
          kind,
          label: clip(label?.(scope, locale) ?? '', 80),
          choices,
          choiceLabels: choices.map((_, index) => clip(choiceLabels?.[index]?.(scope, locale) ?? '', 80)),
        })),
      })),
      ...(isStaff && answers.every(({ positive }) => positive) ? [refusalIn(locale)] : []),
    ],
    validUntil: run.message?.validUntil ?? run.until,
    zone: zoneOf(surface),
    channel: surface.channel,
    priority: world.planOf(run)?.dialogue.priority ?? 0,
    to: surface.to,
  };
}

/** Said before, on whatever channel, and read now by staff: what may not be on a staff surface is passed over. */
export function retellMessage(world: World, subject: Subject, said: SaidMessage, locale: string): RetoldMessage | null {
  const plan = world.planOf(said);
  const say = sayOf(plan, said.step);
  const surface = say?.surfaces.find(({ channel }) => channel === said.channel);
  if (!plan || !say || !surface || !maySay({ ...surface, channel: 'handheld' }, subject)) return null;
  const scope = world.look(subject, null);
  scope.measures = plan.measures;
  scope.enterRun(said);
  const answers = say.answers.map((answer) => [answer.name, clip(labelOf(answer)(scope, locale), 80)]);
  return { headline: clip(surface.text(scope, locale), headlineMax), answers: Object.fromEntries(answers) };
}

/** It waits for a signature: whoever signs reads what would go out. */
function runToSign({ state }: Subject, id: string): RunState | null {
  return state.runs.find((run) => run.task?.kind === 'approval' && messageIdOf(run) === id) ?? null;
}

function surfaceToSign({ surfaces }: CompiledSay): CompiledSurface | null {
  return surfaces.find(({ approve }) => approve !== null) ?? null;
}

function labelOf({ name, label }: CompiledAnswer): NonNullable<CompiledAnswer['label']> {
  return label ?? (() => name);
}

function refusalIn(locale: string): RenderedMessage['answers'][number] {
  const label = cannotNow[locale.split('-')[0] ?? ''] ?? (cannotNow.en as string);
  return { id: notReached, label, form: [] };
}

/** Where a map would lead to: the one place that the message is about. */
function zoneOf({ zones }: CompiledSurface): string | null {
  return Array.isArray(zones) && zones.length === 1 ? (zones[0] as string) : null;
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}
