/**
 * A day of the simulated store ends with the figures that an independent query of its journal comes to (issue 6): every
 * funnel, lift, the attention budget, the team's load and every play; and a miscount, planted in either, is noticed.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silences } from '@kairos/protocol/facts.ts';
import type { ManagerFigures, MediaFigures, Talk } from '@kairos/protocol/manager-figures.ts';
import { violations } from '@kairos/ui/test/look.ts';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCarts, demoStoreConfig } from '../demo-store.ts';
import { CountedDay, type DayFigures } from '../world/day-figures.ts';
import { runTrial, type Trial } from '../world/trial.ts';
import { readSet, readSetting } from '../world/try-draft.ts';
import { type Counts, type Recount, recountDay } from './day-recount.ts';
import { ManagerDesk } from './manager-desk.ts';

const library = fileURLToPath(new URL('../../dialogue/library', import.meta.url));
const news = fileURLToPath(new URL('../demo-store/news.yaml', import.meta.url));
const date = '2026-11-20';
const hourMs = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'kairos-figures-'));
const data = join(folder, 'store');
const setting = readSetting({ seed: 11, store: demoStoreConfig, from: date, news });
const { config } = setting;
const dialogues = readSet(library, config, () => undefined);
let release: Trial['release'];
/** Asked all day long, and at its end; and asked for the first time at its end. */
let running: CountedDay | null = null;
let fresh: CountedDay;
let askedInBetween = 0;
let counted: Recount;

beforeAll(async () => {
  mkdirSync(data);
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
  // A whole day on a machine that is busy with something else.
}, 300_000);

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
    expect(total(counted.media, /^cart-.* plays$/)).toBeGreaterThan(30);
  });

  it('counts every visit before a screen alike, also on a day when they play from morning to evening', () => {
    const busy = openCopy('busy', (journal) => plantPlays(journal, Object.keys(fresh.screens)));
    const media = recount(join(folder, 'busy')).media;
    expect(mediaCounts(busy.figures().media)).toEqual(media);
    const [plays, seen] = [total(media, /^screen-.* plays$/), total(media, /^screen-.* opportunities$/)];
    expect(plays).toBeGreaterThanOrEqual(playsPlanted);
    expect(seen).toBeGreaterThan(50);
    expect(seen).not.toBe(plays);
    busy.close();
  });

  it('comes to the same where somebody looked every hour, while it ran', () => {
    expect(askedInBetween).toBeGreaterThan(10);
    expect(toldBy((running as CountedDay).figures())).toEqual(toldBy(fresh.figures()));
  });

  it.each([
    ['a first paint', "text = 'message.shown'", 'funnels'],
    ['a customer who was left alone', `text = 'run.entered' AND rest LIKE '%true%' AND ${isOnly('thing')}`, 'lift'],
    ['a play', "text = 'screen.played' AND place IN (SELECT id FROM words WHERE text LIKE 'cart-%')", 'media'],
    ['a task', "text = 'task.done'", 'load'],
    ['a visit', `text = 'visit.opened' AND ${isOnly('ref')}`, 'attention'],
  ] as const)('control: %s that one of the two counts misses is noticed', (name, where, part) => {
    const short = openCopy(name.replaceAll(' ', '-'), (journal) => {
      const gone = journal
        .prepare(
          `DELETE FROM facts WHERE seq = (SELECT max(facts.seq) FROM facts JOIN words ON id = type WHERE ${where})`,
        )
        .run();
      expect(gone.changes).toBe(1);
    });
    expect(toldBy(short.figures())[part]).not.toEqual(counted[part]);
    short.close();
  });
});

