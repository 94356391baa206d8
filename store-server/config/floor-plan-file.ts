/**
 * Reads the floor plan, JSON or YAML, and says everything that is wrong with it, with lines of its own file. Where it
 * names a calibration ("calibration: calibration.json", written by `npm run edge -- calibrate`), that file is read from
 * beside it and becomes part of the plan.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { calibration } from '@kairos/protocol/calibration.ts';
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import { type FloorPlan, floorPlan } from '@kairos/protocol/floor-plan.ts';
import { schemaFaults } from '@kairos/protocol/schema-fault.ts';
import { type ConfigDocument, readDocument } from './document.ts';
import { faultAt, syntaxFaults } from './faults.ts';

type Faulty = { readonly kind: 'faulty'; readonly faults: ConfigFault[] };

export function parseFloorPlan(
  file: string,
  text: string,
): { readonly kind: 'plan'; readonly plan: FloorPlan } | Faulty {
  const document = readDocument(file, text);
  if (document.syntax.length > 0) return { kind: 'faulty', faults: syntaxFaults(document) };
  const named = document.root.calibration;
  const beside = typeof named === 'string' ? readCalibration(named, document) : null;
  if (beside?.kind === 'faulty') return beside;
  const root = beside === null ? document.root : { ...document.root, calibration: beside.value };
  const parsed = floorPlan.safeParse(root);
  if (parsed.success) return { kind: 'plan', plan: parsed.data };
  const faults = schemaFaults(floorPlan, root, parsed.error);
  return { kind: 'faulty', faults: faults.map((fault) => faultAt(document, fault)) };
}

function readCalibration(
  path: string,
  plan: ConfigDocument,
): { readonly kind: 'read'; readonly value: unknown } | Faulty {
  const file = resolve(dirname(plan.file), path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    const message = `there is no file ${file}; write one with "npm run edge -- calibrate", or take the key out`;
    return {
      kind: 'faulty',
      faults: [faultAt(plan, { path: ['calibration'], reason: 'bad-reference', message })],
    };
  }
  const document = readDocument(file, text);
  if (document.syntax.length > 0) return { kind: 'faulty', faults: syntaxFaults(document) };
  const parsed = calibration.safeParse(document.root);
  if (parsed.success) return { kind: 'read', value: parsed.data };
  const faults = schemaFaults(calibration, document.root, parsed.error);
  return { kind: 'faulty', faults: faults.map((fault) => faultAt(document, fault)) };
}
