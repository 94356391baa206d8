/** A floor plan as the file that a person may read and edit: one thing a line, points in brackets. */
import type { PlanDraft } from '@kairos/protocol/floor-plan-checks.ts';
import { Document, isCollection, isMap, isScalar, isSeq, parse } from 'yaml';

const lists = ['zones', 'walls', 'shelves', 'tills', 'doors', 'screens', 'anchors'] as const;
const head = ' Metres from the upper left corner: x to the right, y down, z up from the floor.';

/** Null where the text is no floor plan at all; what is wrong with one in detail is shown while it is drawn. */
export function readPlanText(text: string): PlanDraft | null {
  let root: unknown;
  try {
    root = parse(text);
  } catch {
    return null;
  }
  if (typeof root !== 'object' || root === null) return null;
  const plan = root as Record<string, unknown>;
  const isPlan = typeof plan.width === 'number' && typeof plan.height === 'number' && Array.isArray(plan.zones);
  if (!isPlan) return null;
  const missing = Object.fromEntries(lists.map((list) => [list, Array.isArray(plan[list]) ? plan[list] : []]));
  const draft = { name: '', ...plan, ...missing } as PlanDraft;
  return {
    ...draft,
    zones: draft.zones.map((zone) => ({ ...zone, kind: zone.kind ?? 'aisle' })),
    shelves: draft.shelves.map((shelf) => ({ ...shelf, departments: shelf.departments ?? [] })),
    anchors: draft.anchors.map((anchor) => ({ ...anchor, powerAt1m: anchor.powerAt1m ?? -59 })),
  };
}

export function planText(draft: PlanDraft): string {
  const { name, width, height, calibration } = draft;
  const filled = Object.fromEntries(lists.flatMap((list) => (draft[list].length > 0 ? [[list, draft[list]]] : [])));
  const root = { name, width, height, ...filled, ...(calibration === undefined ? {} : { calibration }) };
  const document = new Document(root);
  document.commentBefore = head;
  if (isMap(document.contents)) {
    for (const { key, value } of document.contents.items) {
      if (!isSeq(value)) continue;
      if (isScalar(key)) key.spaceBefore = true;
      for (const item of value.items) if (isCollection(item)) item.flow = true;
    }
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
