/**
 * A day of the simulated store ends with the figures that an independent query of its journal comes to (issue 6): every
 * funnel, lift, the attention budget, the team's load and every play; and a miscount, planted in either, is noticed.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silences } from '@kairos/protocol/facts.ts';
import type { ManagerFigures, MediaFigures, Talk } from '@kairos/protocol/manager-figures.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCarts, demoStoreConfig } from '../demo-store.ts';
import { CountedDay, type DayFigures } from '../world/day-figures.ts';
import { runTrial, type Trial } from '../world/trial.ts';
import { readSet, readSetting } from '../world/try-draft.ts';
import { type Counts, type Recount, recountDay } from './day-recount.ts';

const library = fileURLToPath(new URL('../../dialogue/library', import.meta.url));
const news = fileURLToPath(new URL('../demo-store/news.yaml', import.meta.url));
const date = '2026-11-23';
const hourMs = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'kairos-figures-'));
const data = join(folder, 'store');
const setting = readSetting({ seed: 11, store: demoStoreConfig, from: date, news });
const { config } = setting;
let release: Trial['release'];
/** Asked all day long, and at its end; and asked for the first time at its end. */
let running: CountedDay | null = null;
let fresh: CountedDay;
let askedInBetween = 0;
let counted: Recount;

beforeAll(async () => {
  mkdirSync(data);
  const dialogues = readSet(library, config, () => undefined);
  const trial = await runTrial({
    ...setting,
    dialogues,
    seed: 11,
    days: 1,
    carts: demoCarts(12),
    associates: 3,
    pastDays: 30,
    keep: data,
    onPause: ({ worldMs }) => {
      if (worldMs % hourMs !== 0) return undefined;
      running ??= new CountedDay({ config, data, date });
      askedInBetween += running.figures().dialogues.attention.visits > 0 ? 1 : 0;
      return undefined;
    },
  });
  release = trial.release;
  fresh = openCopy('fresh');
  counted = recount();
});

