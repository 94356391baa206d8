/**
 * Leave one out: the one number by which latency is traded for false entries is chosen anew for each run, on the other
 * runs alone, and judged on the run that was left out. Everything else is the agent's own settings; those were looked at
 * on all runs, which this does not undo.
 */
import { judge, summarise, type Verdict, type ZoneFigures } from '@kairos/edge-agent/zones/judge.ts';
import { type TrackerSettings, trackerSettings } from '@kairos/edge-agent/zones/tracker-settings.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { detect, phasesMs, type RecordedRun } from './recorded-runs.ts';

/** Log odds times seconds, rising. */
export const evidenceGrid: readonly number[] = [0.15, 0.2, 0.3, 0.4, 0.6];
/** Chosen is the best F1 among those within this on the other runs, of equals the middle one; or else the quickest. */
const latencyP95MaxS = 6;

export interface LeftOut {
  readonly figures: ZoneFigures;
  /** What was chosen for each run. */
  readonly chosen: readonly number[];
}

export function leaveOneOut(plan: FloorPlan, runs: readonly RecordedRun[]): LeftOut {
  const isMeasured = plan.calibration !== undefined;
  const verdicts = evidenceGrid.map((evidence) => {
    const settings = withEvidence(evidence, isMeasured);
    return runs.map((run) =>
      phasesMs.map((phaseMs) => judge(run.truth, detect(plan, run.rows, { phaseMs, settings }))),
    );
  });
  const chosen = runs.map((_, left) =>
    choose(verdicts.map((byRun) => summarise(byRun.filter((_run, index) => index !== left).flat()))),
  );
  const judged = chosen.flatMap((choice, left): Verdict[] => verdicts[choice]?.[left] ?? []);
  return { figures: summarise(judged), chosen: chosen.map((choice) => evidenceGrid[choice] as number) };
}

function withEvidence(enterEvidence: number, isMeasured: boolean): TrackerSettings {
  return isMeasured
    ? { ...trackerSettings, measured: { ...trackerSettings.measured, enterEvidence } }
    : { ...trackerSettings, enterEvidence };
}

function choose(candidates: readonly ZoneFigures[]): number {
  const quick = candidates.filter(({ latencyP95S }) => latencyP95S <= latencyP95MaxS);
  const [quickest] = candidates.toSorted((a, b) => a.latencyP95S - b.latencyP95S);
  if (quick.length === 0) return candidates.indexOf(quickest as ZoneFigures);
  const most = Math.max(...quick.map(({ f1 }) => f1));
  const best = quick.filter(({ f1 }) => f1 === most);
  return candidates.indexOf(best[Math.floor((best.length - 1) / 2)] as ZoneFigures);
}
