/**
 * What she was told before, as the associate at the till may know it: the newest messages that were shown to her, with
 * what she answered. In this visit; before it only where she is surely herself (DESIGN section 7). The words are
 * rendered again from what the journal knows, and what staff may not see is passed over by the engine.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import { type ToldBefore, toldMax } from '@kairos/protocol/prompt-events.ts';
import type { Journal } from '../journal/journal.ts';
import type { Visit } from '../visits/visit.ts';

/** Facts of hers that are looked through, newest first. */
const factsMax = 400;
const types = [
  'run.entered',
  'message.decided',
  'message.shown',
  'message.answered',
  'call.logged',
  'email.sent',
  'mail.printed',
];

export interface ToldBeforeOptions {
  readonly journal: Pick<Journal, 'facts' | 'committed'>;
  readonly engine: Pick<Engine, 'retell'>;
  /** Brings what is known of her into memory. */
  readonly wake: (subject: number) => void;
}

export async function toldBefore(
  { subject, strength, openedAt }: Visit,
  locale: string,
  { journal, engine, wake }: ToldBeforeOptions,
): Promise<ToldBefore[]> {
  // What she has just been told is on its way to the disk.
  await journal.committed();
  const sinceMs = strength === 'strong' ? {} : { sinceMs: openedAt };
  const facts = await journal.facts({ subject, types, limit: factsMax, newestFirst: true, ...sinceMs });
  const { runs, shown, answers } = sorted(facts);
  wake(subject);
  const told: ToldBefore[] = [];
  for (const fact of facts) {
    if (fact.type !== 'message.decided' || !shown.has(fact.body.message)) continue;
    const { message, run, dialogue, step, channel } = fact.body;
    const entered = runs.get(run);
    const said = { dialogue, step, channel, release: entered?.release ?? 0, entry: entered?.entry ?? {} };
    const retold = engine.retell(subject, said, locale);
    if (retold === null || retold.headline === '') continue;
    told.push({
      headline: retold.headline,
      at: fact.at,
      channel,
      answer: retold.answers[answers.get(message) ?? ''] ?? null,
    });
    if (told.length === toldMax) break;
  }
  return told;
}

interface Sorted {
  readonly runs: ReadonlyMap<string, FactBody<'run.entered'>>;
  /** Messages that reached her. */
  readonly shown: ReadonlySet<string>;
  readonly answers: ReadonlyMap<string, string>;
}

function sorted(facts: readonly Fact[]): Sorted {
  const runs = new Map<string, FactBody<'run.entered'>>();
  const shown = new Set<string>();
  const answers = new Map<string, string>();
  for (const fact of facts) {
    if (fact.type === 'run.entered') runs.set(fact.body.run, fact.body);
    else if (fact.type === 'message.answered' || fact.type === 'call.logged') {
      shown.add(fact.body.message);
      answers.set(fact.body.message, fact.body.answer);
    } else if (fact.type === 'message.shown' || fact.type === 'email.sent' || fact.type === 'mail.printed')
      shown.add(fact.body.message);
  }
  return { runs, shown, answers };
}