describe('the manager’s pages on that day, in a real browser, on a real store', () => {
  const troubles: string[] = [];
  let desk: ManagerDesk;
  let page: Page;

  beforeAll(async () => {
    desk = new ManagerDesk({ folder: join(folder, 'desk'), data, dialogues });
    await desk.open();
    page = await (await desk.window(wide)).newPage();
    watch(page, troubles);
  });
  afterAll(() => desk?.close());

  it('tell the same figures in sentences, funnels and tables, a dialogue opened by a click', async () => {
    await showDay(page, `${desk.base}/manager/#/dialogues`);
    const { attention, dialogues: all } = fresh.figures().dialogues;
    await page.getByText(`${attention.visits} visits saw ${attention.messages} messages in the store`).waitFor();
    const one = all.reduce((best, other) => (other.shown > best.shown ? other : best));
    const row = page.locator('.dialogue-table tbody tr').first();
    expect(await row.locator('td.figures').allInnerTexts()).toEqual([
      String(one.entered),
      String(one.waiting),
      String(one.shown),
      expect.stringMatching(new RegExp(`^${one.answered} `)),
      String(one.reached),
      String(one.held.entered),
    ]);
    await lookOver(page, 'manager-dialogues');
    await row.getByRole('link').click();
    await page.locator('.detail-title').waitFor();
    const bars = await page.locator('.bars .bar').allInnerTexts();
    expect(bars.map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual(
      expect.arrayContaining([
        `entered ${one.entered}`,
        `messages seen ${one.shown}`,
        `ignored ${one.silences.ignored}`,
      ]),
    );
    await lookOver(page, 'manager-dialogue');
  });

  it('tell what the screens played, with the standard’s words', async () => {
    await showDay(page, `${desk.base}/manager/#/media`);
    const { rows } = fresh.figures().media;
    const onScreens = rows.filter(({ zone }) => zone !== null).reduce((sum, { plays }) => sum + plays, 0);
    await page.getByText(new RegExp(`^${onScreens} plays? on \\d+ screens? in zones gave`)).waitFor();
    await page.getByText('nobody knows who looked').waitFor();
    await lookOver(page, 'manager-media');
  });

  it('say so where there is nothing, and hand out files without a name or a formula in them', async () => {
    await showDay(page, `${desk.base}/manager/#/dialogues`, '2019-03-01');
    await page.getByText('Nobody has come in these days').waitFor();
    const from = `?from=${date}&to=${date}`;
    for (const table of ['dialogues', 'lift', 'load', 'media', 'messages', 'tasks', 'plays', 'days']) {
      const file = await page.request.get(`${desk.base}/api/manager/figures/${table}.csv${from}`);
      const text = await file.text();
      expect([table, file.status(), text.startsWith('\uFEFF'), text.endsWith('\r\n')]).toEqual([
        table,
        200,
        true,
        true,
      ]);
      const lines = text.trim().split('\r\n');
      expect(lines.length).toBeGreaterThan(1);
      if (table === 'messages') expect(lines.length - 1).toBe(total(counted.funnels, /^[^/#]* decided$/));
    }
    const asked = await page.request.get(`${desk.base}/api/manager/figures/media?from=2026-02-31`);
    expect(asked.status()).toBe(400);
    // From elsewhere nobody sees them without having signed in, and at this machine nobody saves a plan without it.
    const stranger = { headers: { host: 'store.example' } };
    expect((await fetchFrom(desk.base, '/api/manager/figures/dialogues', stranger)).status).toBe(401);
    expect((await fetchFrom(desk.base, '/api/manager/plan', { method: 'PUT' })).status).toBe(401);
  });

  it('fit a phone and a wall', async () => {
    for (const size of [
      { width: 360, height: 780 },
      { width: 1920, height: 1080 },
    ]) {
      await page.setViewportSize(size);
      for (const section of ['dialogues', 'media', 'plan']) {
        await page.goto(`${desk.base}/manager/#/${section}`);
        await page.locator('.section-title').waitFor();
        const beyond = 'document.documentElement.scrollWidth - innerWidth';
        expect([section, size.width, await page.evaluate(beyond)]).toEqual([section, size.width, 0]);
      }
    }
    await page.setViewportSize(wide);
  });

  it('let a floor plan be drawn, checked in place, saved beside the former, and put in force by a start', async () => {
    await page.goto(`${desk.base}/manager/#/plan`);
    await page.getByText('Every zone is covered').waitFor();
    const before = readFileSync(desk.plan, 'utf8');
    await page.getByLabel('Width, m').fill('60');
    await page.getByLabel('Width, m').press('Enter');
    const tool = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    await tool('Zone');
    for (const corner of [
      [40, 4],
      [50, 4],
      [50, 12],
      [40, 12],
      [40, 4],
    ] as const)
      await clickAt(page, corner);
    const uncovered = page.getByText('No beacon covers Zone 1');
    await uncovered.waitFor();
    await page.getByLabel('Name', { exact: true }).first().fill('Garden');
    await page.getByLabel('Name', { exact: true }).first().press('Enter');
    await page.getByText('No beacon covers Garden').waitFor();
    await lookOver(page, 'manager-plan');
    await tool('Beacon');
    await clickAt(page, [45, 8]);
    await page.getByText('No beacon covers').waitFor({ state: 'detached' });
    await page.getByLabel('Address').fill('a4c1380000ff');
    await page.getByLabel('Address').press('Enter');
    await page.getByText('Every zone is covered').waitFor();
    // One step back, and forth again: by keyboard.
    await page.locator('.plan-canvas').focus();
    await page.keyboard.press('Control+z');
    await page.getByText('This beacon has no address yet').waitFor();
    await page.keyboard.press('Control+Shift+z');
    await page.getByText('Every zone is covered').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const former = /the former plan is (floor-plan-before-[\d-]+\.yaml)/;
    const said = page.locator('.plan-said').filter({ hasText: former });
    await said.waitFor();
    const name = former.exec(await said.innerText())?.[1] ?? '';
    expect(readFileSync(join(folder, 'desk', name), 'utf8')).toBe(before);
    const zones = async (): Promise<string[]> => {
      const plan = (await (await fetch(`${desk.base}/api/floor-plan`)).json()) as { zones: { name: string }[] };
      return plan.zones.map((zone) => zone.name);
    };
    expect(await zones()).not.toContain('Garden');
    const audit = await page.request.get(`${desk.base}/api/audit`);
    expect(await audit.text()).toContain('floor-plan.saved');
    await page.close();
    await desk.restart();
    expect(await zones()).toContain('Garden');
  });

  it('let the keyboard draw alone, and save nothing that the store could not start with', async () => {
    page = await (await desk.window(wide)).newPage();
    watch(page, troubles);
    await page.goto(`${desk.base}/manager/#/plan`);
    await page.getByRole('button', { name: 'Till', exact: true }).press('Enter');
    const canvas = page.locator('.plan-canvas');
    await canvas.focus();
    for (const key of ['Shift+ArrowLeft', 'Shift+ArrowUp', 'ArrowUp', 'Enter']) await page.keyboard.press(key);
    expect(await page.getByLabel('Name in files').inputValue()).toBe('till-3');
    await page.keyboard.press('Control+z');
    await page.getByLabel('Name in files').waitFor({ state: 'detached' });
    // A dialogue speaks in the wine: without that zone the store would not start.
    await page.getByRole('button', { name: 'Select and move' }).click();
    await page.locator('.plan-things summary').first().click();
    await page.getByRole('button', { name: 'Suits', exact: true }).press('Enter');
    await page.getByLabel('Name in files').fill('tuxedos');
    await page.getByLabel('Name in files').press('Enter');
    const version = readFileSync(desk.plan, 'utf8');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The store could not start with this plan').waitFor();
    expect(await page.locator('.plan-remark-fault').count()).toBeGreaterThan(0);
    expect(readFileSync(desk.plan, 'utf8')).toBe(version);
  });

  it('take a picture to draw over, scaled by two points, and another store’s plan to begin with', async () => {
    await page.goto('about:blank');
    await page.goto(`${desk.base}/manager/#/plan`);
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="400" height="200" fill="#ddd"/></svg>`;
    const file = { name: 'store.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(picture) };
    await page.locator('input[type=file]').first().setInputFiles(file);
    const image = page.locator('.plan-canvas image');
    await image.waitFor();
    const width = Number(await image.getAttribute('width'));
    await clickAt(page, [10, 10]);
    await clickAt(page, [20, 10]);
    await page.getByLabel('How far apart').fill('5');
    await page.getByLabel('How far apart').press('Enter');
    await page.getByRole('button', { name: 'Scale the picture' }).click();
    await expect.poll(async () => Number(await image.getAttribute('width')) / width).toBeCloseTo(0.5, 1);
    const other =
      'name: Other\nwidth: 12\nheight: 8\nzones: [{ id: hall, name: Hall, polygon: [[0, 0], [12, 0], [12, 8], [0, 8]] }]\nanchors: [{ address: bbbbbbbbbb01, at: [6, 4, 3] }]\n';
    await page
      .locator('input[type=file]')
      .nth(1)
      .setInputFiles({ name: 'other.yaml', mimeType: 'text/yaml', buffer: Buffer.from(other) });
    await page.getByText('This beacon has no address yet').waitFor();
    expect(await page.getByLabel('Width, m').inputValue()).toBe('12');
    expect(troubles).toEqual([]);
  });
});

/** `fetch` lets nobody choose the name that a server is asked by. */
function fetchFrom(base: string, path: string, options: RequestOptions): Promise<{ status: number | undefined }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${base}${path}`, options, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode });
    });
    asked.once('error', reject);
    asked.end();
  });
}

const wide = { width: 1440, height: 900 };

function watch(page: Page, troubles: string[]): void {
  // What the store refuses is said on the page; the browser notes each such answer as well.
  page.on('console', (message) => {
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
}

async function showDay(page: Page, address: string, day = date): Promise<void> {
  await page.goto('about:blank');
  await page.goto(address);
  await page.getByLabel('First day').fill(day);
  await page.getByLabel('Last day').fill(day);
  await page.getByLabel('First day').fill(day);
}

/** Metres of the plan. */
async function clickAt(page: Page, [x, y]: readonly [number, number]): Promise<void> {
  const at = await page.locator('.plan-canvas svg.floor-plan').evaluate(
    (svg, [mx, my]) => {
      const point = new DOMPoint(mx, my).matrixTransform((svg as SVGSVGElement).getScreenCTM() ?? undefined);
      return [point.x, point.y];
    },
    [x, y] as [number, number],
  );
  await page.mouse.click(at[0] as number, at[1] as number);
}

/** axe finds nothing, light or dark; KAIROS_SCREENSHOTS=1 draws the documentation's pictures anew. */
async function lookOver(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
    if (process.env.KAIROS_SCREENSHOTS !== '1') continue;
    const picture = `${name}-1440x900${colorScheme === 'dark' ? '-dark' : ''}.png`;
    await page.screenshot({ path: join(import.meta.dirname, '../../docs/screenshots', picture) });
  }
}

const playsPlanted = 120;

/** A message on one screen after the other, each for five minutes, from nine in the morning on. */
function plantPlays(journal: Database.Database, screens: readonly string[]): void {
  const word = (text: string): number => {
    const find = journal.prepare('SELECT id FROM words WHERE text = ?').pluck();
    if (find.get(text) === undefined) journal.prepare('INSERT INTO words (text) VALUES (?)').run(text);
    return find.get(text) as number;
  };
  const said = journal.prepare(
    `SELECT ref FROM facts JOIN words type ON type.id = type JOIN words channel ON channel.id = json_extract(rest, '$[2]')
     WHERE type.text = 'message.decided' AND channel.text = 'cart' LIMIT 20`,
  );
  const messages = said.pluck().all() as string[];
  const play = journal.prepare(
    'INSERT INTO facts (seq, type, at, late, place, ref, amount) SELECT max(seq) + 1, ?, ?, 0, ?, ?, 300000 FROM facts',
  );
  for (let count = 0; count < playsPlanted; count += 1) {
    const at = fresh.range.from + 9 * hourMs + count * 240_000;
    const screen = screens[count % screens.length] as string;
    play.run(word('screen.played'), at, word(screen), messages[count % messages.length]);
  }
}

/** No other fact of its type and subject has this. */
function isOnly(column: string): string {
  return `NOT EXISTS (SELECT 1 FROM facts other WHERE other.type = facts.type AND other.subject = facts.subject
    AND other.${column} = facts.${column} AND other.seq <> facts.seq)`;
}

function recount(from = data): Recount {
  const wanted = release.dialogues.flatMap(({ name, steps }) =>
    Object.entries(steps).flatMap(([step, body]) =>
      body.verb === 'say'
        ? body.answers.filter(({ positive }) => positive).map((one) => `${name}/${step}/${one.name}`)
        : [],
    ),
  );
  return recountDay({ data: from, ...fresh.range, offsetMs: hourMs, wanted, screens: fresh.screens });
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
