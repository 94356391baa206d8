/**
 * The store's floor plan as a file: read as it stands, judged as a start would judge it, and replaced whole, with the
 * former kept beside it. What is in force is what the store read at its start; a new plan waits for the next one.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StoreConfig } from '../../config.ts';
import type { PlanJudgement, PlanToJudge } from './plan-judge.ts';

/** Former plans that are kept; the oldest go. */
const formerMax = 10;

export type SavedPlan =
  | { readonly kind: 'saved'; readonly former: string; readonly version: string }
  /** Somebody else has saved since. */
  | { readonly kind: 'outdated' }
  | { readonly kind: 'faulty'; readonly faults: readonly string[] };

export class PlanFile {
  readonly #config: Pick<StoreConfig, 'file' | 'floorPlanFile'>;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  /** Of the plan that the store runs with. */
  readonly #inForce: string;

  constructor(
    config: Pick<StoreConfig, 'file' | 'floorPlanFile'>,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#config = config;
    this.#environment = environment;
    this.#inForce = versionOf(readFileSync(config.floorPlanFile, 'utf8'));
  }

  read(): { readonly text: string; readonly version: string; readonly isInForce: boolean } {
    const text = readFileSync(this.#config.floorPlanFile, 'utf8');
    const version = versionOf(text);
    return { text, version, isInForce: version === this.#inForce };
  }

  /** `basedOn`: the version that was read. `stamp`: "20261123-141500", for the former's name. */
  async save(
    text: string,
    { basedOn, stamp }: { readonly basedOn: string; readonly stamp: string },
  ): Promise<SavedPlan> {
    const file = this.#config.floorPlanFile;
    const isOutdated = (): boolean => this.read().version !== basedOn;
    if (isOutdated()) return { kind: 'outdated' };
    const next = `${file}.${basedOn}.new`;
    writeWhole(next, text);
    const faults = await judgePlan({ file: this.#config.file, environment: this.#environment, now: file, next });
    if (faults.length > 0 || isOutdated()) {
      rmSync(next, { force: true });
      return faults.length > 0 ? { kind: 'faulty', faults } : { kind: 'outdated' };
    }
    const former = `${stemOf(file)}-before-${stamp}${extname(file)}`;
    copyFileSync(file, join(dirname(file), former));
    renameSync(next, file);
    this.#dropOldest();
    return { kind: 'saved', former, version: versionOf(text) };
  }

  #dropOldest(): void {
    const file = this.#config.floorPlanFile;
    const isFormer = (name: string): boolean =>
      name.startsWith(`${stemOf(file)}-before-`) && name.endsWith(extname(file));
    const former = readdirSync(dirname(file)).filter(isFormer).sort();
    for (const name of former.slice(0, -formerMax)) rmSync(join(dirname(file), name));
  }
}

function stemOf(file: string): string {
  return basename(file, extname(file));
}

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function writeWhole(file: string, text: string): void {
  const handle = openSync(file, 'w');
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** On a thread of its own: dialogues are compiled for it, and nobody in the store waits for that. */
function judgePlan(workerData: PlanToJudge): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./plan-judge.ts', import.meta.url), { workerData, name: 'plan judge' });
    worker.once('message', ({ faults }: PlanJudgement) => resolve(faults));
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the plan could not be judged')));
  });
}
