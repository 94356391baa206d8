/** Reads the floor plan, JSON or YAML, and says everything that is wrong with it, with lines of its own file. */
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import { type FloorPlan, floorPlan } from '@kairos/protocol/floor-plan.ts';
import { schemaFaults } from '@kairos/protocol/schema-fault.ts';
import { readDocument } from './document.ts';
import { faultAt, syntaxFaults } from './faults.ts';

export function parseFloorPlan(
  file: string,
  text: string,
): { readonly kind: 'plan'; readonly plan: FloorPlan } | { readonly kind: 'faulty'; readonly faults: ConfigFault[] } {
  const document = readDocument(file, text);
  if (document.syntax.length > 0) return { kind: 'faulty', faults: syntaxFaults(document) };
  const parsed = floorPlan.safeParse(document.root);
  if (parsed.success) return { kind: 'plan', plan: parsed.data };
  const faults = schemaFaults(floorPlan, document.root, parsed.error);
  return { kind: 'faulty', faults: faults.map((fault) => faultAt(document, fault)) };
}
