/**
 * The agent's configuration: a YAML file and the environment turned into one frozen value, or into a list of
 * everything that is wrong with it, each with its place and what to do.
 */
import { dirname, resolve } from 'node:path';
import { placeName } from '@kairos/protocol/names.ts';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { queueAgeDefaultMs, queueBytesDefault } from './queue/durable-queue.ts';
import { readerKinds } from './readers/reader.ts';

const mebibyte = 1024 * 1024;
const hourMs = 3_600_000;

/** Bits a second, where the file does not say. */
const baudRates: Record<(typeof readerKinds)[number], number> = { absniffer: 115_200, barcode: 9_600 };
/** A reader of shelf beacons that hears nothing for so long is opened anew; a scanner may be silent all day. */
const quietDefaultS = 30;

const readerSchema = z.strictObject({
  name: placeName,
  kind: z.enum(readerKinds, `give one of ${readerKinds.join(', ')}`),
  path: z.string('give the path of the device, such as /dev/serial/by-id/…').min(1),
  baudRate: z.int().min(300).max(4_000_000).optional(),
  quietSeconds: z.int().min(5).max(3_600).optional(),
  idleMs: z.int().min(10).max(1_000).optional(),
});

const fileSchema = z
  .strictObject({
    device: placeName,
    /** The cart it rides on, where the store does not say so; a till it stands at. */
    cart: placeName.optional(),
    till: placeName.optional(),
    store: z.strictObject({
      url: z.string('give the address of the store, such as mqtt://192.168.0.10:1883').regex(/^(mqtts?|wss?):\/\/.+/, {
        error: 'give the address of the store, such as mqtt://192.168.0.10:1883',
      }),
      token: z.string().min(1).max(200).optional(),
      /** Path of the certificate authority's PEM, for mqtts. */
      ca: z.string().min(1).optional(),
    }),
    state: z.string().min(1).default('state'),
    readers: z.array(readerSchema).max(16, 'at most 16 readers').default([]),
    /** Each reader in a process of its own, so that a hanging driver stops nothing else. */
    isolateReaders: z.boolean().default(true),
    /** Where zones are reckoned: here, or in the store from readings that are passed on. */
    zones: z.enum(['here', 'store']).default('here'),
    beaconUuids: z.array(z.uuid('give an iBeacon UUID, with dashes').toLowerCase()).max(32).default([]),
    queue: z
      .strictObject({
        megabytes: z
          .int()
          .min(1)
          .max(16_384)
          .default(queueBytesDefault / mebibyte),
        hours: z
          .int()
          .min(1)
          .max(8_760)
          .default(queueAgeDefaultMs / hourMs),
      })
      .prefault({}),
  })
  .superRefine((file, context) => {
    if (file.cart !== undefined && file.till !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['till'],
        message: 'a device is on a cart or at a till; keep one of the two',
      });
    }
    for (const field of ['name', 'path'] as const) {
      const seen = new Set<string>();
      file.readers.forEach((reader, index) => {
        if (seen.has(reader[field])) {
          context.addIssue({
            code: 'custom',
            path: ['readers', index, field],
            message: `another reader has the ${field} "${reader[field]}" already; give each its own`,
          });
        }
        seen.add(reader[field]);
      });
    }
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
    readonly kind: (typeof readerKinds)[number];
    readonly path: string;
    readonly baudRate: number;
    readonly quietMs?: number;
    readonly idleMs?: number;
  }[];
  readonly isolateReaders: boolean;
  readonly zones: 'here' | 'store';
  readonly beaconUuids: readonly string[];
  readonly queue: { readonly bytesMax: number; readonly ageMaxMs: number };
}

export type ReadConfig =
  | { readonly kind: 'config'; readonly config: AgentConfig }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

/** `file` names the source in messages, and relative paths are taken from its folder. */
export function readAgentConfig(
  text: string,
  { file, env }: { readonly file: string; readonly env: Readonly<Record<string, string | undefined>> },
): ReadConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    const faults = document.errors.map(
      ({ pos, message }) => `${at(pos[0])} ${message.split('\n')[0]?.replace(/ at line.*/, '')}`,
    );
    return { kind: 'faults', faults };
  }
  const parsed = fileSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return { kind: 'config', config: toConfig(parsed.data, { file, env }) };
  const placeOf = (path: readonly PropertyKey[]): string => {
    // The deepest part of the path that stands in the file.
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return at(node.range[0]);
    }
    return file;
  };
  const faults = parsed.error.issues.map(
    (issue) => `${placeOf(issue.path)} ${issue.path.join('.') || 'the file'}: ${wordsFor(issue)}`,
  );
  return { kind: 'faults', faults };
}

function wordsFor(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `there is no setting ${issue.keys.map((key) => `"${key}"`).join(', ')} here`;
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing';
  return issue.message;
}

function toConfig(
  file: z.infer<typeof fileSchema>,
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
      const quietS = quietSeconds ?? (kind === 'absniffer' ? quietDefaultS : undefined);
      return {
        name: reader,
        kind,
        path,
        baudRate: baudRate ?? baudRates[kind],
        ...(quietS === undefined ? {} : { quietMs: quietS * 1_000 }),
        ...(idleMs === undefined ? {} : { idleMs }),
      };
    }),
    isolateReaders: file.isolateReaders,
    zones: file.zones,
    beaconUuids: file.beaconUuids,
    queue: { bytesMax: file.queue.megabytes * mebibyte, ageMaxMs: file.queue.hours * hourMs },
  });
}
