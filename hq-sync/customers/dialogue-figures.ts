/**
 * What dialogues have come to, from the facts of every store and headquarters' own: customers who entered, what was said
 * to them, what they answered, the four silences, and who reached what the dialogue is for, each apart for those who were
 * left alone (`held`). Customers are counted once, in whatever stores they were.
 *
 * Every figure is a sum over people. So whoever is erased is counted first, for herself, and stays in `erased_figures`: what
 * was published does not change, and no fact of hers is needed for it.
 */
import type { Sql } from '../database/database.ts';

export const figureNames = [
  'entered',
  'shown',
  'answered',
  'never-shown',
  'ignored',
  'walked-away',
  'acted-elsewhere',
  'reached',
  /** Minor units. */
  'value',
] as const;
export type FigureName = (typeof figureNames)[number];

export interface DialogueFigures {
  readonly dialogue: string;
  readonly held: boolean;
  readonly figures: Readonly<Record<FigureName, number>>;
}

interface Counted {
  readonly dialogue: string;
  readonly held: boolean;
  readonly figure: FigureName;
  readonly count: number;
}

const kinds = [
  ...['run.entered', 'objective.reached', 'message.decided', 'message.shown', 'message.answered', 'message.silent'],
  ...['email.sent', 'mail.printed', 'call.logged'],
];

/** $1: the kinds; $2: one person, null for everybody. Guests count as whoever their store took them for. */
const counted = `
  WITH kind AS (SELECT store, epoch, id, text FROM words WHERE text = ANY($1::text[])),
  happened AS (
    SELECT coalesce(who.chain_id, fact.store || '.' || fact.epoch || '.' || fact.subject) AS who, kind.text AS kind,
      thing.text AS thing, fact.ref, fact.amount,
      CASE WHEN kind.text IN ('run.entered', 'objective.reached', 'message.decided') THEN fact.rest::jsonb END AS rest
    FROM facts fact
      JOIN kind ON kind.store = fact.store AND kind.epoch = fact.epoch AND kind.id = fact.type
      LEFT JOIN subjects who ON who.store = fact.store AND who.epoch = fact.epoch AND who.subject = fact.subject
      LEFT JOIN words thing ON thing.store = fact.store AND thing.epoch = fact.epoch AND thing.id = fact.thing
    WHERE fact.subject IS NOT NULL AND ($2::text IS NULL OR who.chain_id = $2)
      AND NOT EXISTS (SELECT FROM erased_subjects gone WHERE gone.store = fact.store AND gone.epoch = fact.epoch
        AND gone.subject = fact.subject)
  ),
  said AS (
    SELECT who, kind, CASE WHEN kind IN ('run.entered', 'objective.reached', 'message.decided') THEN thing END AS dialogue,
      CASE WHEN kind LIKE 'message.%' OR kind IN ('email.sent', 'mail.printed', 'call.logged') THEN ref END AS message,
      CASE kind WHEN 'run.entered' THEN (rest ->> 1)::boolean WHEN 'objective.reached' THEN (rest ->> 0)::boolean END AS held,
      CASE WHEN kind = 'message.silent' THEN thing END AS silence, amount AS value
    FROM happened
    UNION ALL
    SELECT chain_id, type, body ->> 'dialogue', body ->> 'message', (body ->> 'held')::boolean, body ->> 'silence',
      (body ->> 'value')::double precision
    FROM own_facts WHERE type = ANY($1::text[]) AND chain_id <> '' AND ($2::text IS NULL OR chain_id = $2)
  ),
  decided AS (SELECT DISTINCT message, dialogue FROM said WHERE kind = 'message.decided'),
  outcome AS (
    SELECT DISTINCT decided.dialogue, said.message, CASE
      WHEN kind IN ('message.shown', 'email.sent', 'mail.printed') THEN 'shown'
      WHEN kind IN ('message.answered', 'call.logged') THEN 'answered' ELSE silence END AS figure
    FROM said JOIN decided USING (message) WHERE kind <> 'message.decided'
  )
  SELECT dialogue, held, 'entered' AS figure, count(DISTINCT who) AS count FROM said WHERE kind = 'run.entered' GROUP BY 1, 2
  UNION ALL
  SELECT dialogue, held, 'reached', count(DISTINCT who) FROM said WHERE kind = 'objective.reached' GROUP BY 1, 2
  UNION ALL
  SELECT dialogue, held, 'value', coalesce(sum(value), 0)::bigint FROM said WHERE kind = 'objective.reached' GROUP BY 1, 2
  UNION ALL
  SELECT dialogue, false, figure, count(*) FROM outcome WHERE figure IS NOT NULL GROUP BY 1, 3`;

/** By dialogue, those who heard from it before those who were left alone. */
export async function dialogueFigures(sql: Sql): Promise<DialogueFigures[]> {
  const rows = await sql.query<Counted>(
    `SELECT dialogue, held, figure, sum(count)::bigint AS count FROM (
       SELECT * FROM (${counted}) AS living UNION ALL SELECT dialogue, held, figure, count FROM erased_figures) AS everybody
     GROUP BY 1, 2, 3 ORDER BY 1, 2`,
    [kinds, null],
  );
  const byDialogue = Map.groupBy(rows, ({ dialogue, held }) => `${dialogue} ${held}`);
  return [...byDialogue.values()].map((own) => {
    const [{ dialogue, held }] = own as [Counted, ...Counted[]];
    const of = (name: FigureName): number => own.find(({ figure }) => figure === name)?.count ?? 0;
    const figures = Object.fromEntries(figureNames.map((name) => [name, of(name)])) as Record<FigureName, number>;
    return { dialogue, held, figures };
  });
}

/** In the caller's transaction, before anything of hers goes: what she counts for stays counted. */
export async function keepFigures(sql: Sql, chainId: string): Promise<void> {
  await sql.query(
    `INSERT INTO erased_figures (dialogue, held, figure, count) SELECT dialogue, held, figure, count FROM (${counted}) AS hers
     ON CONFLICT (dialogue, held, figure) DO UPDATE SET count = erased_figures.count + excluded.count`,
    [kinds, chainId],
  );
}
