/** What has come for a page of people: of each the facts that are new, or all of hers where she is folded anew. */
import type { Sql } from '../database/database.ts';
import { nobody } from '../facts/own-facts.ts';
import type { CustomerState } from './customer-state.ts';
import { type FactReader, type FactsOf, keyOf } from './fact-reader.ts';
import type { LineStandings, PagePerson } from './page-people.ts';
import { compareKeys, inOrder, type PersonFact } from './person-fact.ts';
import { newsOf, readNewsMarks } from './store-news.ts';

export interface PageFacts {
  /** What her facts are folded on; null: they are all there. */
  readonly known: CustomerState | null;
  readonly facts: readonly PersonFact[];
  readonly lines: CustomerState['lines'];
  readonly own: CustomerState['own'];
  readonly nobodysFrom: number;
  readonly newsFrom: CustomerState['newsFrom'];
  /** Something of hers is only half here: what its store decided of it comes with the next chunk. */
  readonly isHeldBack: boolean;
}

/** Of each what is new, or, where that is not the newest or cannot be folded on what is known, all of hers. */
export async function readFacts(
  sql: Sql,
  reader: FactReader,
  people: readonly PagePerson[],
  { release, lines, now }: { readonly release: number; readonly lines: LineStandings; readonly now: number },
): Promise<Map<string, PageFacts>> {
  const { nobodys, open } = lines;
  const marks = await readNewsMarks(
    sql,
    people.flatMap(({ stores }) => stores),
    now,
  );
  const news = new Map(people.map((one) => [one.chainId, newsFromOf(one, marks)]));
  const isCurrent = ({ state }: PagePerson): boolean => state?.release === release;
  const fresh: FactsOf = new Map();
  const current = people.filter(isCurrent);
  await readInto(sql, reader, current, { fresh, nobodys, news, isWhole: false });
  const anew = people.filter((one) => !isCurrent(one) || !isNewest(one, fresh.get(one.chainId) ?? []));
  const whole: FactsOf = new Map();
  await readInto(sql, reader, anew, { fresh: whole, nobodys, news, isWhole: true });
  const anewIds = new Set(anew.map(({ chainId }) => chainId));
  return new Map(
    people.map((one) => {
      const isWhole = anewIds.has(one.chainId);
      const read = (isWhole ? whole : fresh).get(one.chainId) ?? [];
      const complete = read.filter((fact) => isWholly(fact, open));
      const isHeldBack = complete.length < read.length;
      const facts = inOrder(complete);
      const newsFrom = news.get(one.chainId) ?? {};
      const all = marksOf(one, facts, { nobodys, newsFrom });
      return [one.chainId, { ...all, known: isWhole ? null : one.state, facts, isHeldBack }];
    }),
  );
}

/** They come behind all that is folded. */
function isNewest({ state }: PagePerson, facts: readonly PersonFact[]): boolean {
  return state !== null && facts.every(({ key, isTorn }) => !isTorn && compareKeys(key, state.to) > 0);
}

function isWholly({ key: [, store, epoch, seq], mark }: PersonFact, open: LineStandings['open']): boolean {
  return mark.of !== 'line' || open.size === 0 || seq < (open.get(`${store}.${epoch}`) ?? Number.POSITIVE_INFINITY);
}

/**
 * From where on the news of her stores are hers: who is new hears what comes, whom they reach for the first time also
 * what may still open something. What was said once stays so: whoever is folded anew hears the same.
 */
function newsFromOf(
  { stores, state }: PagePerson,
  marks: Awaited<ReturnType<typeof readNewsMarks>>,
): CustomerState['newsFrom'] {
  const known = state?.newsFrom ?? {};
  const fresh = stores.flatMap((store) => {
    const mark = marks.get(newsOf(store));
    if (mark === undefined || known[newsOf(store)] !== undefined) return [];
    return [[newsOf(store), state === null ? mark.newest : mark.over] as const];
  });
  return fresh.length === 0 ? known : { ...known, ...Object.fromEntries(fresh) };
}

interface ReadInto {
  readonly fresh: FactsOf;
  readonly nobodys: number;
  readonly news: ReadonlyMap<string, CustomerState['newsFrom']>;
  readonly isWhole: boolean;
}

async function readInto(
  sql: Sql,
  reader: FactReader,
  people: readonly PagePerson[],
  { fresh, nobodys, news, isWhole }: ReadInto,
): Promise<void> {
  const wanted = people.flatMap(({ chainId, appearances, state }) =>
    appearances.map((one) => {
      const knownTo = state?.lines[keyOf(one)] ?? 0;
      return { ...one, person: chainId, knownTo, after: isWhole ? 0 : knownTo };
    }),
  );
  await reader.read(sql, wanted, fresh);
  const own = people.flatMap(({ chainId, ids, state }) => {
    const newsFrom = news.get(chainId) ?? {};
    return [...ids, nobody, ...Object.keys(newsFrom)].map((id) => {
      const from = id === nobody ? (state?.nobodysFrom ?? nobodys) : (newsFrom[id] ?? 0);
      const knownTo = state?.own[id] ?? from;
      return { person: chainId, chainId: id, knownTo, after: isWhole ? from : knownTo };
    });
  });
  await reader.readOwn(sql, own, { into: fresh, withDecided: isWhole });
}

function marksOf(
  { state, appearances }: PagePerson,
  facts: readonly PersonFact[],
  { nobodys, newsFrom }: { readonly nobodys: number; readonly newsFrom: CustomerState['newsFrom'] },
): Pick<PageFacts, 'lines' | 'own' | 'nobodysFrom' | 'newsFrom'> {
  const lines: Record<string, number> = {};
  for (const one of appearances) lines[keyOf(one)] = state?.lines[keyOf(one)] ?? 0;
  const own: Record<string, number> = {
    ...newsFrom,
    ...(state?.own ?? {}),
    [nobody]: Math.max(nobodys, state?.own[nobody] ?? 0),
  };
  for (const { mark } of facts) {
    const marks = mark.of === 'line' ? lines : own;
    marks[mark.key] = Math.max(marks[mark.key] ?? 0, mark.number);
  }
  return { lines, own, nobodysFrom: state?.nobodysFrom ?? nobodys, newsFrom };
}
