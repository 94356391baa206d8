/**
 * Counts what dialogues come to, each fact once and soon after it came, so that drawing a page reads sums alone. A line of a
 * store is counted from where it was counted to, in pages by its key; headquarters' own facts by the list of those that
 * are not counted yet.
 *
 * One at a time on one database, under an advisory lock: so it can be told who and what was counted already. Whoever
 * erases somebody takes the same lock and counts what is hers first, because nothing of hers is left afterwards.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import { Rounds } from '../channels/rounds.ts';
import { type Database, type Sql, SqlRefusedError } from '../database/database.ts';
import { byKey } from '../folding/arrivals.ts';

/** Numbers of a journal, or own facts, counted in one transaction: a second's work. */
const factsPerPage = 20_000;
/** Pages of one turn; the rest waits for the next. */
const pagesMax = 500;
const everyMs = 60_000;
/** A page in which something cannot be read is tried in parts, down to one fact. */
const shrinkBy = 8;
/** SQLSTATE class of what a value can be guilty of. */
const badData = '22';
/** Held by whoever counts; any number that nobody else in the database takes. */
const lockKey = 7_204_121;

const kinds = [
  ...['run.entered', 'objective.reached', 'message.decided', 'message.shown', 'message.answered', 'message.silent'],
  ...['email.sent', 'mail.printed', 'call.logged'],
];

/** Counts by itself, in every process of headquarters. */
export function watchFigures({
  database,
  timers,
  onFault,
}: {
  readonly database: Database;
  readonly timers: Ports['timers'];
  readonly onFault?: (error: Error) => void;
}): Rounds {
  const rounds = new Rounds({ timers, everyMs, round: () => countFacts(database), onFault });
  rounds.start();
  return rounds;
}

/** What has come and is not counted, so many pages at most. Rejects where the database does. */
export async function countFacts(database: Database, pages = pagesMax): Promise<void> {
  let facts = factsPerPage;
  for (let page = 0; page < pages; page += 1) {
    if ((await uncounted(database)) === 0) return;
    const counted = await countLine(database, facts);
    // What a store says wrongly stops nothing: it is looked for, and passed over alone.
    if (counted.kind === 'counted') facts = Math.min(factsPerPage, facts * 2);
    else if (facts === 1) await passOver(database, counted.line);
    else facts = Math.ceil(facts / shrinkBy);
    await database.transaction(countOwn);
  }
}

