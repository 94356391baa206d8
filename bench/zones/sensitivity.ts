/** What becomes of the figures when each setting of the tracker is thirty per cent off, one at a time. */
import { judge, summarise, type ZoneFigures } from '@kairos/edge-agent/zones/judge.ts';
import { type TrackerSettings, trackerSettings } from '@kairos/edge-agent/zones/tracker-settings.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { detect, phasesMs, type RecordedRun } from './recorded-runs.ts';

const factors = [0.7, 1.3];
/** Of the phases, these: first, middle and last. */
const phasesJudged = [phasesMs[0], phasesMs[2], phasesMs[4]];

export interface Shifted {
  readonly setting: string;
  readonly factor: number;
  readonly figures: ZoneFigures;
}

export function shiftEach(plan: FloorPlan, runs: readonly RecordedRun[]): Shifted[] {
  return factors.flatMap((factor) =>
    shiftsOf(factor, plan.calibration !== undefined).map(({ setting, settings }) => ({
      setting,
      factor,
      figures: summarise(
        phasesJudged.flatMap((phaseMs) =>
          runs.map((run) => judge(run.truth, detect(plan, run.rows, { phaseMs, settings }))),
        ),
      ),
    })),
  );
}

function shiftsOf(factor: number, isMeasured: boolean): { setting: string; settings: TrackerSettings }[] {
  const { measured, ...plain } = trackerSettings;
  const shifted = (value: number): number => (Number.isFinite(value) ? value * factor : value);
  const own = Object.entries(plain)
    .filter(([name]) => !isMeasured || !Object.hasOwn(measured, name))
    .map(([name, value]) => ({ setting: name, settings: { ...trackerSettings, [name]: shifted(value) } }));
  if (!isMeasured) return own;
  return own.concat(
    Object.entries(measured).map(([name, value]) => ({
      setting: `measured.${name}`,
      settings: { ...trackerSettings, measured: { ...measured, [name]: shifted(value) } },
    })),
  );
}
