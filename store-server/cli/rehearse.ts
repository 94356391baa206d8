/**
 * `npm run rehearse -- --facts FILE DIR [--against DIR2] [--answers none|recorded] [--json]`: a draft against a recorded
 * day, beside the published set, before anybody hears it. What it would have said, to whom and when, what stopped the
 * rest, how the load on associates and the holdouts change. Exit 1 where something cannot be read or does not compile.
 */
import { readFileSync } from 'node:fs';
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { compileRelease, formatProblems, type SourceFile } from '@kairos/dialogue/language/compile.ts';
import { Command, CommanderError, Option } from 'commander';
import { type RecordedDay, readDay } from '../rehearsal/recorded-day.ts';
import { type AssumedAnswers, rehearseDay } from '../rehearsal/rehearse-day.ts';
import { type RehearsalReport, type RehearsedSide, reportText } from '../rehearsal/report.ts';
import { tallyJson } from '../rehearsal/tally-text.ts';
import { readDraft } from '../releases/draft-sources.ts';
import { surroundings } from './surroundings.ts';

interface Options {
  readonly facts: string;
  readonly against?: string;
  readonly answers: AssumedAnswers;
  readonly json: boolean;
}

/** A fault that is said and ends the command. */
class Unusable extends Error {}

export function runRehearse(
  args: readonly string[],
  print: (text: string) => void,
  complain: (text: string) => void,
): number {
  const read = readArguments(args, print, complain);
  if (typeof read === 'number') return read;
  try {
    const report = rehearse(read.folder, read.options, complain);
    print(read.options.json ? reportJson(report) : reportText(report));
    return 0;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    complain(error.message);
    return 1;
  }
}

function readArguments(
  args: readonly string[],
  print: (text: string) => void,
  complain: (text: string) => void,
): { readonly folder: string; readonly options: Options } | number {
  const command = new Command('rehearse')
    .description('What a draft would have said on a recorded day, beside the published set.')
    .argument('<dir>', 'the folder with the draft’s dialogues')
    .requiredOption('--facts <file>', 'a recorded day, from npm run export')
    .option('--against <dir>', 'dialogues to compare with, instead of those that were active on the day')
    .addOption(
      new Option('--answers <how>', 'what people do with messages: nothing, or what they did with the same one then')
        .choices(['none', 'recorded'])
        .default('none'),
    )
    .option('--json', 'one object, and nothing else on standard output', false)
    .exitOverride()
    .configureOutput({ writeErr: (text) => complain(text.trimEnd()), writeOut: (text) => print(text.trimEnd()) });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    return error instanceof CommanderError ? error.exitCode : 1;
  }
  return { folder: command.args[0] as string, options: command.opts<Options>() };
}

function rehearse(
  folder: string,
  { facts, against, answers }: Options,
  complain: (text: string) => void,
): RehearsalReport {
  const day = readDayFile(facts);
  const releases = compileRecorded(day, complain);
  const next = { number: (releases.at(-1)?.number ?? 0) + 1, complain };
  const draft = compileFolder(folder, day, next);
  const published = against === undefined ? null : compileFolder(against, day, next);
  return {
    day,
    answers,
    draft: sideOf('draft', day, { release: draft, releases, answers }),
    published: published
      ? sideOf('against', day, { release: published, releases, answers })
      : releases.length === 0
        ? null
        : asPublished(day, releases, answers),
  };
}

/** A set that decides from the day's first fact on. One that is the same as what was active goes by its number. */
function sideOf(
  name: string,
  day: RecordedDay,
  {
    release,
    releases,
    answers,
  }: { release: CompiledRelease; releases: readonly CompiledRelease[]; answers: AssumedAnswers },
): RehearsedSide {
  const same = releases.at(-1)?.hash === release.hash ? releases.at(-1) : undefined;
  const earlier = same ? releases.slice(0, -1) : releases;
  const rehearsed = rehearseDay({ day, release: same ?? release, earlier, later: new Map(), answers });
  return { name, release: same ?? release, tally: rehearsed.tally, rehearsed };
}