afterAll(() => {
  running?.close();
  fresh?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The same store's data without its side table. */
function openCopy(name: string, change: (journal: Database.Database) => void = () => undefined): CountedDay {
  const copy = join(folder, name);
  mkdirSync(join(copy, 'releases'), { recursive: true });
  // With what stands in its log: somebody who reads keeps that from being written back.
  const whole = new Database(join(data, 'journal.db'), { readonly: true });
  whole.prepare('VACUUM INTO ?').run(join(copy, 'journal.db'));
  whole.close();
  copyFileSync(join(data, 'releases/1.json'), join(copy, 'releases/1.json'));
  const journal = new Database(join(copy, 'journal.db'));
  change(journal);
  journal.close();
  return new CountedDay({ config, data: copy, date });
}

describe('a day of the simulated store', () => {
  it('ends with funnels, lift, attention, load and plays that a query of the journal comes to as well', () => {
    const told = toldBy(fresh.figures());
    expect(told).toEqual(counted);
    // A comparison of nothing passes everything.
    expect(total(counted.funnels, / held entered$/)).toBeGreaterThan(5);
    expect(total(counted.funnels, /#.* entered$/)).toBeGreaterThan(0);
    for (const silence of silences) {
      expect([silence, total(counted.funnels, new RegExp(`^[^/#]* silence ${silence}$`))]).not.toEqual([silence, 0]);
    }
    expect(total(counted.lift, / held customers$/)).toBeGreaterThan(5);
    expect(total(counted.lift, / spent$/)).toBeGreaterThan(1_000);
    expect(Object.keys(counted.attention)).toEqual(expect.arrayContaining(['visits', 'messages', 'spent', 'refilled']));
    expect(total(counted.load, /^claimed$/)).toBeGreaterThan(0);
    expect(total(counted.media, /^screen-.* opportunities$/)).toBeGreaterThan(0);
    expect(total(counted.media, /^cart-.* plays$/)).toBeGreaterThan(30);
  });

  it('comes to the same where somebody looked every hour, while it ran', () => {
    expect(askedInBetween).toBeGreaterThan(10);
    expect(toldBy((running as CountedDay).figures())).toEqual(toldBy(fresh.figures()));
  });

  it.each([
    ['a first paint', "type = (SELECT id FROM words WHERE text = 'message.shown')", 'funnels'],
    [
      'a held-out customer',
      "seq = (SELECT min(facts.seq) FROM facts JOIN words ON id = type WHERE text = 'run.entered' AND rest LIKE '%true%')",
      'lift',
    ],
    ['a play', "type = (SELECT id FROM words WHERE text = 'screen.played')", 'media'],
    ['a claim', "type IN (SELECT id FROM words WHERE text IN ('task.claimed', 'task.done'))", 'load'],
    [
      'a visit',
      "seq = (SELECT max(facts.seq) FROM facts JOIN words ON id = type WHERE text = 'visit.opened')",
      'attention',
    ],
  ] as const)('control: %s that one of the two counts misses is noticed', (name, where, part) => {
    const short = openCopy(name.replaceAll(' ', '-'), (journal) => {
      const gone = journal.prepare(`DELETE FROM facts WHERE seq = (SELECT max(seq) FROM facts WHERE ${where})`).run();
      expect(gone.changes).toBe(1);
    });
    expect(toldBy(short.figures())[part]).not.toEqual(counted[part]);
    short.close();
  });
});

function recount(): Recount {
  const wanted = release.dialogues.flatMap(({ name, steps }) =>
    Object.entries(steps).flatMap(([step, body]) =>
      body.verb === 'say'
        ? body.answers.filter(({ positive }) => positive).map((one) => `${name}/${step}/${one.name}`)
        : [],
    ),
  );
  return recountDay({ data, ...fresh.range, offsetMs: hourMs, wanted, screens: fresh.screens });
}

function total(counts: Counts, key: RegExp): number {
  return Object.entries(counts).reduce((sum, [name, count]) => (key.test(name) ? sum + (count ?? 0) : sum), 0);
}

/** The store's own figures, each under the name that the recount gives it. */
function toldBy({ dialogues, media }: DayFigures): Recount {
  return {
    funnels: funnelCounts(dialogues),
    lift: liftCounts(dialogues),
    attention: attentionCounts(dialogues),
    load: loadCounts(dialogues),
    media: mediaCounts(media),
  };
}

/** Nothing is told apart from none. */
function filled(entries: readonly (readonly [string, number | null])[]): Counts {
  return Object.fromEntries(entries.filter(([, count]) => count !== 0));
}

function talkCounts(place: string, { decided, shown, answers, silences: silent }: Talk): [string, number][] {
  return [
    [`${place} decided`, decided],
    [`${place} shown`, shown],
    ...answers.map(({ answer, count }): [string, number] => [`${place} answer ${answer}`, count]),
    ...silences.map((silence): [string, number] => [`${place} silence ${silence}`, silent[silence]]),
  ];
}

function funnelCounts({ dialogues }: ManagerFigures): Counts {
  return filled(
    dialogues.flatMap(({ dialogue, entered, waiting, reached, value, held, steps, variants, ...talk }) => [
      [`${dialogue} entered`, entered] as const,
      [`${dialogue} waiting`, waiting] as const,
      [`${dialogue} reached`, reached] as const,
      [`${dialogue} value`, value] as const,
      [`${dialogue} held entered`, held.entered] as const,
      [`${dialogue} held waiting`, held.waiting] as const,
      [`${dialogue} held reached`, held.reached] as const,
      ...talkCounts(dialogue, talk),
      ...steps.flatMap((step) => [
        [`${dialogue}/${step.step} waiting`, step.waiting] as const,
        ...talkCounts(`${dialogue}/${step.step}`, step),
      ]),
      ...variants.flatMap((variant) => [
        [`${dialogue}#${variant.variant} entered`, variant.entered] as const,
        ...talkCounts(`${dialogue}#${variant.variant}`, variant),
      ]),
    ]),
  );
}

function liftCounts({ dialogues }: ManagerFigures): Counts {
  const rounded = (value: number): number => Math.round(value * 1e9) / 1e9;
  return Object.fromEntries(
    dialogues.flatMap(({ dialogue, lift: { spoken, held, goal } }) => [
      ...(['spoken', 'held'] as const).flatMap((name) => {
        const side = name === 'spoken' ? spoken : held;
        return side.customers === 0
          ? []
          : ([
              [`${dialogue} ${name} customers`, side.customers],
              [`${dialogue} ${name} reached`, side.reached],
              [`${dialogue} ${name} spent`, side.spent],
            ] as const);
      }),
      ...(goal
        ? [[`${dialogue} low`, rounded(goal.low)] as const, [`${dialogue} high`, rounded(goal.high)] as const]
        : []),
    ]),
  );
}

function attentionCounts({
  attention: { visits, messages, visitsByMessages, spent, refilled },
}: ManagerFigures): Counts {
  const byMessages = visitsByMessages.map((count, place) => [`with ${place}`, count] as const);
  return filled([['visits', visits], ['messages', messages], ['spent', spent], ['refilled', refilled], ...byMessages]);
}

function loadCounts({ load }: ManagerFigures): Counts {
  return {
    offered: load.offered,
    claimed: load.claimed,
    done: load.done,
    unclaimed: load.unclaimed,
    p50: load.claimP50Ms,
    p90: load.claimP90Ms,
    ...Object.fromEntries(load.byRole.map(({ role, offered }) => [`role ${role}`, offered])),
    ...Object.fromEntries(load.byHour.map(({ hour, offered }) => [`hour ${hour}`, offered])),
  };
}

function mediaCounts({ rows }: MediaFigures): Counts {
  return Object.fromEntries(
    rows.flatMap(({ screen, dialogue, step, hour, plays, playedMs, opportunities, dwellMs }) => {
      const key = `${screen} ${dialogue}/${step} ${hour}`;
      return [
        [`${key} plays`, plays],
        [`${key} ms`, playedMs],
        [`${key} opportunities`, opportunities],
        [`${key} dwell`, dwellMs],
      ];
    }),
  );
}
