/**
 * One folder of the library as it is, for stories: `tell` plays a dialogue of it by itself, `branches` plays one message
 * of it to all its ends, and `expectAllReached` fails where some step, answer or silence was never come through.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { CompiledDialogue, CompiledRelease, CompiledSay } from '../compiled.ts';
import { compileRelease, formatProblems, type SourceFile } from '../language/compile.ts';
import { Story } from './story.ts';
import type { StoryOptions } from './story-floor.ts';

/** What is done to a message, and what comes of it. */
export type Branch = readonly [deed: Deed, outcome: Deed];

export interface Deed {
  readonly name: string;
  readonly play: (story: Story) => unknown;
}

export interface Library {
  /** A story in which only these dialogues run. */
  readonly tell: (dialogues: string | readonly string[], options?: StoryOptions) => Story;
  /** From a message that has just been expected, through each branch; each is a test. */
  readonly branches: (step: string, reach: () => Story, branches: readonly Branch[]) => void;
  /** Steps, answers and silences that no story came through so far. */
  readonly missed: () => string[];
  /** Everything, but what is impossible; `impossible` has the reason of each, and fails where it is possible after all. */
  readonly expectAllReached: (impossible?: Readonly<Record<string, string>>) => void;
}

export function openLibrary(folder: string): Library {
  const seen = new Map<string, Set<string>>();
  const told: Story[] = [];
  afterEach(() => {
    for (const story of told.splice(0)) story.close();
  });
  const witness = (dialogue: string, what: string): void => {
    const known = seen.get(dialogue) ?? new Set();
    seen.set(dialogue, known.add(what));
  };
  const all = (): Part[] => releaseOf(folder, null).dialogues.flatMap(partsOf);
  const isMissed = ({ dialogue, what }: Part): boolean => !seen.get(dialogue)?.has(what);
  return {
    tell(dialogues, options = {}) {
      const story = new Story(releaseOf(folder, [dialogues].flat()), options, witness);
      told.push(story);
      return story;
    },
    branches(step, reach, branches) {
      test.each(branches.map(([deed, outcome]) => ({ deed, outcome })))(
        `${step}: $deed.name: $outcome.name`,
        ({ deed, outcome }) => {
          const story = reach();
          deed.play(story);
          outcome.play(story);
        },
      );
    },
    missed: () =>
      all()
        .filter(isMissed)
        .map(({ name }) => name),
    expectAllReached(impossible = {}) {
      const missed = all()
        .filter(isMissed)
        .map(({ name }) => name);
      expect(
        missed.filter((name) => !(name in impossible)),
        'never come through',
      ).toEqual([]);
      expect(
        Object.keys(impossible).filter((name) => !missed.includes(name)),
        'possible after all',
      ).toEqual([]);
    },
  };
}

interface Part {
  readonly name: string;
  readonly dialogue: string;
  readonly what: string;
}

/** Every step that a run can stand at or get something from, and of each message every answer and silence. */
function partsOf({ name: dialogue, steps }: CompiledDialogue): Part[] {
  const parts = Object.entries(steps).flatMap(([name, step]) => {
    if (step.verb === 'say') return [name, ...branchesOf(step).map((branch) => `${name}: ${branch}`)];
    return step.verb === 'wait' || step.verb === 'reward' ? [name] : [];
  });
  return parts.map((what) => ({ name: `${dialogue}/${what}`, dialogue, what }));
}

const atHome = new Set(['email', 'call', 'mail', 'web', 'receipt']);

/** Nobody walks away from a letter. */
function branchesOf({ surfaces, answers }: CompiledSay): string[] {
  const isAtHome = surfaces.every(({ channel }) => atHome.has(channel));
  const silences = ['never-shown', 'ignored', ...(isAtHome ? [] : ['walked-away']), 'acted-elsewhere'];
  const full = surfaces.some(({ to }) => to?.full !== undefined) ? ['full'] : [];
  return [...answers.map(({ name }) => name), ...silences, ...full];
}

const releases = new Map<string, CompiledRelease>();

function releaseOf(folder: string, dialogues: readonly string[] | null): CompiledRelease {
  const key = `${folder}: ${dialogues}`;
  const known = releases.get(key);
  if (known) return known;
  const all = filesOf(folder);
  const files = all.filter(
    ({ path }) => dialogues === null || path === 'house.yaml' || dialogues.some((name) => path === `${name}.yaml`),
  );
  expect(files).toHaveLength(dialogues === null ? all.length : dialogues.length + 1);
  const { release, problems } = compileRelease(files, { number: 1 });
  if (release === null) throw new Error(formatProblems(problems, files));
  releases.set(key, release);
  return release;
}

/** The house of a folder is its own, or the library's. */
function filesOf(folder: string): SourceFile[] {
  const url = new URL(`../library/${folder}/`, import.meta.url);
  const own = readdirSync(url).filter((name) => name.endsWith('.yaml'));
  const files = own.map((path) => ({ path, text: readFileSync(new URL(path, url), 'utf8') }));
  if (own.includes('house.yaml')) return files;
  return [{ path: 'house.yaml', text: readFileSync(new URL('../house.yaml', url), 'utf8') }, ...files];
}
