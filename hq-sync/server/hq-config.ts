/** The configuration of headquarters: one YAML file, or a list of everything that is wrong with it. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';

const loopback = ['127.0.0.1', '::1', 'localhost'];
const path = z.string('give a path, relative to this file').min(1, 'give a path, relative to this file');

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

export type HqConfig = Omit<z.infer<typeof document>, 'database'> & {
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
  const { listen, database, releaseKey } = parsed.data;
  const { tls } = listen;
  return {
    kind: 'config',
    config: {
      listen: { ...listen, ...(tls ? { tls: { certificate: at(tls.certificate), key: at(tls.key) } } : {}) },
      releaseKey: at(releaseKey),
      database: 'folder' in database ? { folder: at(database.folder) } : database,
    },
  };
}
