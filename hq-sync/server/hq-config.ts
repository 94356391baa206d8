/** The configuration of headquarters: one YAML file, or a list of everything that is wrong with it. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loyaltyScheme } from '@kairos/protocol/loyalty-number.ts';
import { isTimeZone } from '@kairos/protocol/time.ts';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { type ChannelsConfig, channelsDocument, readChannels } from '../channels/channels-config.ts';

const loopback = ['127.0.0.1', '::1', 'localhost'];
const path = z.string('give a path, relative to this file').min(1, 'give a path, relative to this file');

const keyLengthMin = 16;
const chainKeyAdvice = `give at least ${keyLengthMin} characters that only the chain knows, or {file: …} with them in it`;
const timeZone = z.string().refine(isTimeZone, 'is no time zone; give an IANA name such as Europe/Berlin');

const document = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(0).max(65_535, 'ports end at 65535').default(8480),
      /** PEM files. Stores elsewhere speak over TLS alone. */
      tls: z.strictObject({ certificate: path, key: path }).optional(),
    })
    .refine(({ host, tls }) => tls !== undefined || loopback.includes(host), {
      message: 'needs "tls" where it listens beyond this machine: stores show their secrets here',
    })
    .prefault({}),
  /** The stores' own: customers are known by it, holdouts and arms are drawn by it. Without it nobody is spoken to off site. */
  chainKey: z
    .union([z.string().min(keyLengthMin, chainKeyAdvice), z.strictObject({ file: path })], chainKeyAdvice)
    .optional(),
  /** As in the stores. */
  loyalty: loyaltyScheme.prefault({ prefixes: [] }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'give an ISO 4217 code such as EUR')
    .default('EUR'),
  /** Of customers whose own is not known; days and dates of the house are counted in it. */
  timeZone: timeZone.default('UTC'),
  /** How people are reached off site. */
  channels: channelsDocument.prefault({}),
  /** The retailer's own site: origins of the pages on which `kairos.js` may report and speak. */
  outside: z
    .strictObject({
      origins: z
        .array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'give an origin such as https://shop.example.com'))
        .max(50)
        .default([]),
    })
    .prefault({}),
  /** Where the tables of people are small, what was erased is written over so long after; else by night. */
  cleaning: z
    .strictObject({ afterMinutes: z.int().min(0).max(1_200, 'it is done within a day: 1200 at most').default(5) })
    .prefault({}),
  /** Signs releases of dialogues; stays here. */
  releaseKey: path.default('release.key'),
  database: z
    .union(
      [
        z.strictObject({
          url: z.string().regex(/^postgres(ql)?:\/\/.+/, 'give an address such as postgresql://hq@db/kairos'),
        }),
        z.strictObject({ folder: path }),
      ],
      'give a url of PostgreSQL, or a folder for the database inside this process',
    )
    .default({ folder: 'hq-data' }),
});

export type HqConfig = Omit<z.infer<typeof document>, 'database' | 'chainKey' | 'channels'> & {
  readonly channels: ChannelsConfig;
  readonly chainKey: string | null;
  /** A folder of null ends with the process. */
  readonly database: { readonly url: string } | { readonly folder: string | null };
};
export type LoadedHqConfig =
  | { readonly kind: 'config'; readonly config: HqConfig }
  | { readonly kind: 'faulty'; readonly faults: readonly string[] };

/** Paths in the result are absolute. */
export function loadHqConfig(file: string): LoadedHqConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as Error).message;
    return { kind: 'faulty', faults: [`${file} cannot be read (${reason}); name the configuration of headquarters`] };
  }
  const yaml = parseDocument(text);
  if (yaml.errors.length > 0)
    return { kind: 'faulty', faults: yaml.errors.map((error) => `${file}: ${error.message}`) };
  const parsed = document.safeParse(yaml.toJS() ?? {});
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')}: ${issue.message}`);
    return { kind: 'faulty', faults };
  }
  const at = (name: string): string => resolve(dirname(file), name);
  const { listen, database, releaseKey, chainKey: given, channels: off, ...plain } = parsed.data;
  const { tls } = listen;
  const chainKey = readChainKey(given, at);
  const { channels, faults } = readChannels(off, at);
  const all = [...(typeof chainKey === 'object' && chainKey !== null ? [chainKey.fault] : []), ...faults];
  if (chainKey === null && (off.email ?? off.calls ?? off.mail ?? off.web))
    all.push('chainKey: channels need it: links and names of mails are made with it');
  if (all.length > 0 || (typeof chainKey === 'object' && chainKey !== null))
    return { kind: 'faulty', faults: all.map((fault) => `${file}: ${fault}`) };
  return {
    kind: 'config',
    config: {
      ...plain,
      chainKey,
      channels,
      listen: { ...listen, ...(tls ? { tls: { certificate: at(tls.certificate), key: at(tls.key) } } : {}) },
      releaseKey: at(releaseKey),
      database: 'folder' in database ? { folder: at(database.folder) } : database,
    },
  };
}

function readChainKey(
  given: z.infer<typeof document>['chainKey'],
  at: (name: string) => string,
): string | null | { readonly fault: string } {
  if (given === undefined || typeof given === 'string') return given ?? null;
  const file = at(given.file);
  if (!existsSync(file)) return { fault: `chainKey.file: there is no file ${file}; it is the stores’ own key` };
  const key = readFileSync(file, 'utf8').trim();
  if (key.length >= keyLengthMin) return key;
  return { fault: `chainKey.file: ${file} holds fewer than ${keyLengthMin} characters` };
}
