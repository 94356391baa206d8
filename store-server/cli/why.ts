/**
 * `npm run why -- --data DIR …`: why what was said was said, from a store's journal, beside the running store or after
 * it; or, with `--live URL`, from the memory of a running store on this machine, where the decisions not to speak stand
 * as well. It reads and changes nothing. A loyalty number is turned into the store's own number and never printed.
 */
import { get } from 'node:http';
import { join } from 'node:path';
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import type { Verdict } from '@kairos/dialogue/engine/engine.ts';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import { fromIso } from '@kairos/protocol/time.ts';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { faultsText, loadConfig } from '../config.ts';
import { liveVerdictsMax, type WhyAnswer, type WhyStore } from '../http/why-route.ts';
import { type JournalView, openJournalView } from '../journal/journal-view.ts';
import { PauseBook, type PauseThen } from '../manager/pause-book.ts';
import { ReleaseShelf } from '../releases/release-shelf.ts';
import { readStoreCard, type StoreCard } from '../store-card.ts';
import { type DecisionStory, decisionStories } from '../why/decision-story.ts';
import { pauseWords } from '../why/pause-words.ts';
import { reasonLine } from '../why/shopper-reason.ts';
import { dayAndTime, storyText, verdictText, type Wall } from '../why/story-words.ts';
import { surroundings } from './surroundings.ts';

interface Options {
  readonly data?: string;
  readonly config?: string;
  readonly customer?: string;
  readonly subject?: number;
  readonly dialogue?: string;
  readonly message?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
  readonly live?: string;
  readonly json: boolean;
  readonly shopper: boolean;
}

/** A fault that is said and ends the command. */
class Unanswerable extends Error {}

const limitDefault = 20;
/** A store on this machine that does not answer is not there. */
const liveTimeoutMs = 5_000;
const liveBytesMax = 16 * 1024 * 1024;

export async function runWhy(
  args: readonly string[],
  print: (text: string) => void,
  complain: (text: string) => void,
): Promise<number> {
  const options = readOptions(args, print, complain);
  if (typeof options === 'number') return options;
  let journal: JournalView | null = null;
  try {
    const config = options.config === undefined ? null : readConfig(options.config);
    const data = options.data ?? config?.data;
    if (data !== undefined) journal = readJournal(data);
    if (journal === null && options.live === undefined)
      throw new Unanswerable('Whose decisions? Give --data DIR or --live URL.');
    const subject = options.customer === undefined ? options.subject : subjectOf(options.customer, config, journal);
    const card = data === undefined ? null : readStoreCard(data);
    const pauses = new PauseBook();
    if (journal !== null) await pauses.load(journal);
    const wall = wallOf(card, pauses.all);
    if (options.live !== undefined) {
      const { verdicts, store, pauses } = await askStore(options.live, { ...options, subject });
      print(options.json ? toJson({ verdicts }) : verdictsText(verdicts, { ...wallOf(card, pauses, store), ...store }));
      return 0;
    }
    const { dialogue, message, since: sinceMs, until: untilMs, limit } = options;
    const stories = await decisionStories(journal as JournalView, releasesIn(data as string), {
      limit,
      ...(subject === undefined ? {} : { subject }),
      ...(dialogue === undefined ? {} : { dialogue }),
      ...(message === undefined ? {} : { message }),
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...(untilMs === undefined ? {} : { untilMs }),
    });
    if (options.json) print(toJson({ decisions: stories }));
    else if (options.shopper) print(shopperText(stories, journal as JournalView, wall));
    else print(storiesText(stories, wall));
    return 0;
  } catch (error) {
    if (!(error instanceof Unanswerable)) throw error;
    complain(error.message);
    return 1;
  } finally {
    journal?.close();
  }
}

function readOptions(
  args: readonly string[],
  print: (text: string) => void,
  complain: (text: string) => void,
): Options | number {
  const command = new Command('why')
    .description('Why what was said was said: what it rested on, who else competed, how it ended.')
    .option('--data <dir>', 'the store’s data folder')
    .option('--config <file>', 'the store’s configuration: needed for --customer, and says where its data is')
    .option('--customer <number>', 'her loyalty number; it is printed nowhere')
    .option('--subject <n>', 'her number within this store', whole)
    .option('--dialogue <name>', 'only this dialogue')
    .option('--message <id>', 'only this message')
    .option('--since <iso>', 'such as 2026-11-20T09:00:00Z', instant)
    .option('--until <iso>', 'such as 2026-11-20T10:00:00Z', instant)
    .option('--limit <n>', 'at most so many, the newest', whole, limitDefault)
    .option('--live <url>', 'ask a running store on this machine: also why nothing was said')
    .option('--json', 'one object, and nothing else on standard output', false)
    .option('--shopper', 'one line for each, in her language, as her cart says it', false)
    .exitOverride()
    .configureOutput({ writeErr: (text) => complain(text.trimEnd()), writeOut: (text) => print(text.trimEnd()) });
  try {
    return command.parse([...args], { from: 'user' }).opts<Options>();
  } catch (error) {
    return error instanceof CommanderError ? error.exitCode : 1;
  }
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('a whole number from 1, please');
  return Number(text);
}

function instant(text: string): number {
  const at = fromIso(text);
  if (at === null) throw new InvalidArgumentError('write it as 2026-11-20T09:00:00Z or with +01:00');
  return at;
}

