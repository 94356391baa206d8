/**
 * What needs a person, out of everything that the store knows of itself, ordered: what a customer waits for first, then
 * what keeps the store from working, then what can wait until later. Each names what has happened; the page says it, and
 * what to do, in its reader's language (pages/manager/words/need-words.ts). Pure: whoever asks brings what is known.
 */
import { type ManagerNeed, type ManagerScreen, managerNeedsMax, needKinds } from '@kairos/protocol/manager-events.ts';
import type { DeviceRow, GatewayRow } from './device-book.ts';

const minuteMs = 60_000;
/** A task that waits for somebody to take it for so long needs a word. */
const taskWaitsMs = 2 * minuteMs;
const batteryLowPercent = 15;
const queueOldMs = 5 * minuteMs;
const gatewaySilentMs = 2 * minuteMs;
const diskShareMin = 0.1;
const diskBytesMin = 1024 ** 3;

export interface CallOpen {
  readonly cart: string | null;
  readonly zone: string | null;
  readonly since: number;
  /** Nobody was free to come. */
  readonly isUnanswered: boolean;
}

export interface TaskWaiting {
  readonly task: string;
  readonly kind: 'claim' | 'approval';
  /** Whom it is for; null: anybody. */
  readonly role: string | null;
  readonly zone: string | null;
  readonly since: number;
}

export interface RefusedLately {
  readonly device: string;
  readonly reason: string;
  readonly count: number;
  readonly last: number;
}

export interface NeedSources {
  readonly now: number;
  readonly calls: readonly CallOpen[];
  readonly tasks: readonly TaskWaiting[];
  readonly screens: readonly ManagerScreen[];
  /** Carts that somebody has: the screens of the others may be dark. */
  readonly cartsInUse: ReadonlySet<string>;
  readonly devices: readonly DeviceRow[];
  readonly gateways: readonly GatewayRow[];
  readonly lowBatteries: number;
  readonly complaints: readonly string[];
  readonly refused: readonly RefusedLately[];
  readonly disk: { readonly freeBytes: number; readonly bytes: number } | null;
}

type Need = Pick<ManagerNeed, 'id' | 'kind' | 'what'> & Partial<ManagerNeed>;

export function needsOf(sources: NeedSources): ManagerNeed[] {
  const needs = [
    ...storeNeeds(sources),
    ...sources.calls.map(callNeed),
    ...taskNeeds(sources),
    ...screenNeeds(sources),
    ...sources.devices.flatMap((row) => deviceNeeds(row)),
    ...gatewayNeeds(sources),
    ...houseNeeds(sources),
    ...refusedNeeds(sources),
  ].map(
    (need): ManagerNeed => ({
      ...{ since: null, zone: null, cart: null, isUrgent: false, about: {}, detail: '' },
      ...need,
      id: need.id.slice(0, 120),
    }),
  );
  return needs
    .sort((one, other) => rank(one) - rank(other) || (one.since ?? 0) - (other.since ?? 0))
    .slice(0, managerNeedsMax);
}

function rank({ isUrgent, kind }: ManagerNeed): number {
  return (isUrgent ? 0 : needKinds.length) + needKinds.indexOf(kind);
}

/** Which part of the store complains, by how it begins (http/health.ts, headquarters/hq-line.ts, tls/secure-front.ts). */
const parts: readonly (readonly [begins: RegExp, what: ManagerNeed['what']])[] = [
  [/^journal: /, 'journal'],
  [/^broker: /, 'broker'],
  [/^clock: /, 'clock'],
  [/^https: /, 'certificate'],
  [/headquarters/, 'headquarters'],
];

function storeNeeds({ complaints }: NeedSources): Need[] {
  return complaints.map((complaint) => {
    const what = parts.find(([begins]) => begins.test(complaint))?.[1] ?? 'store';
    const detail = complaint.replace(/^[a-z]+: /, '').slice(0, 300);
    const kind = what === 'certificate' ? 'certificate' : 'store';
    return { id: `${kind}/${what}/${detail.slice(0, 80)}`, kind, what, isUrgent: true, detail };
  });
}

function callNeed({ cart, zone, since, isUnanswered }: CallOpen): Need {
  const what = isUnanswered ? 'help-nobody' : 'help';
  return { id: `help/${cart}/${since}`, kind: 'help', what, isUrgent: true, since, zone, cart };
}

