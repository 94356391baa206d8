/** A whole day of all dialogues of the library in the demo store, on one thread: what Kairos promises about speaking holds. */
import { fileURLToPath } from 'node:url';
import type { Fact } from '@kairos/protocol/facts.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { demoCarts, demoStoreConfig } from '../demo-store.ts';
import { runTrial, type Trial } from '../world/trial.ts';
import { readSet, readSetting } from '../world/try-draft.ts';
import { audit, type Bounds } from './trace-audit.ts';

const library = fileURLToPath(new URL('../../dialogue/library', import.meta.url));
const news = fileURLToPath(new URL('../demo-store/news.yaml', import.meta.url));
const dayMs = 86_400_000;
/** As the library's house declares them; the auditor is told by hand, so that a slip in the house is seen as well. */
const declared = { perVisit: 3, refill: 1, gapMs: 90_000, cap: 6, capMs: 30 * dayMs };

interface Day {
  readonly trial: Trial;
  readonly facts: readonly Fact[];
}

async function playDay(seed: number, change: (house: string) => string = (house) => house): Promise<Day> {
  const setting = readSetting({ seed, store: demoStoreConfig, from: '2026-11-23', news });
  const files = readSet(library, setting.config, () => undefined);
  const facts: Fact[] = [];
  const trial = await runTrial({
    ...setting,
    dialogues: files.map((file) => (file.path === 'house.yaml' ? { ...file, text: change(file.text) } : file)),
    seed,
    days: 1,
    carts: demoCarts(12),
    associates: 3,
    pastDays: 60,
    onFacts: (recorded) => facts.push(...recorded),
  });
  return { trial, facts };
}

function boundsOf({ release }: Trial): Bounds {
  const positive = new Set(
    release.dialogues.flatMap(({ name, steps }) =>
      Object.entries(steps).flatMap(([step, body]) =>
        body.verb !== 'say'
          ? []
          : body.answers.filter((answer) => answer.positive).map((answer) => `${name}/${step}/${answer.name}`),
      ),
    ),
  );
  return { ...declared, isPositive: (dialogue, step, answer) => positive.has(`${dialogue}/${step}/${answer}`) };
}

describe('a day of the 24 dialogues of the library', () => {
  let day: Day;
  beforeAll(async () => {
    day = await playDay(11);
  });

  it('is a day: visits, messages on several channels, answers, silences, tasks, holdouts, and no mishap', () => {
    const { trial, facts } = day;
    const count = (type: string): number => facts.filter((fact) => fact.type === type).length;
    expect(trial.release.dialogues).toHaveLength(24);
    expect(trial.failures).toBe(0);
    expect([...trial.refused.keys()]).toEqual(['check-digit']);
    expect(count('visit.opened')).toBeGreaterThan(100);
    expect(count('message.decided')).toBeGreaterThan(80);
    expect(count('message.answered')).toBeGreaterThan(30);
    expect(count('message.silent')).toBeGreaterThan(30);
    expect(count('task.claimed')).toBeGreaterThan(0);
    const channels = new Set(facts.flatMap((fact) => (fact.type === 'message.decided' ? [fact.body.channel] : [])));
    expect([...channels]).toEqual(expect.arrayContaining(['cart', 'email', 'handheld']));
  });

  it('keeps one voice, budgets, gaps, deadlines, holdouts and timers', () => {
    const { violations, asked } = audit(day.facts, boundsOf(day.trial));
    expect(violations).toEqual([]);
    expect(Math.min(...Object.values(asked))).toBeGreaterThan(50);
  });

  it('is the same day for the same seed, fact by fact; and the count of it is what the facts say', async () => {
    const again = await playDay(11);
    expect(again.facts.length).toBe(day.facts.length);
    expect(JSON.stringify(again.facts)).toBe(JSON.stringify(day.facts));
    const { tally } = day.trial;
    expect(tally.said.length).toBe(day.facts.filter(({ type }) => type === 'message.decided').length);
    const reached = [...tally.dialogues.values()].reduce(
      (sum, { objectives }) => sum + objectives.let + objectives.held,
      0,
    );
    expect(reached).toBe(day.facts.filter(({ type }) => type === 'objective.reached').length);
  });

  it('keeps a tight budget as well: one message a visit, and no yes brings another', async () => {
    const tight = await playDay(11, (house) =>
      house.replace('perVisit: 3', 'perVisit: 1').replace('refill: 1', 'refill: 0'),
    );
    const bounds = { perVisit: 1, refill: 0 };
    expect(audit(tight.facts, { ...boundsOf(tight.trial), ...bounds }).violations).toEqual([]);
    expect(tight.trial.tally.visits.stoppedBy('budget')).toBeGreaterThan(0);
    // Control: the day under the looser house breaks this bound, and the auditor sees it.
    const { violations } = audit(day.facts, { ...boundsOf(day.trial), ...bounds });
    expect(violations.filter((text) => text.includes('beyond the budget')).length).toBeGreaterThan(0);
  });

  it('control: with a house that asks for no gap and has no cap, the auditor finds both broken', async () => {
    const loose = await playDay(11, (house) =>
      house
        .replace('gap: 90s', 'gap: 1s')
        .replace('cap: 6 per 30d', 'cap: 400 per 30d')
        .replace(/messages: \d+ per \d+d/g, 'messages: 400 per 30d'),
    );
    const { violations } = audit(loose.facts, { ...boundsOf(loose.trial), cap: 2 });
    expect(violations.filter((text) => text.includes('no gap')).length).toBeGreaterThan(0);
    expect(violations.filter((text) => text.includes('beyond the cap')).length).toBeGreaterThan(0);
  });

  it('control: each broken promise is found in a day that was tampered with', () => {
    const found = (facts: readonly Fact[]): readonly string[] => audit(facts, boundsOf(day.trial)).violations;
    const decided = day.facts.findIndex((fact) => fact.type === 'message.decided' && fact.body.channel === 'cart');
    const first = day.facts[decided] as Fact & { type: 'message.decided' };
    const twin = { ...first, body: { ...first.body, message: `${first.body.message}x` } } as Fact;
    expect(found([...day.facts.slice(0, decided + 1), twin])).toEqual([
      expect.stringMatching(/speak to \d+ at once/),
      expect.stringMatching(/speaks on cart/),
    ]);
    const shown = {
      ...first,
      type: 'message.shown',
      at: first.body.validUntil + 1,
      body: { message: first.body.message, screen: 'cart-01' },
    };
    expect(found([first, shown as Fact])).toEqual([expect.stringMatching(/after its deadline/)]);
    const held = {
      ...first,
      type: 'run.entered',
      body: { run: first.body.run, dialogue: 'x', release: 1, held: true, entry: {} },
    };
    expect(found([held as Fact, first])).toEqual([expect.stringMatching(/does not keep still/)]);
  });
});
