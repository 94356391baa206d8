/**
 * The agent's configuration: a YAML file and the environment turned into one frozen value, or into a list of
 * everything that is wrong with it, each with its place and what to do.
 */
import { dirname, resolve } from 'node:path';
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import { placeName } from '@kairos/protocol/names.ts';
import { type SchemaFault, schemaFaults } from '@kairos/protocol/schema-fault.ts';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { PageLineConfig } from './page/page-line.ts';
import { queueAgeDefaultMs, queueBytesDefault } from './queue/durable-queue.ts';
import { families, type ReaderKind } from './readers/families.ts';
import type { OutputWay } from './till/byte-output.ts';

const mebibyte = 1024 * 1024;
const hourMs = 3_600_000;

const readerKinds = Object.keys(families) as [ReaderKind, ...ReaderKind[]];

function whole(unit: string, least: number, most: number): z.ZodInt {
  const error = `give a whole number of ${unit}, ${least} to ${most}`;
  return z.int(error).min(least, error).max(most, error);
}
const storeAddress = 'give the address of the store, such as mqtt://192.168.0.10:1883';
const devicePath = 'give the path of the device, such as /dev/serial/by-id/…';

const readerSchema = z.strictObject({
  name: placeName,
  kind: z.enum(readerKinds, `give one of ${readerKinds.join(', ')}`),
  path: z.string(devicePath).min(1, devicePath),
  baudRate: whole('bits a second', 300, 4_000_000).optional(),
  quietSeconds: whole('seconds', 5, 3_600).optional(),
  idleMs: whole('milliseconds', 10, 1_000).optional(),
});

const outputAddress = 'give tcp://192.168.0.20:9100 for the network, or the path of a serial line';
/** What bytes go out to at a till. */
const outputSchema = z.strictObject({
  address: z.string(outputAddress).regex(/^(tcp:\/\/[^\s/:]{1,200}(:\d{1,5})?|\/\S{1,200})$/, outputAddress),
  /** Of a serial line. */
  baudRate: whole('bits a second', 300, 4_000_000).default(9_600),
});

const pageToken = 'give a secret of 16 to 200 characters, the same as on the page';
const pageOrigin = 'give where the page comes from, such as http://192.168.0.10:8470';
/** The page on the same computer, which speaks to this agent over loopback. */
const pageSchema = z.strictObject({
  port: whole('port', 1_024, 65_535).default(8_471),
  token: z.string(pageToken).min(16, pageToken).max(200, pageToken),
  /** Beside the shell's own, which is always let in. */
  origins: z
    .array(z.string(pageOrigin).regex(/^https?:\/\/[^\s/]{1,200}$/, pageOrigin))
    .max(8, 'at most 8 origins')
    .default([]),
});

export const agentSettings = z.strictObject({
  device: placeName,
  /** The cart it rides on, where the store does not say so; or the till it stands at. */
  cart: placeName.optional(),
  till: placeName.optional(),
  store: z.strictObject({
    url: z.string(storeAddress).regex(/^(mqtts?|wss?):\/\/.+/, storeAddress),
    token: z.string().min(1).max(200).optional(),
    /** Path of the certificate authority's PEM, for mqtts. */
    ca: z.string().min(1).optional(),
  }),
  state: z.string().min(1).default('state'),
  readers: z.array(readerSchema).max(16, 'at most 16 readers').default([]),
  /** Each reader in a process of its own, so that a hanging driver stops nothing else. */
  isolateReaders: z.boolean().default(true),
  /** Where zones are reckoned: here, or in the store from readings that are passed on. */
  zones: z.enum(['here', 'store'], 'give "here" or "store"').default('here'),
  beaconUuids: z.array(z.uuid('give an iBeacon UUID, with dashes').toLowerCase()).max(32).default([]),
  /** Of a till: what prints its coupons, and its customers' two lines of twenty. */
  printer: outputSchema.optional(),
  display: outputSchema.optional(),
  page: pageSchema.optional(),
  queue: z
    .strictObject({
      megabytes: whole('megabytes', 1, 16_384).default(queueBytesDefault / mebibyte),
      hours: whole('hours', 1, 8_760).default(queueAgeDefaultMs / hourMs),
    })
    .prefault({}),
});

export interface AgentConfig {
  readonly device: string;
  readonly cart: string | null;
  readonly till: string | null;
  readonly store: { readonly url: string; readonly token: string | null; readonly caFile: string | null };
  /** Folder for the queue and what is kept of the store's settings; absolute. */
  readonly state: string;
  readonly readers: readonly {
    readonly name: string;
    readonly kind: ReaderKind;
    readonly path: string;
    readonly baudRate: number;
    readonly quietMs?: number;
    readonly idleMs?: number;
  }[];
  readonly isolateReaders: boolean;
  readonly zones: 'here' | 'store';
  readonly beaconUuids: readonly string[];
  readonly printer: OutputWay | null;
  readonly display: OutputWay | null;
  readonly page: PageLineConfig | null;
  readonly queue: { readonly bytesMax: number; readonly ageMaxMs: number };
}

export type ReadConfig =
  | { readonly kind: 'config'; readonly config: AgentConfig }
  | { readonly kind: 'faults'; readonly faults: readonly ConfigFault[] };

