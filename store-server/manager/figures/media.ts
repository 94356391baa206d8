/**
 * In-store media, counted by the words of `MediaRow` (protocol/manager-figures.ts, which names the standard). A play's
 * opportunities are settled before the places where carts stood are forgotten; until then they are counted when asked, so
 * that a cart that was out of touch is still counted where it was.
 */
import type { FigureRange, MediaRow } from '@kairos/protocol/manager-figures.ts';
import type Database from 'better-sqlite3';

const hourMs = 3_600_000;
/** A play is found by its beginning, and a presence by its own; none of either lasts longer. */
const longestMs = 24 * hourMs;

interface PlayRow {
  readonly seq: number;
  readonly screen: string;
  readonly dialogue: string;
  readonly step: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly opportunities: number | null;
  readonly dwellMs: number | null;
}

interface Seen {
  readonly opportunities: number;
  readonly dwellMs: number;
}

export type Screens = Readonly<Record<string, string>>;

/** In order of screen, dialogue, step, hour. `hourOf`: when the hour of an instant begins, on the store's wall. */
export function mediaRows(
  db: Database.Database,
  options: { readonly range: FigureRange; readonly screens: Screens; readonly hourOf: (at: number) => number },
): MediaRow[] {
  const { range, screens, hourOf } = options;
  const seen = seenIn(db);
  const rows = new Map<string, MediaRow>();
  for (const play of playsIn(db, range)) {
    const zone = screens[play.screen] ?? null;
    const { opportunities, dwellMs } = seenOf(play, zone, seen);
    const playedMs = play.endedAt - play.startedAt;
    const hour = hourOf(play.startedAt);
    const key = `${play.screen} ${play.dialogue} ${play.step} ${hour}`;
    const row = rows.get(key);
    const total = (row?.playedMs ?? 0) + playedMs;
    rows.set(key, {
      screen: play.screen,
      zone,
      dialogue: play.dialogue,
      step: play.step,
      hour,
      plays: (row?.plays ?? 0) + 1,
      playedMs: total,
      opportunities: (row?.opportunities ?? 0) + opportunities,
      dwellMs: (row?.dwellMs ?? 0) + dwellMs,
      shareOfHour: Math.min(1, total / hourMs),
    });
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

/** Plays that began in the range, and what is known of each message; tills are no media. */
function playsIn(db: Database.Database, { from, to }: FigureRange): PlayRow[] {
  return db
    .prepare(
      `SELECT plays.seq, screen, dialogue, step, started_at AS startedAt, ended_at AS endedAt, opportunities,
         dwell_ms AS dwellMs
       FROM plays JOIN messages USING (message)
       WHERE started_at >= ? AND started_at < ? AND channel IN ('cart', 'screen') ORDER BY plays.seq`,
    )
    .all(from, to) as PlayRow[];
}

function seenOf(play: PlayRow, zone: string | null, seen: (play: PlayRow, zone: string) => Seen): Seen {
  if (play.opportunities !== null) return { opportunities: play.opportunities, dwellMs: play.dwellMs ?? 0 };
  if (zone === null) return { opportunities: 1, dwellMs: play.endedAt - play.startedAt };
  return seen(play, zone);
}

/** Visits that were in the zone during the play, each once, and how long in all. */
function seenIn(db: Database.Database): (play: PlayRow, zone: string) => Seen {
  const statement = db.prepare(
    `SELECT count(DISTINCT visit) AS opportunities,
       coalesce(sum(min(coalesce(to_at, @endedAt), @endedAt) - max(from_at, @startedAt)), 0) AS dwellMs
     FROM presences
     WHERE zone = @zone AND from_at < @endedAt AND from_at > @startedAt - ${longestMs}
       AND (to_at IS NULL OR to_at > @startedAt)`,
  );
  return ({ startedAt, endedAt }, zone) => statement.get({ zone, startedAt, endedAt }) as Seen;
}

/** Writes down the opportunities of plays that began before. */
export function settlePlays(db: Database.Database, screens: Screens, beforeMs: number): void {
  const seen = seenIn(db);
  const due = db
    .prepare(
      `SELECT seq, screen, '' AS dialogue, '' AS step, started_at AS startedAt, ended_at AS endedAt, opportunities,
         dwell_ms AS dwellMs
       FROM plays WHERE started_at < ? AND opportunities IS NULL`,
    )
    .all(beforeMs) as PlayRow[];
  const settle = db.prepare('UPDATE plays SET opportunities = ?, dwell_ms = ? WHERE seq = ?');
  for (const play of due) {
    const { opportunities, dwellMs } = seenOf(play, screens[play.screen] ?? null, seen);
    settle.run(opportunities, dwellMs, play.seq);
  }
}
