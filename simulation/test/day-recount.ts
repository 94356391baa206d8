/**
 * The manager's figures of a day, counted a second time in another way: plain SQL over the journal's own tables, which
 * knows nothing of the running fold, its side table or its rules in code. Where both come to the same, both are right or
 * both were told the same mistake; so each rule stands here in words of its own.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface RecountOptions {
  readonly data: string;
  readonly from: number;
  readonly to: number;
  /** Of the store's wall against UTC on that day. */
  readonly offsetMs: number;
  /** "dialogue/step/answer" of answers that their authors hoped for. */
  readonly wanted: readonly string[];
  /** Screen to zone. */
  readonly screens: Readonly<Record<string, string>>;
}

export type Counts = Record<string, number | null>;

export interface Recount {
  readonly funnels: Counts;
  readonly lift: Counts;
  readonly attention: Counts;
  readonly load: Counts;
  readonly media: Counts;
}

/** Facts with their words, and what belongs together, as views that live as long as the connection. */
const views = `
  CREATE TEMP TABLE f AS SELECT seq, t.text AS type, at, subject, p.text AS place, g.text AS thing, ref, amount, rest
    FROM facts JOIN words t ON t.id = facts.type LEFT JOIN words p ON p.id = facts.place
    LEFT JOIN words g ON g.id = facts.thing;
  CREATE INDEX temp.f_type ON f (type, seq);
  CREATE INDEX temp.f_ref ON f (ref, type, seq);
  CREATE INDEX temp.f_subject ON f (subject, type, seq);
  CREATE INDEX temp.f_place ON f (place, seq);

  CREATE TEMP TABLE run AS SELECT seq, at, subject, ref AS run, thing AS dialogue,
      json_extract(rest, '$[1]') AS held, (SELECT text FROM words WHERE id = json_extract(rest, '$[2]')) AS arm,
      EXISTS (SELECT 1 FROM f v JOIN words s ON s.id = json_extract(v.rest, '$[1]')
        WHERE v.type = 'visit.opened' AND v.subject = f.subject AND s.text = 'guest') AS guest
    FROM f WHERE type = 'run.entered';
  CREATE INDEX temp.run_run ON run (run);
  CREATE TEMP TABLE said AS SELECT f.seq, f.at, f.subject, f.ref AS message, f.thing AS dialogue, f.place AS target,
      json_extract(f.rest, '$[0]') AS run, s.text AS step, c.text AS channel, coalesce(x.text, 'away') AS context, run.arm,
      (SELECT CASE WHEN EXISTS (SELECT 1 FROM f e WHERE e.ref = o.ref AND e.type = 'visit.closed'
           AND e.seq > o.seq AND e.seq < f.seq) THEN NULL ELSE o.ref END
         FROM f o WHERE o.type = 'visit.opened' AND o.subject = f.subject AND o.seq < f.seq
         ORDER BY o.seq DESC LIMIT 1) AS visit
    FROM f JOIN words s ON s.id = json_extract(f.rest, '$[1]') JOIN words c ON c.id = json_extract(f.rest, '$[2]')
    LEFT JOIN words x ON x.id = json_extract(f.rest, '$[6]')
    LEFT JOIN run ON run.run = json_extract(f.rest, '$[0]') WHERE f.type = 'message.decided';
  CREATE INDEX temp.said_message ON said (message);
  UPDATE said SET visit = NULL WHERE channel NOT IN ('cart', 'screen', 'handheld', 'pos', 'receipt');

  CREATE TEMP TABLE task AS SELECT json_extract(rest, '$[0]') AS task, ref AS message, thing AS role, min(seq) AS seq,
      min(at) AS at FROM f WHERE type = 'task.offered' GROUP BY 1;
  CREATE TEMP TABLE word_given AS
    SELECT seq, at, ref AS message, thing AS answer FROM f WHERE type IN ('message.answered', 'call.logged')
    UNION ALL SELECT f.seq, f.at, task.message, f.thing FROM f JOIN task ON task.task = f.ref
      WHERE f.type = 'task.done' AND f.ref NOT GLOB '*-a[0-9]*';
  DELETE FROM word_given WHERE answer = 'not-reached';
  CREATE INDEX temp.word_message ON word_given (message, seq);
  CREATE TEMP TABLE answered AS SELECT message, answer, at, min(seq) AS seq FROM word_given
    WHERE message IN (SELECT message FROM said) GROUP BY message;
  CREATE TEMP TABLE shown AS SELECT ref AS message, min(at) AS at, min(seq) AS seq FROM f
    WHERE type IN ('message.shown', 'email.sent', 'mail.printed') AND ref IN (SELECT message FROM said) GROUP BY ref;
  CREATE TEMP TABLE silent AS SELECT f.ref AS message, f.thing AS silence, f.at, min(f.seq) AS seq,
      coalesce(said.dialogue, run.dialogue) AS dialogue, coalesce(said.arm, run.arm) AS arm,
      coalesce(said.step, (SELECT thing FROM f m WHERE m.type = 'run.moved' AND m.ref = substr(f.ref, 1, 20)
        AND m.seq < f.seq ORDER BY m.seq DESC LIMIT 1)) AS step
    FROM f LEFT JOIN said ON said.message = f.ref LEFT JOIN run ON run.run = substr(f.ref, 1, 20)
    WHERE f.type = 'message.silent' GROUP BY f.ref;
`;

