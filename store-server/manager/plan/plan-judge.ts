/**
 * A thread that judges one floor plan as a start of the store would, and ends: what would stop the store with it and does
 * not without, dialogues that name a zone which is gone among it.
 */
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { faultText } from '@kairos/protocol/config-fault.ts';
import { inspect } from '../../cli/inspection.ts';
import { loadConfig } from '../../config.ts';

export interface PlanToJudge {
  /** The store's configuration. */
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The plan's file as it is, and the one to be judged. */
  readonly now: string;
  readonly next: string;
}

export interface PlanJudgement {
  readonly faults: readonly string[];
}

const { file, environment, now, next } = workerData as PlanToJudge;

function faultsWith(floorPlan: string): string[] {
  const { stopping } = inspect(loadConfig({ file, environment, floorPlan }), { withRows: false });
  return stopping.map((fault) =>
    faultText({ ...fault, where: basename(fault.where === floorPlan ? now : fault.where) }),
  );
}

const known = new Set(faultsWith(now));
parentPort?.postMessage({ faults: faultsWith(next).filter((fault) => !known.has(fault)) } satisfies PlanJudgement);
