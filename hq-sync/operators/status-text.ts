/** `npm run hq -- status` in words: one screen, what needs somebody first and marked. Pure. */
import { toIso } from '@kairos/protocol/time.ts';
import { lateMs } from '../pages/store-list.ts';
import type { QueueStanding, Status } from './status.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** What lies so long, ready to be done, is not being done. Letters go out once a day; calls and pages wait for people. */
const lyingMaxMs: Readonly<Record<string, number>> = { email: hourMs, mail: 26 * hourMs };
/** Files are written anew within a day. */
const tracesMaxMs = 26 * hourMs;

const nameOf: Readonly<Record<string, string>> = {
  email: 'mails',
  call: 'calls',
  mail: 'letters',
  web: 'pages',
  sign: 'signatures',
};

/** What needs somebody, a sentence each. */
export function attention(status: Status): string[] {
  const { at, stores, named, queues, erasures, archive } = status;
  const since = (from: number | null): number => (from === null ? 0 : at - from);
  const found: string[] = [];
  if (stores.needs > 0)
    found.push(
      `${stores.needs === 1 ? 'one store needs' : `${stores.needs} stores need`} somebody: ${named.join(', ')}${stores.needs > named.length ? ', …' : ''}`,
    );
  for (const { kind, due, oldestAt } of queues)
    if (since(oldestAt) > (lyingMaxMs[kind] ?? Number.POSITIVE_INFINITY))
      found.push(
        `${due} ${nameOf[kind]} lie here, the oldest for ${age(since(oldestAt))}: is headquarters running, and what does its /health say of its channels?`,
      );
  if (since(erasures.oldestAt) > lateMs)
    found.push(
      `${erasures.stores} stores have not said for ${age(since(erasures.oldestAt))} that they have forgotten somebody`,
    );
  if (since(erasures.tracesSince) > tracesMaxMs)
    found.push(
      `what was erased ${age(since(erasures.tracesSince))} ago still stands in the files: npm run hq -- clean says why`,
    );
  if (archive && (archive.failedAt ?? 0) > (archive.lastAt ?? 0))
    found.push(`PostgreSQL could not archive its log ${age(since(archive.failedAt))} ago: see its own log`);
  return found;
}

export function statusText(status: Status): string {
  const { at, version, database, stores, quarantine, release, folding, queues, replies, erasures, archive } = status;
  const ago = (then: number | null): string => (then === null ? 'never' : `${age(at - then)} ago`);
  const needed = attention(status);
  const rows: readonly (readonly [string, string])[] = [
    ['database', `${database.kind}, ${Math.round(database.bytes / 1_048_576)} MB, tables ${database.tables}`],
    [
      'stores',
      `${stores.all}: ${stores.fine} fine, ${stores.late} late, ${stores.never} never heard, ${stores.refused} refused, ${stores.aside} with facts put aside`,
    ],
    [
      'put aside',
      quarantine.facts === 0 ? 'no fact' : `${quarantine.facts} facts, the newest ${ago(quarantine.newestAt)}`,
    ],
    [
      'release',
      release.number === 0 ? 'none yet' : `${release.number}; ${release.storesBehind} stores have an older one`,
    ],
    [
      'folding',
      `${folding.chunks} chunks and ${folding.people} people wait; ${status.uncountedFacts} facts to be counted`,
    ],
    ...queues.map((queue) => [nameOf[queue.kind] ?? queue.kind, queueText(queue, ago)] as const),
    ['replies', replies.unread === 0 ? 'none unread' : `${replies.unread} unread, the oldest ${ago(replies.oldestAt)}`],
    [
      'erasures',
      `${erasures.receipts === 0 ? 'no receipt owed' : `${erasures.stores} stores owe ${erasures.receipts} receipts, the oldest asked ${ago(erasures.oldestAt)}`}; files ${erasures.tracesSince === null ? 'are clean' : `to be cleaned since ${age(at - erasures.tracesSince)}`}, cleaned ${ago(erasures.cleanedAt)}`,
    ],
    [
      'backup',
      archive === null
        ? 'nothing is archived here; of copies made by other means the database does not know'
        : `log archived ${ago(archive.lastAt)}, ${archive.failed} times not`,
    ],
  ];
  const lines = [
    `Headquarters ${version}, ${toIso(at)}`,
    ...(needed.length === 0 ? ['Nothing needs anybody.'] : needed.map((one) => `! ${one}`)),
    '',
    ...rows.map(([name, said]) => `${name.padEnd(11)}${said}`),
  ];
  return `${lines.join('\n')}\n`;
}

function queueText({ waiting, due, oldestAt, tried }: QueueStanding, ago: (then: number | null) => string): string {
  const now = due === 0 ? 'none of them yet' : `${due} now, the oldest of ${ago(oldestAt)}`;
  return `${waiting} to be done: ${now}${tried === 0 ? '' : `; ${tried} tried before`}`;
}

/** "40 s", "12 min", "5 h", "3 d": as exact as anybody needs at night. */
function age(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  if (ms < 2 * hourMs) return `${Math.round(ms / minuteMs)} min`;
  return ms < 2 * dayMs ? `${Math.round(ms / hourMs)} h` : `${Math.round(ms / dayMs)} d`;
}