export function recountDay(options: RecountOptions): Recount {
  const db = new Database(join(options.data, 'journal.db'), { readonly: true });
  try {
    db.exec(views);
    const { from, to, offsetMs, wanted, screens } = options;
    const bound = { from, to, offsetMs, wanted: JSON.stringify(wanted), screens: JSON.stringify(screens) };
    const counts = (...queries: readonly string[]): Counts =>
      Object.fromEntries(queries.flatMap((sql) => db.prepare(sql).raw().all(bound) as [string, number | null][]));
    return {
      funnels: counts(...funnels),
      lift: counts(lift),
      attention: counts(...attention),
      load: counts(...load),
      media: counts(media),
    };
  } finally {
    db.close();
  }
}

const within = (column: string): string => `${column} >= @from AND ${column} < @to`;

/** A count by dialogue, and the same by step and by variant. */
function byPlace(what: string, from: string, at: string, extra = "''"): string[] {
  const count = (key: string, where: string): string =>
    `SELECT ${key} || ' ' || '${what}' || ${extra} AS key, count(*) FROM ${from} WHERE ${within(at)} ${where} GROUP BY key`;
  return [
    count('dialogue', ''),
    count("dialogue || '/' || step", ''),
    count("dialogue || '#' || arm", 'AND arm IS NOT NULL'),
  ];
}

const funnels: readonly string[] = [
  `SELECT dialogue || iif(held, ' held', '') || ' entered', count(*) FROM run WHERE ${within('at')} GROUP BY 1`,
  `SELECT dialogue || '#' || arm || ' entered', count(*) FROM run WHERE ${within('at')} AND arm IS NOT NULL AND NOT held GROUP BY 1`,
  `SELECT thing || iif(json_extract(rest, '$[0]'), ' held', '') || ' reached', count(*) FROM f
   WHERE type = 'objective.reached' AND ${within('at')} GROUP BY 1`,
  `SELECT thing || ' value', sum(amount) FROM f WHERE type = 'objective.reached' AND NOT json_extract(rest, '$[0]')
   AND ${within('at')} GROUP BY 1`,
  `SELECT dialogue || iif(held, ' held', '') || ' waiting', count(*) FROM run
   WHERE at < @to AND run NOT IN (SELECT ref FROM f WHERE type = 'run.ended' AND at < @to) GROUP BY 1`,
  `SELECT dialogue || '/' || (SELECT thing FROM f m WHERE m.type = 'run.moved' AND m.ref = run.run AND m.at < @to
     ORDER BY m.seq DESC LIMIT 1) || ' waiting' AS key, count(*) FROM run
   WHERE NOT held AND at < @to AND run NOT IN (SELECT ref FROM f WHERE type = 'run.ended' AND at < @to)
   GROUP BY key HAVING key IS NOT NULL`,
  ...byPlace('decided', 'said', 'at'),
  ...byPlace('shown', '(SELECT said.*, shown.at AS shown_at FROM said JOIN shown USING (message))', 'shown_at'),
  ...byPlace(
    'answer ',
    '(SELECT said.*, answered.at AS answered_at, answer FROM said JOIN answered USING (message))',
    'answered_at',
    'answer',
  ),
  ...byPlace('silence ', 'silent', 'at', 'silence'),
];

