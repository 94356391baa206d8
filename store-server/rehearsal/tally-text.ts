/** A tally in words, beside another one: the sections that a rehearsal and a simulation share. */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { stopWords } from '../why/stop-words.ts';
import type { DialogueCounts, Tally, TaskCounts } from './tally.ts';
import { type AttentionStop, attentionStops } from './visit-tally.ts';

export interface Side {
  /** "draft", "release 3", "published". */
  readonly name: string;
  readonly release: CompiledRelease;
  readonly tally: Tally;
}

/** Of what stopped the rest, these are printed; `--json` has all. */
const stopsListedMax = 15;
const hourMs = 3_600_000;
/** … and of each dialogue. */
const stopsOfEachMax = 3;
const messagesListedMax = 3;
const labelWidth = 44;

export interface Balance {
  readonly dialogue: string;
  /** Of a hundred, as its author wants it. */
  readonly wanted: number;
  readonly held: number;
  readonly let: number;
}

/** Customers (not runs) held out of each dialogue, and let in. */
function holdoutBalance({ release, tally }: Side): Balance[] {
  return release.dialogues.flatMap(({ name, holdout }) => {
    const people = tally.dialogues.get(name)?.people;
    if (!people || people.let.size + people.held.size === 0) return [];
    const all = new Set([...people.let, ...people.held]).size;
    return [{ dialogue: name, wanted: holdout / 100, held: people.held.size, let: all - people.held.size }];
  });
}

/** Tasks offered in each hour that had any. */
function tasksByHour({ offeredAt }: TaskCounts): { readonly from: number; readonly tasks: number }[] {
  const hours = new Map<number, number>();
  for (const at of offeredAt) {
    const from = Math.floor(at / hourMs) * hourMs;
    hours.set(from, (hours.get(from) ?? 0) + 1);
  }
  return [...hours].map(([from, count]) => ({ from, tasks: count }));
}

function countByDialogue({ dialogues }: Tally): ReadonlyMap<string, number> {
  return new Map([...dialogues].flatMap(([name, { said }]) => (said.size === 0 ? [] : [[name, sum(said)]])));
}

/** One row: a label, the draft's figure, and, where there is another side, its figure and the difference. */
export type Row = readonly [label: string, mine: number, theirs: number];