/** `file` names the source in messages, and relative paths are taken from its folder. */
export function readAgentConfig(
  text: string,
  { file, env }: { readonly file: string; readonly env: Readonly<Record<string, string | undefined>> },
): ReadConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const faultAt = ({ reason, path, message }: SchemaFault, offset: number | undefined): ConfigFault => {
    const place = offset === undefined ? null : lines.linePos(offset);
    const own = { path: path.join('.'), value: '', message };
    return { reason, where: file, line: place?.line ?? null, column: place?.col ?? null, ...own };
  };
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => {
      const words = message.split('\n')[0]?.replace(/ at line.*/, '') ?? '';
      const reason = words.startsWith('Map keys must be unique') ? 'key-twice' : 'syntax';
      return faultAt({ reason, path: [], message: words }, pos[0]);
    });
    return { kind: 'faults', faults };
  }
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    // Aliases that multiply without end, or lead nowhere.
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'faults', faults: [faultAt({ reason: 'syntax', path: [], message }, undefined)] };
  }
  const judged = judgeAgentSettings(value);
  if (judged.kind === 'settings') return { kind: 'config', config: toConfig(judged.settings, { file, env }) };
  const offsetOf = (path: readonly PropertyKey[]): number | undefined => {
    // The deepest part of the path that stands in the file.
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return node.range[0];
    }
    return undefined;
  };
  return { kind: 'faults', faults: judged.faults.map((fault) => faultAt(fault, offsetOf(fault.path))) };
}

type AgentSettings = z.infer<typeof agentSettings>;

/** Everything that is wrong with the settings, whoever read them: paths begin at the settings themselves. */
export function judgeAgentSettings(
  value: unknown,
):
  | { readonly kind: 'settings'; readonly settings: AgentSettings }
  | { readonly kind: 'faults'; readonly faults: readonly SchemaFault[] } {
  const parsed = agentSettings.safeParse(value);
  const faults = [...(parsed.success ? [] : schemaFaults(agentSettings, value, parsed.error)), ...conflictsIn(value)];
  return parsed.success && faults.length === 0
    ? { kind: 'settings', settings: parsed.data }
    : { kind: 'faults', faults };
}

/** What each part allows and the parts together do not; looked at whatever else is wrong. */
function conflictsIn(value: unknown): SchemaFault[] {
  const faults: SchemaFault[] = [];
  const file = asRecord(value);
  if (file.cart !== undefined && file.till !== undefined) {
    const message = 'a device is on a cart or at a till; keep one of the two';
    faults.push({ reason: 'contradiction', path: ['cart'], message });
  }
  for (const name of ['printer', 'display']) {
    if (file[name] !== undefined && file.till === undefined) {
      faults.push({ reason: 'contradiction', path: [name], message: 'stands at a till; give "till" beside it' });
    }
  }
  const readers = (Array.isArray(file.readers) ? file.readers : []).map(asRecord);
  for (const field of ['name', 'path'] as const) {
    const seen = new Set<unknown>();
    readers.forEach((reader, index) => {
      const own = reader[field];
      if (own !== undefined && seen.has(own)) {
        const message = `another reader has "${String(own)}" already; give each its own`;
        faults.push({ reason: 'doubled', path: ['readers', index, field], message });
      }
      seen.add(own);
    });
  }
  return faults;
}

function wayOf(output: z.infer<typeof outputSchema> | undefined): OutputWay | null {
  if (output === undefined) return null;
  const { address, baudRate } = output;
  if (!address.startsWith('tcp://')) return { kind: 'serial', path: address, baudRate };
  const [host = '', port = '9100'] = address.slice('tcp://'.length).split(':');
  return { kind: 'network', host, port: Number(port) };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function toConfig(
  file: AgentSettings,
  { file: name, env }: { readonly file: string; readonly env: Readonly<Record<string, string | undefined>> },
): AgentConfig {
  const folder = dirname(resolve(name));
  return Object.freeze({
    device: file.device,
    cart: file.cart ?? null,
    till: file.till ?? null,
    store: {
      url: file.store.url,
      token: env.KAIROS_DEVICE_TOKEN ?? file.store.token ?? null,
      caFile: file.store.ca === undefined ? null : resolve(folder, file.store.ca),
    },
    state: resolve(folder, file.state),
    readers: file.readers.map(({ name: reader, kind, path, baudRate, quietSeconds, idleMs }) => {
      const family = families[kind];
      const quietMs = quietSeconds === undefined ? family.quietMs : quietSeconds * 1_000;
      return {
        name: reader,
        kind,
        path,
        baudRate: baudRate ?? family.baudRate,
        ...(quietMs === undefined ? {} : { quietMs }),
        ...(idleMs === undefined ? {} : { idleMs }),
      };
    }),
    isolateReaders: file.isolateReaders,
    zones: file.zones,
    beaconUuids: file.beaconUuids,
    printer: wayOf(file.printer),
    display: wayOf(file.display),
    page: file.page ?? null,
    queue: { bytesMax: file.queue.megabytes * mebibyte, ageMaxMs: file.queue.hours * hourMs },
  });
}