/** By intention to treat, in customers; the interval is Newcombe's, written out once more. */
const lift = `
  WITH mine AS (SELECT dialogue, subject, min(seq) AS seq, min(at) AS at FROM run
      WHERE ${within('at')} AND subject IS NOT NULL AND NOT guest GROUP BY dialogue, subject),
    customer AS (SELECT mine.dialogue, (SELECT held FROM run WHERE run.seq = mine.seq) AS held,
      EXISTS (SELECT 1 FROM run r JOIN f ON f.ref = r.run AND f.type = 'objective.reached'
        WHERE r.dialogue = mine.dialogue AND r.subject = mine.subject AND r.at >= @from AND r.at < @to) AS reached,
      (SELECT coalesce(sum(iif(f.type = 'sale', 1, -1) * f.amount), 0) FROM f WHERE f.subject = mine.subject
        AND f.type IN ('sale', 'return') AND f.seq > mine.seq AND f.at < mine.at + 30 * 86400000) AS spent FROM mine),
    side AS (SELECT dialogue, held, count(*) AS n, sum(reached) AS x, sum(spent) AS spent FROM customer GROUP BY 1, 2),
    score AS (SELECT *, 1.0 * x / n AS p, n + 1.959964 * 1.959964 AS d,
      1.959964 * sqrt(1.0 * x * (n - x) / n + 1.959964 * 1.959964 / 4) AS h FROM side),
    bounds AS (SELECT *, (x + 1.959964 * 1.959964 / 2 - h) / d AS low, (x + 1.959964 * 1.959964 / 2 + h) / d AS high
      FROM score)
  SELECT dialogue || iif(held, ' held customers', ' spoken customers'), n FROM side
  UNION ALL SELECT dialogue || iif(held, ' held reached', ' spoken reached'), x FROM side
  UNION ALL SELECT dialogue || iif(held, ' held spent', ' spoken spent'), spent FROM side
  UNION ALL SELECT a.dialogue || ' low', round(a.p - b.p - sqrt((a.p - a.low) * (a.p - a.low)
      + (b.high - b.p) * (b.high - b.p)), 9) FROM bounds a JOIN bounds b USING (dialogue) WHERE NOT a.held AND b.held
  UNION ALL SELECT a.dialogue || ' high', round(a.p - b.p + sqrt((a.high - a.p) * (a.high - a.p)
      + (b.p - b.low) * (b.p - b.low)), 9) FROM bounds a JOIN bounds b USING (dialogue) WHERE NOT a.held AND b.held`;

const paid = `
  SELECT said.* FROM said WHERE visit IS NOT NULL AND ${within('at')}
    AND NOT (channel = 'handheld' AND context = 'away')
    AND NOT EXISTS (SELECT 1 FROM f WHERE ref = message AND type = 'message.silent' AND thing = 'never-shown')
    AND NOT EXISTS (SELECT 1 FROM f WHERE ref = message AND type = 'message.withdrawn' AND (thing = 'moved'
      OR (thing IN ('paused', 'outranked') AND NOT EXISTS (SELECT 1 FROM shown WHERE shown.message = said.message
        AND shown.seq < f.seq))))
    AND NOT EXISTS (
      SELECT 1 FROM word_given w JOIN said asked ON asked.message = w.message AND asked.run = said.run
      WHERE said.at <= w.at + 30000
        AND w.seq < (SELECT max(seq) FROM f WHERE ref = said.run AND type = 'run.moved' AND seq < said.seq)
        AND w.seq > (SELECT coalesce(max(seq), 0) FROM f WHERE ref = said.run AND type = 'run.moved' AND seq <
          (SELECT max(seq) FROM f WHERE ref = said.run AND type = 'run.moved' AND seq < said.seq)))`;

const attention: readonly string[] = [
  `WITH visit AS (SELECT ref AS visit, min(at) AS at FROM f WHERE type = 'visit.opened' GROUP BY ref HAVING ${within('min(at)')}),
     seen AS (SELECT visit.visit, (SELECT count(*) FROM said JOIN shown USING (message) WHERE said.visit = visit.visit) AS n
       FROM visit)
   SELECT 'visits', count(*) FROM seen UNION ALL SELECT 'messages', sum(n) FROM seen
   UNION ALL SELECT 'with ' || min(n, 4), count(*) FROM seen GROUP BY 1`,
  `SELECT 'spent', count(*) FROM (${paid})`,
  `SELECT 'refilled', count(*) FROM answered JOIN said USING (message) WHERE visit IS NOT NULL
     AND answered.at >= @from AND answered.at < @to
     AND dialogue || '/' || step || '/' || answer IN (SELECT value FROM json_each(@wanted))`,
];

