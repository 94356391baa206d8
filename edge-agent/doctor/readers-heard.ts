/** What each configured reader hears now: asked of the agent where it runs, listened to here where it does not. */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { AgentConfig } from '../config.ts';
import { askLiveState, type LiveReader, type LiveState } from '../live-state.ts';
import { createOwnRadio } from '../radio/own-radio.ts';
import { startReader } from '../readers/reader.ts';
import { doubtful, type Finding, well, wrong } from './finding.ts';
import { holdersOf, pluggedIn } from './plugged-in.ts';

/** Nobody has to hold a scanner's trigger for longer than this. */
const listenMs = 4_000;

export interface HeardReader extends LiveReader {
  /** Lines understood, and not, while it was listened to. */
  readonly readNow: number;
  readonly unreadableNow: number;
}

export interface Listening {
  readonly readers: readonly HeardReader[];
  /** Anchors of the floor plan that were heard. */
  readonly anchors: Readonly<Record<string, number | null>>;
}

/** Of a running agent: the difference between two answers. */
export async function askReaders(state: string, before: LiveState, ports: Ports): Promise<Listening> {
  await pause(ports, listenMs);
  const after = (await askLiveState(state)) ?? before;
  const readers = after.readers.map((reader) => {
    const earlier = before.readers.find(({ name }) => name === reader.name) ?? reader;
    return {
      ...reader,
      readNow: reader.read - earlier.read,
      unreadableNow: reader.unreadable - earlier.unreadable,
    };
  });
  return { readers, anchors: after.anchors };
}

/** Where no agent runs the doctor holds the lines itself for a while. */
export async function listenToReaders(
  config: Pick<AgentConfig, 'readers' | 'beaconUuids'>,
  anchorAddresses: readonly string[],
  ports: Ports,
): Promise<Listening> {
  const own = createOwnRadio({ anchors: anchorAddresses, beaconUuids: config.beaconUuids });
  const lastAt = new Map<string, number>();
  const heard = new Map<string, number>();
  const readers = config.readers.map((settings) =>
    startReader({
      settings,
      ports,
      own: () => own,
      onScan: () => lastAt.set(settings.name, ports.clock.monotonic()),
      onObservation: ({ address }) => {
        lastAt.set(settings.name, ports.clock.monotonic());
        if (address !== null) heard.set(address, ports.clock.monotonic());
      },
      onRefused: () => undefined,
    }),
  );
  await pause(ports, listenMs);
  const now = ports.clock.monotonic();
  const ageOf = (at: number | undefined): number | null => (at === undefined ? null : now - at);
  const listened = readers.map((reader) => {
    const { name, state, detail, read, unreadable, refused } = reader.status();
    const counts = Object.fromEntries(Object.entries(refused).map(([reason, count]) => [reason, count ?? 0]));
    const lastAgeMs = ageOf(lastAt.get(name));
    return {
      name,
      state,
      detail,
      read,
      unreadable,
      refused: counts,
      lastAgeMs,
      readNow: read,
      unreadableNow: unreadable,
    };
  });
  await Promise.all(readers.map((reader) => reader.stop()));
  return {
    readers: listened,
    anchors: Object.fromEntries(anchorAddresses.map((address) => [address, ageOf(heard.get(address))])),
  };
}

export function judgePlugged(): Finding {
  const found = pluggedIn();
  if (found.length > 0) return well('plugged in', found.join(', '));
  return doubtful(
    'plugged in',
    'no serial device has a name under /dev/serial/by-id',
    'plug it in; where this system has no udev, give its path (/dev/ttyUSB0) in the configuration',
  );
}

/** `agentPids`: the agent and its readers, who may well hold the line. */
export function judgeReader(
  reader: HeardReader,
  settings: Pick<AgentConfig['readers'][number], 'path' | 'kind' | 'baudRate'>,
  agentPids: readonly number[],
): Finding {
  const about = `reader ${reader.name}`;
  const others = holdersOf(settings.path, [process.pid, ...agentPids]);
  const holders = others.map(({ pid, command }) => `${command} (process ${pid})`).join(', ');
  if (reader.state === 'absent') {
    return wrong(
      about,
      `there is no ${settings.path}`,
      'plug the device in, or mend "path"; see what is plugged in above',
    );
  }
  if (reader.state === 'failed') {
    if (holders !== '')
      return wrong(about, `${settings.path} is held by ${holders}`, 'stop that process; a line has one reader');
    return wrong(
      about,
      `${settings.path} cannot be read: ${reader.detail}`,
      'see that this user may open it (group dialout), and plug it in anew',
    );
  }
  const refused = Object.entries(reader.refused).map(([reason, count]) => `${count} × ${reason}`);
  const rate = `${(reader.readNow / (listenMs / 1_000)).toFixed(1)} lines a second`;
  const last = reader.lastAgeMs === null ? 'none so far' : `the last ${(reader.lastAgeMs / 1_000).toFixed(1)} s ago`;
  const said = `${rate}, ${last}${refused.length > 0 ? `; refused: ${refused.join(', ')}` : ''}`;
  if (reader.unreadableNow > 0 && reader.readNow === 0) {
    return wrong(
      about,
      `what comes from ${settings.path} cannot be understood (${said})`,
      `see that it is a ${settings.kind} and that its speed is ${settings.baudRate} baud; npm run edge -- rejected shows what came`,
    );
  }
  if (holders !== '') {
    return wrong(
      about,
      `${holders} reads ${settings.path} as well: each gets a part of it`,
      'stop that process; a line has one reader',
    );
  }
  if (reader.readNow > 0) return well(about, said);
  const todo = /barcode|rdm|id-12|uhf/.test(settings.kind)
    ? 'scan something and look again'
    : 'see that it has power and hears something; unplug it and plug it in';
  return doubtful(about, `open, but nothing came in ${listenMs / 1_000} s (${last})`, todo);
}

/** Null where the floor plan has no anchors, or nothing here hears radio. */
export function judgeRadio(anchors: Listening['anchors']): Finding | null {
  const all = Object.entries(anchors);
  if (all.length === 0) return null;
  const silent = all.filter(([, age]) => age === null).map(([address]) => address);
  const heard = all.length - silent.length;
  if (heard === 0) {
    return doubtful(
      'radio',
      `none of the ${all.length} anchors of the floor plan is heard`,
      'go to where one hangs; see its battery, and its address on the floor plan',
    );
  }
  return well(
    'radio',
    `${heard} of ${all.length} anchors heard${silent.length > 0 ? `; not heard: ${silent.join(', ')}` : ''}`,
  );
}

function pause(ports: Ports, ms: number): Promise<void> {
  return new Promise((resolve) => ports.timers.after(ms, resolve));
}