/** Facts that are still to be counted, at the most: 0 says that the figures are whole. */
export async function uncounted(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT ((SELECT coalesce(sum(up_to - coalesce(to_seq, 0)), 0) FROM lines LEFT JOIN counted_lines USING (store, epoch)
         WHERE up_to > coalesce(to_seq, 0))
       + (SELECT count(*) FROM (SELECT FROM uncounted_facts LIMIT ${factsPerPage}) AS own))::bigint AS count`,
  );
  return row?.count ?? 0;
}

/** In the caller's transaction, before anything of hers goes: what she counts for is counted, and stays. */
export async function countHers(sql: Sql, chainId: string): Promise<void> {
  await byKey(sql);
  await beginCounting(sql);
  await sql.query(counting(ownFacts('WHERE chain_id = $2')), [kinds, chainId]);
  await sql.query('SAVEPOINT counting');
  try {
    await sql.query(counting(herFacts), [kinds, chainId]);
  } catch (error) {
    if (!isAboutData(error)) throw error;
    // What a store has told wrongly of her keeps nobody from forgetting her.
    await sql.query('ROLLBACK TO SAVEPOINT counting');
  }
}

/** The line that is counted next, and from where on. */
interface Line {
  readonly store: number;
  readonly epoch: number;
  readonly after: number;
  readonly upTo: number;
}

type Counted = { readonly kind: 'counted' } | { readonly kind: 'unreadable'; readonly line: Line };

async function countLine(database: Database, facts: number): Promise<Counted> {
  let line: Line | null = null;
  try {
    await database.transaction(async (sql) => {
      await byKey(sql);
      await beginCounting(sql);
      line = await nextLine(sql);
      if (line === null) return;
      const { store, epoch, after, upTo } = line;
      const to = Math.min(upTo, after + facts);
      await sql.query(counting(lineFacts), [kinds, store, epoch, after, to]);
      await noteCounted(sql, line, to);
    });
    return { kind: 'counted' };
  } catch (error) {
    if (line === null || !isAboutData(error)) throw error;
    return { kind: 'unreadable', line };
  }
}

function isAboutData(error: unknown): boolean {
  return error instanceof SqlRefusedError && error.code.startsWith(badData);
}

/** One fact, unless somebody else has got further meanwhile. */
async function passOver(database: Database, line: Line): Promise<void> {
  await database.transaction(async (sql) => {
    await beginCounting(sql);
    const next = await nextLine(sql);
    const isSame = next?.store === line.store && next.epoch === line.epoch && next.after === line.after;
    if (isSame) await noteCounted(sql, line, line.after + 1);
  });
}

async function nextLine(sql: Sql): Promise<Line | null> {
  const [line = null] = await sql.query<Line>(
    `SELECT store, epoch, coalesce(to_seq, 0) AS after, up_to AS "upTo" FROM lines LEFT JOIN counted_lines USING (store, epoch)
     WHERE up_to > coalesce(to_seq, 0) ORDER BY store, epoch LIMIT 1`,
  );
  return line;
}

async function noteCounted(sql: Sql, { store, epoch }: Line, to: number): Promise<void> {
  await sql.query(
    `INSERT INTO counted_lines (store, epoch, to_seq) VALUES ($1, $2, $3)
     ON CONFLICT (store, epoch) DO UPDATE SET to_seq = excluded.to_seq`,
    [store, epoch, to],
  );
}

async function countOwn(sql: Sql): Promise<void> {
  await byKey(sql);
  await beginCounting(sql);
  await sql.query(counting(ownFacts('ORDER BY chain_id, number LIMIT $2')), [kinds, factsPerPage]);
}

async function beginCounting(sql: Sql): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
}

/** Of facts as a store told them (`fact`) the columns that are counted. Guests are whoever their store took them for. */
const told = `
  coalesce((SELECT chain_id FROM subjects who WHERE who.store = fact.store AND who.epoch = fact.epoch
      AND who.subject = fact.subject), fact.store || '.' || fact.epoch || '.' || fact.subject) AS who,
    kind.text AS kind, (SELECT text FROM words thing WHERE thing.store = fact.store AND thing.epoch = fact.epoch
      AND thing.id = fact.thing) AS thing, fact.ref, fact.amount,
    CASE WHEN kind.text IN ('run.entered', 'objective.reached', 'message.decided') THEN fact.rest::jsonb END AS rest`;
const ofNobodyErased = `NOT EXISTS (SELECT FROM erased_subjects gone WHERE gone.store = fact.store
  AND gone.epoch = fact.epoch AND gone.subject = fact.subject)`;
const said = `
  SELECT who, kind, CASE WHEN kind IN ('run.entered', 'objective.reached', 'message.decided') THEN thing END AS dialogue,
    CASE WHEN kind LIKE 'message.%' OR kind IN ('email.sent', 'mail.printed', 'call.logged') THEN ref END AS message,
    CASE kind WHEN 'run.entered' THEN (rest ->> 1)::boolean WHEN 'objective.reached' THEN (rest ->> 0)::boolean END AS held,
    CASE WHEN kind = 'message.silent' THEN thing END AS silence, amount AS value
  FROM happened`;

/** $2, $3: a line; $4, $5: after this number and to that one. */
const lineFacts = `
  kind AS MATERIALIZED (SELECT id, text FROM words WHERE store = $2 AND epoch = $3 AND text = ANY($1::text[])),
  happened AS MATERIALIZED (SELECT ${told} FROM facts fact JOIN kind ON kind.id = fact.type
    WHERE fact.store = $2 AND fact.epoch = $3 AND fact.seq > $4::bigint AND fact.seq <= $5::bigint
      AND fact.subject IS NOT NULL AND ${ofNobodyErased}),
  said AS MATERIALIZED (${said})`;

/** $2: one person. What is not counted yet of every store, by where she appears, and in chunks that nobody has opened. */
const herFacts = `
  her AS MATERIALIZED (SELECT store, epoch, subject, coalesce(to_seq, 0) AS after
    FROM subjects LEFT JOIN counted_lines USING (store, epoch) WHERE chain_id = $2),
  found AS MATERIALIZED (
    SELECT her.store, her.epoch, seq, after FROM her
      JOIN appearances a ON a.store = her.store AND a.epoch = her.epoch AND a.subject = her.subject AND a.to_seq > after,
      unnest(a.seqs) AS seq
    UNION
    SELECT her.store, her.epoch, fact.seq, after FROM her
      JOIN arrivals a ON a.store = her.store AND a.epoch = her.epoch
      JOIN facts fact ON fact.store = a.store AND fact.epoch = a.epoch AND fact.seq > a.after_seq AND fact.seq <= a.to_seq
        AND fact.subject = her.subject),
  happened AS MATERIALIZED (SELECT ${told} FROM found
    JOIN facts fact ON fact.store = found.store AND fact.epoch = found.epoch AND fact.seq = found.seq
    JOIN words kind ON kind.store = fact.store AND kind.epoch = fact.epoch AND kind.id = fact.type
      AND kind.text = ANY($1::text[])
    WHERE found.seq > after AND fact.subject IS NOT NULL AND ${ofNobodyErased}),
  said AS MATERIALIZED (${said})`;

/** Headquarters' own that are not counted yet, so many or somebody's; taken off the list. */
function ownFacts(which: string): string {
  return `
  taken AS (DELETE FROM uncounted_facts WHERE (chain_id, number) IN (
    SELECT chain_id, number FROM uncounted_facts ${which} FOR UPDATE SKIP LOCKED) RETURNING chain_id, number),
  said AS MATERIALIZED (
    SELECT own.chain_id AS who, type AS kind, body ->> 'dialogue' AS dialogue, body ->> 'message' AS message,
      (body ->> 'held')::boolean AS held, body ->> 'silence' AS silence, (body ->> 'value')::double precision AS value
    FROM taken JOIN own_facts own ON own.chain_id = taken.chain_id AND own.number = taken.number
    WHERE type = ANY($1::text[]))`;
}

/**
 * Adds what `said` says to the sums. Customers count once in each dialogue; of a message each of its outcomes counts once,
 * for the dialogue that decided it, whichever of the two came first.
 */
function counting(facts: string): string {
  return `
  WITH ${facts},
  people AS (
    INSERT INTO dialogue_people (chain_id, dialogue, held, figure)
    SELECT DISTINCT who, dialogue, held, CASE kind WHEN 'run.entered' THEN 'entered' ELSE 'reached' END FROM said
    WHERE kind IN ('run.entered', 'objective.reached') AND dialogue IS NOT NULL AND held IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING dialogue, held, figure),
  heard AS (
    SELECT sha256(convert_to(message, 'UTF8')) AS mark, max(dialogue) FILTER (WHERE kind = 'message.decided') AS dialogue,
      coalesce(array_agg(DISTINCT CASE
        WHEN kind IN ('message.shown', 'email.sent', 'mail.printed') THEN 'shown'
        WHEN kind IN ('message.answered', 'call.logged') THEN 'answered' ELSE silence END)
        FILTER (WHERE kind <> 'message.decided' AND (kind <> 'message.silent' OR silence IS NOT NULL)), '{}') AS figures
    FROM said WHERE message IS NOT NULL AND kind NOT IN ('run.entered', 'objective.reached') GROUP BY 1),
  messages AS MATERIALIZED (
    SELECT heard.mark, coalesce(known.dialogue, heard.dialogue) AS dialogue,
      ARRAY(SELECT unnest(known.figures) UNION SELECT unnest(heard.figures)) AS figures,
      CASE WHEN known.dialogue IS NULL THEN '{}' ELSE known.figures END AS counted
    FROM heard LEFT JOIN dialogue_messages known ON known.mark = heard.mark),
  kept AS (
    INSERT INTO dialogue_messages (mark, dialogue, figures) SELECT mark, dialogue, figures FROM messages
    ON CONFLICT (mark) DO UPDATE SET dialogue = excluded.dialogue, figures = excluded.figures),
  more AS (
    SELECT dialogue, held, figure, count(*) AS count FROM people GROUP BY 1, 2, 3
    UNION ALL
    SELECT dialogue, held, 'value', coalesce(sum(value), 0)::bigint FROM said
    WHERE kind = 'objective.reached' AND dialogue IS NOT NULL AND held IS NOT NULL GROUP BY 1, 2
    UNION ALL
    SELECT dialogue, false, figure, count(*) FROM messages, unnest(figures) AS figure
    WHERE dialogue IS NOT NULL AND figure <> ALL(counted) GROUP BY 1, 3)
  INSERT INTO dialogue_figures (dialogue, held, figure, count) SELECT dialogue, held, figure, count FROM more
  ON CONFLICT (dialogue, held, figure) DO UPDATE SET count = dialogue_figures.count + excluded.count`;
}