const load: readonly string[] = [
  `WITH own AS (SELECT task.*,
       (SELECT min(at) FROM f WHERE ref = task AND type IN ('task.claimed', 'task.done')) - at AS wait,
       EXISTS (SELECT 1 FROM f WHERE ref = task AND type = 'task.done') AS done,
       (SELECT thing FROM f WHERE ref = task AND type = 'task.released' ORDER BY seq DESC LIMIT 1) AS released
     FROM task WHERE ${within('at')}),
     ranked AS (SELECT wait, row_number() OVER (ORDER BY wait) AS rank, count(*) OVER () AS n FROM own WHERE wait IS NOT NULL)
   SELECT 'offered', count(*) FROM own UNION ALL SELECT 'claimed', count(wait) FROM own
   UNION ALL SELECT 'done', coalesce(sum(done), 0) FROM own
   UNION ALL SELECT 'unclaimed', count(*) FROM own WHERE wait IS NULL AND released = 'unclaimed'
   UNION ALL SELECT 'p50', (SELECT wait FROM ranked WHERE rank = (n + 1) / 2)
   UNION ALL SELECT 'p90', (SELECT wait FROM ranked WHERE rank = (9 * n + 9) / 10)
   UNION ALL SELECT 'role ' || coalesce(role, ''), count(*) FROM own GROUP BY role
   UNION ALL SELECT 'hour ' || CAST((at + CAST(@offsetMs AS INTEGER)) / 3600000 % 24 AS TEXT), count(*) FROM own
     GROUP BY (at + CAST(@offsetMs AS INTEGER)) / 3600000 % 24`,
];

/** Where carts stood, and who had them: each until the next thing that was heard of it. */
const media = `
  WITH place AS (SELECT seq, at, place AS cart, thing AS zone,
      (SELECT n.at FROM f n WHERE n.place = f.place AND n.seq > f.seq AND (n.type = 'zone.entered'
        OR (n.type = 'zone.left' AND n.thing = f.thing)) ORDER BY n.seq LIMIT 1) AS until
      FROM f WHERE type = 'zone.entered' AND thing IN (SELECT value FROM json_each(@screens))),
    holding AS (SELECT at, place AS cart, ref AS visit,
      (SELECT min(n.at) FROM f n WHERE n.seq > f.seq AND ((n.type = 'visit.closed' AND n.ref = f.ref)
        OR (n.type IN ('visit.opened', 'visit.moved') AND n.place = f.place AND n.ref <> f.ref)
        OR (n.type = 'visit.moved' AND n.ref = f.ref AND n.place <> f.place))) AS until
      FROM f WHERE type IN ('visit.opened', 'visit.moved') AND place IS NOT NULL AND at >= @from - 86400000),
    stood AS MATERIALIZED (SELECT visit, zone, max(place.at, holding.at) AS since,
      min(coalesce(place.until, 1e15), coalesce(holding.until, 1e15)) AS until
      FROM place JOIN holding USING (cart) WHERE max(place.at, holding.at) <
        min(coalesce(place.until, 1e15), coalesce(holding.until, 1e15))),
    play AS (SELECT f.seq, f.place AS screen, said.dialogue, said.step, f.at - f.amount AS since, f.at AS until,
      (SELECT value FROM json_each(@screens) WHERE key = f.place) AS zone
      FROM f JOIN said ON said.message = f.ref WHERE f.type = 'screen.played' AND channel IN ('cart', 'screen')
        AND f.at - f.amount >= @from AND f.at - f.amount < @to),
    seen AS (SELECT play.*, iif(zone IS NULL, 1,
        (SELECT count(DISTINCT visit) FROM stood WHERE stood.zone = play.zone AND stood.since < play.until
          AND stood.until > play.since)) AS opportunities,
      iif(zone IS NULL, until - since, (SELECT coalesce(sum(min(stood.until, play.until) - max(stood.since, play.since)), 0)
        FROM stood WHERE stood.zone = play.zone AND stood.since < play.until AND stood.until > play.since)) AS dwell FROM play),
    hourly AS (SELECT screen || ' ' || dialogue || '/' || step || ' ' ||
        (CAST(since AS INTEGER) / 3600000 * 3600000) AS key, * FROM seen)
  SELECT key || ' plays', count(*) FROM hourly GROUP BY key
  UNION ALL SELECT key || ' ms', sum(until - since) FROM hourly GROUP BY key
  UNION ALL SELECT key || ' opportunities', sum(opportunities) FROM hourly GROUP BY key
  UNION ALL SELECT key || ' dwell', sum(dwell) FROM hourly GROUP BY key`;
