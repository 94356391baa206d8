/**
 * The story of one message, put together from a journal: what it rested on, who else competed, how it ended. Facts that
 * the journal keeps no longer are missing from the story, and nothing is made up in their place.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import type { Fact, FactOf, Rival } from '@kairos/protocol/facts.ts';
import type { FactQuery } from '../journal/journal.ts';
import { type Reason, reasonFor, type ShopperReason } from './shopper-reason.ts';

export interface DecisionStory {
  readonly seq: number;
  readonly at: number;
  readonly subject: number;
  readonly message: string;
  readonly dialogue: string;
  readonly title: string;
  readonly step: string;
  readonly channel: string;
  readonly target: string | null;
  readonly zone: { readonly id: string; readonly since: number } | null;
  readonly visit: { readonly since: number; readonly strength: string } | null;
  readonly score: number;
  readonly context: string | null;
  /** The fact in whose turn it was decided. */
  readonly cause: Fact | null;
  /** How she came into the dialogue, where that was in an earlier turn. */
  readonly entered: { readonly at: number; readonly release: number; readonly cause: Fact | null } | null;
  readonly reason: Reason | null;
  readonly shopperReason: ShopperReason | null;
  readonly rivals: readonly Rival[];
  /** What became of it, in order. */
  readonly then: readonly Fact[];
}

export interface StoryQuery {
  readonly subject?: number;
  readonly dialogue?: string;
  readonly message?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly limit: number;
}

/** Of a journal that is read here, or in another thread. */
export interface StorySource {
  facts(query: FactQuery): readonly Fact[] | Promise<readonly Fact[]>;
}

/** Decisions looked at in one read. */
const decisionsPage = 1_000;
/** What followed from one message, and the runs of one person, that are looked at. */
const followUpMax = 500;
const followUps = [
  'message.shown',
  'message.answered',
  'message.silent',
  'message.withdrawn',
  'email.sent',
  'email.bounced',
  'mail.printed',
  'call.logged',
  'task.offered',
  'task.claimed',
  'task.done',
  'task.released',
];

/** The newest first. */
export async function decisionStories(
  journal: StorySource,
  releases: readonly CompiledRelease[],
  query: StoryQuery,
): Promise<DecisionStory[]> {
  const { subject, dialogue, message, sinceMs, untilMs, limit } = query;
  const stories: DecisionStory[] = [];
  let to: number | undefined;
  while (stories.length < limit) {
    const page = await journal.facts({
      types: ['message.decided'],
      limit: decisionsPage,
      newestFirst: true,
      ...(to === undefined ? {} : { to }),
      ...(subject === undefined ? {} : { subject }),
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...(untilMs === undefined ? {} : { untilMs }),
    });
    for (const fact of page) {
      if (fact.type !== 'message.decided' || stories.length >= limit) continue;
      if (dialogue !== undefined && fact.body.dialogue !== dialogue) continue;
      if (message === undefined || fact.body.message === message) stories.push(await storyOf(journal, releases, fact));
    }
    const last = page.at(-1);
    if (!last || page.length < decisionsPage) break;
    to = last.seq - 1;
  }
  return stories;
}

async function storyOf(
  journal: StorySource,
  releases: readonly CompiledRelease[],
  decided: FactOf<'message.decided'>,
): Promise<DecisionStory> {
  const { seq, at, body } = decided;
  const subject = decided.subject as number;
  const newest = async (type: string): Promise<Fact | undefined> =>
    (await journal.facts({ subject, types: [type], to: seq, limit: 1, newestFirst: true }))[0];
  const [zone, left, visit] = await Promise.all([newest('zone.entered'), newest('zone.left'), newest('visit.opened')]);
  const isThere = zone?.type === 'zone.entered' && (visit?.seq ?? 0) <= zone.seq && (left?.seq ?? 0) < zone.seq;
  const runs = await journal.facts({ subject, types: ['run.entered'], to: seq, limit: followUpMax, newestFirst: true });
  const entered = runs.find((fact) => fact.type === 'run.entered' && fact.body.run === body.run);
  const release = entered?.type === 'run.entered' ? entered.body.release : null;
  const dialogue = releaseOf(releases, release)?.dialogues.find(({ name }) => name === body.dialogue);
  const shopperReason = dialogue ? reasonFor(dialogue, body.step) : null;
  return {
    seq,
    at,
    subject,
    message: body.message,
    dialogue: body.dialogue,
    title: dialogue?.title ?? '',
    step: body.step,
    channel: body.channel,
    target: body.target ?? null,
    zone: isThere ? { id: zone.body.zone, since: zone.at } : null,
    visit: visit?.type === 'visit.opened' ? { since: visit.at, strength: visit.body.strength } : null,
    score: body.score,
    context: body.context ?? null,
    cause: await factAt(journal, decided.cause),
    entered:
      entered && release !== null && entered.cause !== decided.cause
        ? { at: entered.at, release, cause: await factAt(journal, entered.cause) }
        : null,
    reason: shopperReason?.reason ?? null,
    shopperReason,
    rivals: body.rivals,
    then: await whatFollowed(journal, decided),
  };
}

/** The one that let her in; where it is gone, the newest. */
function releaseOf(releases: readonly CompiledRelease[], number: number | null): CompiledRelease | undefined {
  return releases.find((release) => release.number === number) ?? releases.at(-1);
}

async function factAt(journal: StorySource, seq: number | null): Promise<Fact | null> {
  return seq === null ? null : ((await journal.facts({ from: seq, to: seq, limit: 1 }))[0] ?? null);
}

async function whatFollowed(journal: StorySource, { seq, subject, body }: FactOf<'message.decided'>): Promise<Fact[]> {
  const facts = await journal.facts({ subject: subject as number, from: seq, types: followUps, limit: followUpMax });
  const tasks = new Set<string>();
  return facts.filter((fact) => {
    const about = fact.body as { message?: string; task?: string };
    if (about.message === body.message && about.task !== undefined) tasks.add(about.task);
    return about.message === body.message || (about.task !== undefined && tasks.has(about.task));
  });
}
