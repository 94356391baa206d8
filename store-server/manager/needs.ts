/**
 * What needs a person, out of everything that the store knows of itself, ordered: what a customer waits for first, then
 * what keeps the store from working, then what can wait until later. Each says what has happened and what to do. Pure:
 * whoever asks brings what is known.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
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
  readonly plan: FloorPlan;
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

type Need = Omit<ManagerNeed, 'since' | 'zone' | 'cart' | 'isUrgent'> & Partial<ManagerNeed>;

export function needsOf(sources: NeedSources): ManagerNeed[] {
  const needs = [
    ...storeNeeds(sources),
    ...sources.calls.map((call) => callNeed(call, sources.plan)),
    ...taskNeeds(sources),
    ...screenNeeds(sources),
    ...sources.devices.flatMap((row) => deviceNeeds(row)),
    ...gatewayNeeds(sources),
    ...houseNeeds(sources),
    ...refusedNeeds(sources),
  ].map(
    (need): ManagerNeed => ({ since: null, zone: null, cart: null, isUrgent: false, ...need, says: clip(need.says) }),
  );
  return needs
    .sort((one, other) => rank(one) - rank(other) || (one.since ?? 0) - (other.since ?? 0))
    .slice(0, managerNeedsMax);
}

function rank({ isUrgent, kind }: ManagerNeed): number {
  return (isUrgent ? 0 : needKinds.length) + needKinds.indexOf(kind);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function clip(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

function storeNeeds({ complaints }: NeedSources): Need[] {
  return complaints.map((complaint) => {
    const [part = '', ...rest] = complaint.split(': ');
    const advice = capital(rest.join(': ') || complaint).slice(0, 300);
    if (part === 'https') {
      const says = 'The store’s certificate needs you';
      return { id: `certificate/${advice.slice(0, 80)}`, kind: 'certificate', isUrgent: true, says, advice };
    }
    return {
      id: `store/${part}`.slice(0, 120),
      kind: 'store',
      isUrgent: true,
      says: `The store’s ${part} is in trouble`,
      advice,
    };
  });
}

function callNeed({ cart, zone, since, isUnanswered }: CallOpen, plan: FloorPlan): Need {
  return {
    id: `help/${cart}/${since}`,
    kind: 'help',
    isUrgent: true,
    says: `${cartText(cart)} asks for somebody${inZone(zone, plan)}`,
    advice: isUnanswered ? 'Nobody was free. Go there yourself, or free somebody.' : 'Nobody has taken it yet.',
    since,
    zone,
    cart,
  };
}

function taskNeeds({ tasks, now, plan }: NeedSources): Need[] {
  return tasks
    .filter(({ since }) => now - since >= taskWaitsMs)
    .map(({ task, kind, role, zone, since }) => ({
      id: `task/${task}`,
      kind: 'task',
      says:
        kind === 'approval'
          ? `A letter waits for the signature of ${role ?? 'somebody'}`
          : `Nobody has taken a task${role === null ? '' : ` for ${role}s`}${inZone(zone, plan)}`,
      advice: kind === 'approval' ? 'Ask for it, or it is not sent.' : 'Ask somebody to take it, or let it go.',
      since,
      zone,
    }));
}

const screenTrouble: Readonly<Record<ManagerScreen['state'], readonly [says: string, advice: string] | null>> = {
  connected: null,
  unseen: null,
  dark: ['is covered or switched off', 'Switch it on, or bring its page to the front.'],
  lost: ['is out of touch', 'Check its power and its network.'],
  frozen: ['has frozen', 'Restart it.'],
  stale: ['shows something old', 'Reload its page.'],
};

/** More screens than this in the same trouble are one trouble: their switch, or their network. */
const screensApartMax = 3;

function screenNeeds({ screens, cartsInUse, plan }: NeedSources): Need[] {
  // A cart in the dock may sleep.
  const out = screens.filter(
    ({ id, zone, state }) => screenTrouble[state] !== null && (zone !== null || cartsInUse.has(id)),
  );
  return Object.entries(Object.groupBy(out, ({ state }) => state)).flatMap(([state, together = []]): Need[] => {
    const [says, advice] = screenTrouble[state as ManagerScreen['state']] ?? ['', ''];
    if (together.length <= screensApartMax) return together.map((screen) => screenNeed(screen, { says, advice, plan }));
    const named = together.slice(0, screensApartMax).map(({ id }) => id);
    const all = `${together.length} screens: each ${says}`;
    const which = `${named.join(', ')} and ${together.length - named.length} more. `;
    return [{ id: `screens/${state}`, kind: 'screen', says: all, advice: which + advice }];
  });
}

