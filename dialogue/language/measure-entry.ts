/** Reads the way of entering by a measure that crosses a line, or a share of another measure. */
import { highest } from './cel/shape.ts';
import type { Reading } from './condition-reader.ts';
import type { DialogueScopes } from './dialogue-scopes.ts';
import type { EntryPlan } from './entry-reader.ts';
import { type Field, type Fields, placeOfField, readWhole, textOf } from './node-reader.ts';
import { didYouMean } from './suggest.ts';

export function readMeasureEntry(
  main: Field,
  fields: Fields,
  scopes: DialogueScopes,
  reading: Reading,
): EntryPlan | null {
  const { problems, words } = reading;
  const name = textOf(main.value) ?? '';
  const measure = words.base.measures.get(name);
  if (measure === undefined) {
    const hint = didYouMean(name, words.base.measures.keys()) ?? 'declare it in house.yaml';
    problems.error('unknown-measure', placeOfField(main), `there is no measure "${name}"`, hint);
    return null;
  }
  scopes.trigger.sensitivity = highest(scopes.trigger.sensitivity, measure.sensitivity);
  const falls = fields.get('fallsBelow');
  const line = falls ?? fields.get('risesAbove');
  if (line === undefined || (falls !== undefined && fields.has('risesAbove'))) {
    problems.error(
      'missing',
      main.at,
      'a measure crosses a line one way',
      'add risesAbove: 4, or fallsBelow: 60% with of: another measure',
    );
    return null;
  }
  const direction = falls === undefined ? ('rises' as const) : ('falls' as const);
  const threshold = readThreshold(line, fields.get('of'), reading);
  return threshold === null ? null : { kind: 'measure', measure: measure.index, direction, ...threshold };
}

type Threshold = Pick<Extract<EntryPlan, { kind: 'measure' }>, 'threshold' | 'share'>;

function readThreshold(line: Field, of: Field | undefined, { problems, words }: Reading): Threshold | null {
  const text = textOf(line.value) ?? '';
  const percent = /^(\d{1,4}(?:\.\d)?)\s?%$/.exec(text);
  if (percent === null) {
    const threshold = readWhole(line, `"${line.name}"`, -1_000_000_000, 1_000_000_000, problems);
    return threshold === null ? null : { threshold, share: null };
  }
  const name = of === undefined ? '' : (textOf(of.value) ?? '');
  const other = words.base.measures.get(name);
  if (of === undefined || other === undefined) {
    const message = of === undefined ? 'a share needs to know of what' : `there is no measure "${name}"`;
    problems.error(
      'unknown-measure',
      of === undefined ? line.at : placeOfField(of),
      message,
      didYouMean(name, words.base.measures.keys()) ?? 'add of: another measure',
    );
    return null;
  }
  return { threshold: 0, share: { measure: other.index, thousandths: Math.round(Number(percent[1]) * 10) } };
}
