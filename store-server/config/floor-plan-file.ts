/** Reads the floor plan, JSON or YAML, and says everything that is wrong with it, with lines of its own file. */
import { type FloorPlan, floorPlan } from '@kairos/protocol/floor-plan.ts';
import { readDocument } from './document.ts';
import { type ConfigFault, schemaFaults } from './faults.ts';
import { knownKeys } from './known-keys.ts';

export function parseFloorPlan(
  file: string,
  text: string,
): { readonly kind: 'plan'; readonly plan: FloorPlan } | { readonly kind: 'faulty'; readonly faults: ConfigFault[] } {
  const document = readDocument(file, text);
  if (document.syntax.length > 0) {
    return {
      kind: 'faulty',
      faults: document.syntax.map(({ line, message }) => ({ where: file, line, path: '', value: '', message })),
    };
  }
  const parsed = floorPlan.safeParse(document.root);
  if (parsed.success) return { kind: 'plan', plan: parsed.data };
  return { kind: 'faulty', faults: schemaFaults(document, [], parsed.error.issues, knownKeys(floorPlan)) };
}