function screenNeed(
  { id, zone }: ManagerScreen,
  { says, advice, plan }: { readonly says: string; readonly advice: string; readonly plan: FloorPlan },
): Need {
  const name = zone === null ? `The screen of ${cartText(id).toLowerCase()}` : `${id}${inZone(zone, plan)}`;
  return { id: `screen/${id}`, kind: 'screen', says: `${name} ${says}`, advice, zone, cart: zone === null ? id : null };
}

function deviceNeeds(row: DeviceRow): Need[] {
  const { id, state, batteryPercent, queueDepth, queueOldestMs, dropped, lastHeard, readersFailed } = row;
  const needs: Need[] = [];
  if (state === 'silent' || state === 'offline') {
    const advice = 'Check its power and its network. What it holds is kept and comes later.';
    needs.push({ id: `device/${id}`, kind: 'device', says: `${id} is silent`, advice, since: lastHeard });
  }
  if (readersFailed.length > 0) {
    const says = `${id} has no answer from ${readersFailed.join(', ')}`;
    needs.push({ id: `reader/${id}`, kind: 'device', says, advice: 'Check the cable, or plug it in again.' });
  }
  if (batteryPercent !== null && batteryPercent <= batteryLowPercent) {
    const says = `${id} has ${batteryPercent} % of its battery left`;
    needs.push({ id: `battery/${id}`, kind: 'battery', says, advice: 'Put it on the charger.' });
  }
  if ((queueDepth ?? 0) > 0 && (queueOldestMs ?? 0) >= queueOldMs) {
    const minutes = Math.round((queueOldestMs ?? 0) / minuteMs);
    const says = `${queueDepth} facts wait in ${id}, the oldest for ${minutes} minutes`;
    needs.push({ id: `queue/${id}`, kind: 'queue', says, advice: 'Look whether its network reaches the store.' });
  }
  if ((dropped ?? 0) > 0) {
    const says = `${id} has had to give up ${dropped} facts`;
    needs.push({ id: `dropped/${id}`, kind: 'queue', says, advice: 'Its queue was full: it was away for too long.' });
  }
  return needs;
}

function gatewayNeeds({ gateways, lowBatteries, now }: NeedSources): Need[] {
  const silent = gateways
    .filter(({ lastMessageAgeMs }) => lastMessageAgeMs >= gatewaySilentMs)
    .map(
      ({ topic, lastMessageAgeMs }): Need => ({
        id: `gateway/${topic}`.slice(0, 120),
        kind: 'device',
        says: `The gateway at ${topic} is silent`,
        advice: 'Check its power and its network. Carts there may stand where they were last heard.',
        since: Math.max(0, now - lastMessageAgeMs),
      }),
    );
  if (lowBatteries === 0) return silent;
  const says =
    lowBatteries === 1
      ? 'One tag or beacon has little battery left'
      : `${lowBatteries} tags or beacons have little battery left`;
  return [...silent, { id: 'battery/radio', kind: 'battery', says, advice: 'Change their cells this week.' }];
}

function houseNeeds({ disk }: NeedSources): Need[] {
  const needs: Need[] = [];
  if (disk !== null && (disk.freeBytes < diskBytesMin || disk.freeBytes < disk.bytes * diskShareMin)) {
    const says = `The store’s disk has ${(disk.freeBytes / 1024 ** 3).toFixed(1)} GB left`;
    const advice = 'Free some room before it is full: the store stops taking anything in then.';
    needs.push({ id: 'disk', kind: 'disk', isUrgent: disk.freeBytes < diskBytesMin / 4, says, advice });
  }
  return needs;
}

function refusedNeeds({ refused }: NeedSources): Need[] {
  return refused.map(({ device, reason, count, last }) => ({
    id: `refused/${device}/${reason}`.slice(0, 120),
    kind: 'refused',
    says: `${count} ${count === 1 ? 'fact' : 'facts'} from ${device} could not be taken in: ${reason.replaceAll('-', ' ')}`,
    advice: 'What it sent is kept for inspection at /api/rejected on the store’s own machine.',
    since: last,
  }));
}

function cartText(cart: string | null): string {
  return cart === null ? 'Somebody' : `Cart ${/(\d+)$/.exec(cart)?.[1]?.replace(/^0+(?=\d)/, '') ?? cart}`;
}

function inZone(zone: string | null, plan: FloorPlan): string {
  const name = plan.zones.find(({ id }) => id === zone)?.name;
  return name === undefined ? '' : ` at ${name}`;
}