function readConfig(file: string): Extract<ReturnType<typeof loadConfig>, { kind: 'config' }>['config'] {
  const loaded = loadConfig({ file, environment: process.env });
  if (loaded.kind === 'faulty') throw new Unanswerable(faultsText(loaded.faults));
  return loaded.config;
}

function readJournal(data: string): JournalView {
  const opened = openJournalView(data);
  if (typeof opened === 'string') throw new Unanswerable(opened);
  return opened;
}

/** The number goes into the chain-wide id and is gone; no sentence repeats it. */
function subjectOf(number: string, config: ReturnType<typeof readConfig> | null, journal: JournalView | null): number {
  if (!config || !journal)
    throw new Unanswerable('--customer needs --config FILE: the chain’s key makes her number findable.');
  const parsed = parseLoyaltyNumber(number, config.loyalty, 'card');
  if (parsed.kind === 'refused')
    throw new Unanswerable(`That is none of this chain’s loyalty numbers (${parsed.reason}).`);
  const person = journal.personByChainId(chainIdOf(config.chainKey, parsed.digits));
  if (!person) throw new Unanswerable('This store does not know her, or has forgotten her.');
  return person.subject;
}

function releasesIn(data: string): CompiledRelease[] {
  const { releases } = new ReleaseShelf(join(data, 'releases')).read();
  return releases.flatMap(({ number, files }) => compileRelease(files, { number }).release ?? []);
}

function wallOf(
  card: StoreCard | null,
  pauses: readonly PauseThen[],
  { timeZone = 'UTC' }: { readonly timeZone?: string } = card ?? {},
): Wall {
  const names = new Map(card?.zones.map(({ id, name }) => [id, name]));
  return {
    pausedBy: (dialogue, at) => pauseWords({ pauses, timeZone, nameOf: (by) => by }, dialogue, { at }),
    timeZone,
    currency: card?.currency ?? '',
    zoneName: (zone) => names.get(zone) ?? zone,
  };
}

function storiesText(stories: readonly DecisionStory[], wall: Wall): string {
  if (stories.length === 0)
    return 'Nothing was said. Why not stands in the memory of the running store: --live http://127.0.0.1:PORT asks it.';
  return [...stories]
    .reverse()
    .map((story) => storyText(story, wall))
    .join('\n\n');
}

function shopperText(stories: readonly DecisionStory[], journal: JournalView, wall: Wall): string {
  const people = journal.people([...new Set(stories.map(({ subject }) => subject))]);
  const locales = new Map(people.map(({ subject, locale }) => [subject, locale]));
  const lines = [...stories].reverse().map(({ at, subject, shopperReason }) => {
    const zone = shopperReason?.zone ?? null;
    const line = shopperReason
      ? reasonLine(shopperReason, zone === null ? null : wall.zoneName(zone), locales.get(subject) ?? 'en')
      : 'The dialogue that said it is kept no longer.';
    return `${dayAndTime(at, wall)}  ${line}`;
  });
  return lines.length === 0 ? 'Nothing was said.' : lines.join('\n');
}

function verdictsText(verdicts: readonly Verdict[], wall: Wall): string {
  if (verdicts.length === 0)
    return 'The store remembers no such decision: its memory holds the newest 10,000 since it started.';
  return [...verdicts]
    .reverse()
    .map((verdict) => verdictText(verdict, wall))
    .join('\n\n');
}

interface Question {
  readonly subject?: number | undefined;
  readonly dialogue?: string;
  readonly message?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

async function askStore(
  url: string,
  question: Question,
): Promise<{ verdicts: Verdict[]; store: WhyStore; pauses: PauseThen[] }> {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, limit } = question;
  const asked = new URLSearchParams({ limit: String(liveVerdictsMax) });
  for (const name of ['subject', 'dialogue', 'message'] as const) {
    const value = question[name];
    if (value !== undefined) asked.set(name, String(value));
  }
  const base = URL.canParse(url) ? new URL(`/api/why?${asked}`, url) : null;
  if (base?.protocol !== 'http:')
    throw new Unanswerable(`${url} is no address of a store; write http://127.0.0.1:8080.`);
  const { status, body } = await read(base);
  if (status === 403) throw new Unanswerable('The store answers this on its own machine alone: ask it there.');
  if (status !== 200) throw new Unanswerable(`${base.origin} answered with ${status}: is it a Kairos store?`);
  const { verdicts, store, pauses } = JSON.parse(body) as WhyAnswer;
  return { store, pauses, verdicts: verdicts.filter(({ at }) => at >= since && at <= until).slice(0, limit) };
}

function read(url: URL): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(new Unanswerable(`${url.origin} does not answer (${error.message}): is the store running?`));
    };
    const request = get(url, { timeout: liveTimeoutMs }, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > liveBytesMax) request.destroy(new Error('it sends more than it should'));
        parts.push(part);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
      response.on('error', fail);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${liveTimeoutMs / 1000} s`)));
    request.on('error', fail);
  });
}

function toJson(found: { decisions?: readonly DecisionStory[]; verdicts?: readonly Verdict[] }): string {
  const all = found.decisions ?? found.verdicts ?? [];
  const figures = [{ name: 'decisions', value: all.length, unit: 'decisions' }];
  return JSON.stringify({ name: 'why', ...surroundings(), figures, ...found });
}

if (import.meta.main) {
  process.exitCode = await runWhy(
    process.argv.slice(2),
    (text) => console.log(text),
    (text) => console.error(text),
  );
}