function taskNeeds({ tasks, now }: NeedSources): Need[] {
  return tasks
    .filter(({ since }) => now - since >= taskWaitsMs)
    .map(({ task, kind, role, zone, since }) => ({
      id: `task/${task}`,
      kind: 'task',
      what: kind === 'approval' ? 'approval' : 'task',
      about: role === null ? {} : { role },
      since,
      zone,
    }));
}

/** How a screen is that nobody can read. */
const troubles = ['dark', 'lost', 'frozen', 'stale'] as const satisfies readonly ManagerScreen['state'][];

/** More screens than this in the same trouble are one trouble: their switch, or their network. */
const screensApartMax = 3;

function screenNeeds({ screens, cartsInUse }: NeedSources): Need[] {
  return troubles.flatMap((state): Need[] => {
    // A cart in the dock may sleep.
    const out = screens.filter((one) => one.state === state && (one.zone !== null || cartsInUse.has(one.id)));
    if (out.length <= screensApartMax)
      return out.map(({ id, zone }) => {
        const cart = zone === null ? id : null;
        return { id: `screen/${id}`, kind: 'screen', what: `screen-${state}`, about: { device: id }, zone, cart };
      });
    const names = out.slice(0, screensApartMax).map(({ id }) => id);
    const about = { count: out.length, names: names.join(', '), more: out.length - names.length };
    return [{ id: `screens/${state}`, kind: 'screen', what: `screens-${state}`, about }];
  });
}

function deviceNeeds(row: DeviceRow): Need[] {
  const { id, state, batteryPercent, queueDepth, queueOldestMs, dropped, lastHeard, readersFailed } = row;
  const needs: Need[] = [];
  const about = { device: id };
  if (state === 'silent' || state === 'offline')
    needs.push({ id: `device/${id}`, kind: 'device', what: 'silent', about, since: lastHeard });
  if (readersFailed.length > 0) {
    const readers = readersFailed.join(', ').slice(0, 200);
    needs.push({ id: `reader/${id}`, kind: 'device', what: 'reader', about: { ...about, readers } });
  }
  if (batteryPercent !== null && batteryPercent <= batteryLowPercent)
    needs.push({ id: `battery/${id}`, kind: 'battery', what: 'battery', about: { ...about, percent: batteryPercent } });
  if (queueDepth && (queueOldestMs ?? 0) >= queueOldMs) {
    const waiting = { ...about, count: queueDepth, timeMs: queueOldestMs ?? 0 };
    needs.push({ id: `queue/${id}`, kind: 'queue', what: 'queue', about: waiting });
  }
  if (dropped) needs.push({ id: `dropped/${id}`, kind: 'queue', what: 'dropped', about: { ...about, count: dropped } });
  return needs;
}

function gatewayNeeds({ gateways, lowBatteries, now }: NeedSources): Need[] {
  const silent = gateways
    .filter(({ lastMessageAgeMs }) => lastMessageAgeMs >= gatewaySilentMs)
    .map(
      ({ topic, lastMessageAgeMs }): Need => ({
        id: `gateway/${topic}`,
        kind: 'device',
        what: 'gateway',
        about: { topic: topic.slice(0, 200) },
        since: Math.max(0, now - lastMessageAgeMs),
      }),
    );
  if (lowBatteries === 0) return silent;
  const about = { count: lowBatteries };
  return [...silent, { id: 'battery/radio', kind: 'battery', what: 'radio-battery', about }];
}

function houseNeeds({ disk }: NeedSources): Need[] {
  if (disk === null || (disk.freeBytes >= diskBytesMin && disk.freeBytes >= disk.bytes * diskShareMin)) return [];
  const isUrgent = disk.freeBytes < diskBytesMin / 4;
  return [{ id: 'disk', kind: 'disk', what: 'disk', isUrgent, about: { bytes: disk.freeBytes } }];
}

function refusedNeeds({ refused }: NeedSources): Need[] {
  return refused.map(({ device, reason, count, last }) => ({
    id: `refused/${device}/${reason}`,
    kind: 'refused',
    what: 'refused',
    about: { device, reason: reason.slice(0, 200), count },
    since: last,
  }));
}