/** What was published, as it was published: with the releases that were activated on the day. */
function asPublished(day: RecordedDay, releases: readonly CompiledRelease[], answers: AssumedAnswers): RehearsedSide {
  const activated = (facts: RecordedDay['facts']): number[] =>
    facts.flatMap((fact) => (fact.type === 'release.activated' ? [fact.body.release] : []));
  const first = activated(day.before).at(-1) ?? activated(day.facts)[0];
  const at = Math.max(
    0,
    releases.findIndex(({ number }) => number === first),
  );
  const release = releases[at] as CompiledRelease;
  const later = new Map(releases.slice(at + 1).map((one) => [one.number, one]));
  const rehearsed = rehearseDay({ day, release, earlier: releases.slice(0, at), later, answers });
  const last = releases.at(-1) as CompiledRelease;
  return { name: `release ${last.number}`, release: last, tally: rehearsed.tally, rehearsed };
}

function readDayFile(file: string): RecordedDay {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Unusable(`${file} cannot be read: name a day's file, made by npm run export.`);
  }
  const day = readDay(text);
  if (typeof day === 'string') throw new Unusable(`${file}: ${day}`);
  return day;
}

function compileRecorded(day: RecordedDay, complain: (text: string) => void): CompiledRelease[] {
  return day.releases.flatMap(({ number, files }) => {
    const release = compile(files, day, number);
    if (release) return [release];
    complain(`Release ${number} of the file does not compile any more; its runs end.`);
    return [];
  });
}

function compileFolder(
  folder: string,
  day: RecordedDay,
  { number, complain }: { number: number; complain: (text: string) => void },
): CompiledRelease {
  const read = readDraft(folder);
  if (typeof read === 'string') throw new Unusable(read);
  const { files } = read;
  for (const remark of read.remarks) complain(remark);
  const release = compile(files, day, number);
  if (release) return release;
  const { problems } = compileRelease(files, optionsOf(day, number));
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new Unusable(`The dialogues in ${folder} cannot run:\n${formatProblems(errors, files)}`);
}

function compile(files: readonly SourceFile[], day: RecordedDay, number: number): CompiledRelease | null {
  return compileRelease(files, optionsOf(day, number)).release;
}

function optionsOf({ header: { store } }: RecordedDay, number: number): Parameters<typeof compileRelease>[1] {
  return {
    number,
    zones: store.zones.map(({ id }) => id),
    ...(store.departments.length === 0 ? {} : { departments: store.departments }),
  };
}

function reportJson({ day, answers, draft, published }: RehearsalReport): string {
  const figures = [
    { name: 'messages', value: draft.tally.said.length, unit: 'messages' },
    ...(published ? [{ name: 'messages_published', value: published.tally.said.length, unit: 'messages' }] : []),
    { name: 'tasks', value: draft.tally.tasks.offered, unit: 'tasks' },
    { name: 'deeds_left_out', value: draft.rehearsed.deedsLeftOut, unit: 'facts' },
    {
      name: 'failures',
      value: draft.rehearsed.failures,
      unit: 'facts',
      goal: '= 0',
      met: draft.rehearsed.failures === 0,
    },
  ];
  const { date, store } = day.header;
  return JSON.stringify({
    name: 'rehearse',
    ...surroundings(),
    figures,
    day: { store: store.title, date, facts: day.facts.length },
    answers,
    draft: sideJson(draft),
    published: published && sideJson(published),
  });
}

function sideJson(side: RehearsedSide): Record<string, unknown> {
  return { name: side.name, ...tallyJson(side) };
}

if (import.meta.main) {
  process.exitCode = runRehearse(
    process.argv.slice(2),
    (text) => console.log(text),
    (text) => console.error(text),
  );
}