function table(title: string, rows: readonly Row[], beside: string | null): string[] {
  const head = `${title.padEnd(labelWidth)}${'draft'.padStart(9)}`;
  return [
    beside === null ? head : `${head}${beside.padStart(12)}${'difference'.padStart(12)}`,
    ...rows.map(([label, mine, theirs]) => {
      const own = `${`  ${label}`.padEnd(labelWidth)}${figure(mine).padStart(9)}`;
      if (beside === null) return own;
      const difference = mine - theirs;
      const told = Math.abs(difference) < 0.005 ? '=' : `${difference > 0 ? '+' : ''}${figure(difference)}`;
      return `${own}${figure(theirs).padStart(12)}${told.padStart(12)}`;
    }),
  ];
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

export function countsText(draft: Side, other: Side | null): string {
  const [own, theirs] = [countByDialogue(draft.tally), other ? countByDialogue(other.tally) : new Map()];
  const names = [...new Set([...own.keys(), ...theirs.keys()])].sort();
  const rows: Row[] = [
    ...names.map((name): Row => [name, own.get(name) ?? 0, theirs.get(name) ?? 0]),
    ['in all', draft.tally.said.length, other?.tally.said.length ?? 0],
    ['tasks for associates', draft.tally.tasks.offered, other?.tally.tasks.offered ?? 0],
  ];
  return table('Messages', rows, other?.name ?? null).join('\n');
}

/** Dialogue by dialogue: who was let in, what was said, and what became of it. */
export function dialoguesText(draft: Side, other: Side | null): string {
  const names = new Set([...draft.tally.dialogues.keys(), ...(other?.tally.dialogues.keys() ?? [])]);
  const parts = [...names].sort().flatMap((name) => {
    const [mine, theirs] = [draft.tally.dialogues.get(name), other?.tally.dialogues.get(name)];
    const rows = dialogueRows(mine, theirs);
    const stops = stopLines(mine, theirs, other?.name ?? null);
    return rows.length + stops.length === 0 ? [] : [[...table(name, rows, other?.name ?? null), ...stops].join('\n')];
  });
  return parts.length === 0 ? 'Nobody entered anything.' : parts.join('\n\n');
}

function dialogueRows(mine: DialogueCounts | undefined, theirs: DialogueCounts | undefined): Row[] {
  const row = (label: string, of: (counts: DialogueCounts) => number): Row[] => {
    const [own, other] = [mine ? of(mine) : 0, theirs ? of(theirs) : 0];
    return own === 0 && other === 0 ? [] : [[label, own, other]];
  };
  const rows = (prefix: string, of: (counts: DialogueCounts) => ReadonlyMap<string, number>): Row[] => {
    const keys = new Set([...(mine ? of(mine).keys() : []), ...(theirs ? of(theirs).keys() : [])]);
    return [...keys].sort().flatMap((key) => row(`${prefix}${key}`, (counts) => of(counts).get(key) ?? 0));
  };
  return [
    ...row('let in, people', ({ people }) => people.let.size),
    ...row('let in, times', ({ entered }) => entered.let),
    ...row('held out, people', ({ people }) => people.held.size),
    ...rows('said by ', ({ said }) => said),
    ...row('seen', ({ shown }) => shown),
    ...rows('answered ', ({ answers }) => answers),
    ...rows('silent ', ({ silences }) => silences),
    ...rows('taken back: ', ({ withdrawn }) => withdrawn),
    ...row('rewards', ({ rewards }) => rewards),
    ...row('objective reached, let in', ({ objectives }) => objectives.let),
    ...row('objective reached, held out', ({ objectives }) => objectives.held),
  ];
}

/** What stopped it most often, in the draft or, where the draft has no such dialogue, beside it. */
function stopLines(
  mine: DialogueCounts | undefined,
  theirs: DialogueCounts | undefined,
  beside: string | null,
): string[] {
  const stops = [...((mine ?? theirs)?.stops ?? [])].sort(
    ([one, times], [two, others]) => others - times || (one < two ? -1 : 1),
  );
  return stops.slice(0, stopsOfEachMax).map(([stop]) => {
    const was = beside === null ? '' : ` (${beside}: ${theirs?.stops.get(stop) ?? 0})`;
    return `  stopped ${mine?.stops.get(stop) ?? 0} ×: ${stopWords(stop)}${was}`;
  });
}

const attentionWords: Readonly<Record<AttentionStop, string>> = {
  budget: 'the visit’s budget',
  gap: 'the gap after a message',
  rest: 'rest after messages let pass',
  stage: 'her stage’s limit',
  cap: 'the cap on one person',
};

/** Messages a visit, and in how many visits attention's bounds held something back. */
export function visitsText(draft: Side, other: Side | null): string {
  const [own, theirs] = [draft.tally.visits, other?.tally.visits ?? null];
  const seen = own.byMessages(messagesListedMax);
  const seenThere = theirs?.byMessages(messagesListedMax) ?? [];
  const each = (visits: number, messages: number): number => (visits === 0 ? 0 : messages / visits);
  const rows: Row[] = [
    ['visits', own.visits, theirs?.visits ?? 0],
    ...seen.map((visits, messages): Row => {
      const label = `with ${messages === 0 ? 'no' : messages}${messages === messagesListedMax ? ' or more' : ''} message${messages === 1 ? '' : 's'}`;
      return [label, visits, seenThere[messages] ?? 0];
    }),
    ['messages a visit', each(own.visits, own.messages), theirs ? each(theirs.visits, theirs.messages) : 0],
    ['most in one visit', own.most, theirs?.most ?? 0],
    ...attentionStops.map(
      (stop): Row => [`held back by ${attentionWords[stop]}`, own.stoppedBy(stop), theirs?.stoppedBy(stop) ?? 0],
    ),
  ];
  return table('Visits and attention', rows, other?.name ?? null).join('\n');
}

export function stoppedText(draft: Side, other: Side | null): string {
  const rows = [...draft.tally.stopped].flatMap(([place, stops]) =>
    [...stops].map(([stop, times]) => ({ place, stop, times })),
  );
  rows.sort((one, two) => two.times - one.times || (`${one.place} ${one.stop}` < `${two.place} ${two.stop}` ? -1 : 1));
  const lines = rows.slice(0, stopsListedMax).map(({ place, stop, times }) => {
    const beside = other ? ` (${other.name}: ${other.tally.stopped.get(place)?.get(stop) ?? 0})` : '';
    return `${String(times).padStart(6)} × ${place}: ${stopWords(stop)}${beside}`;
  });
  return ['What stopped the rest:', ...(lines.length === 0 ? ['  nothing waited'] : lines)].join('\n');
}

/** By the hour of the day: several days are laid over each other. */
export function loadText(draft: Side, other: Side | null, timeZone: string): string {
  const [own, theirs] = [draft.tally.tasks, other?.tally.tasks ?? null];
  if (own.offered === 0 && (theirs?.offered ?? 0) === 0) return 'Load on associates: nobody is asked for anything.';
  const minutes = ({ claimMs }: TaskCounts): number => Math.round((medianOf(claimMs) / 60_000) * 10) / 10;
  const rows: Row[] = [
    ['tasks offered', own.offered, theirs?.offered ?? 0],
    ['claimed or signed', own.claimed, theirs?.claimed ?? 0],
    ['done', own.done, theirs?.done ?? 0],
    ['taken by nobody in time', own.unclaimed, theirs?.unclaimed ?? 0],
    ['called off before anybody took it', own.calledOff, theirs?.calledOff ?? 0],
    ['claimed and not done', own.undone, theirs?.undone ?? 0],
    ['minutes to a claim, median', minutes(own), theirs ? minutes(theirs) : 0],
  ];
  const hourOf = (at: number): string => toClockText(at, timeZone).slice(0, 2);
  const byHour = (counts: TaskCounts | null): Map<string, number> => {
    const hours = new Map<string, number>();
    for (const { from, tasks } of counts ? tasksByHour(counts) : []) {
      hours.set(hourOf(from), (hours.get(hourOf(from)) ?? 0) + tasks);
    }
    return hours;
  };
  const [mine, beside] = [byHour(own), byHour(theirs)];
  const hours = [...new Set([...mine.keys(), ...beside.keys()])].sort();
  const hourRows = hours.map((hour): Row => [`offered from ${hour}:00`, mine.get(hour) ?? 0, beside.get(hour) ?? 0]);
  return table('Load on associates', [...rows, ...hourRows], other?.name ?? null).join('\n');
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export function balanceText(draft: Side, other: Side | null): string {
  const theirs = new Map((other ? holdoutBalance(other) : []).map((one) => [one.dialogue, one]));
  const lines = holdoutBalance(draft).map(({ dialogue, wanted, held, let: letIn }) => {
    const beside = theirs.get(dialogue);
    const was = other ? ` (${other.name}: ${beside ? `${beside.held} of ${beside.held + beside.let}` : 'none'})` : '';
    return `  ${dialogue}: ${held} of ${held + letIn} people held out, ${wanted} % wanted${was}`;
  });
  return ['Holdouts:', ...(lines.length === 0 ? ['  nobody entered anything'] : lines)].join('\n');
}

/** Everything above as data, for `--json`. */
export function tallyJson(side: Side): Record<string, unknown> {
  const { tally } = side;
  const { claimMs, offeredAt: _, ...tasks } = tally.tasks;
  const seen = tally.visits.byMessages(messagesListedMax);
  return {
    said: tally.said,
    byDialogue: Object.fromEntries(countByDialogue(tally)),
    dialogues: Object.fromEntries([...tally.dialogues].sort().map(([name, counts]) => [name, dialogueJson(counts)])),
    visits: {
      visits: tally.visits.visits,
      byMessages: Object.fromEntries(
        seen.map((visits, messages) => [messages === messagesListedMax ? `${messages}+` : messages, visits]),
      ),
      messages: tally.visits.messages,
      most: tally.visits.most,
      heldBack: Object.fromEntries(attentionStops.map((stop) => [stop, tally.visits.stoppedBy(stop)])),
    },
    tasks: { ...tasks, medianClaimMs: claimMs.length === 0 ? null : Math.round(medianOf(claimMs)) },
    stopped: Object.fromEntries([...tally.stopped].map(([place, stops]) => [place, Object.fromEntries(stops)])),
    tasksByHour: tasksByHour(tally.tasks),
    holdouts: holdoutBalance(side),
  };
}

function dialogueJson({
  entered,
  people,
  said,
  shown,
  answers,
  silences,
  withdrawn,
  objectives,
  rewards,
  stops,
}: DialogueCounts): Record<string, unknown> {
  return {
    entered,
    people: { let: people.let.size, held: people.held.size },
    said: Object.fromEntries(said),
    shown,
    answers: Object.fromEntries(answers),
    silences: Object.fromEntries(silences),
    withdrawn: Object.fromEntries(withdrawn),
    objectives,
    rewards,
    stops: Object.fromEntries(stops),
  };
}

function sum(counts: ReadonlyMap<unknown, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
