/** Reads `screens`: how often, and for how much of an hour, the screens of a zone may say something. */
import type { ScreenSettings } from '../compiled.ts';
import { playsMax } from '../moment/screen-turns.ts';
import { type Field, placeOfField, readFields, readShare, readWhole } from './node-reader.ts';
import type { ProblemList } from './problem.ts';

const basisPoints = 10_000;
/** Less than half a minute of an hour shows nothing that could be read. */
const shareMin = 100;

export function readScreens(found: Field | undefined, problems: ProblemList): ScreenSettings | undefined {
  if (found === undefined) return undefined;
  const fields = readFields(found.value, '"screens"', ['playsPerHour', 'shareOfHour'], problems, found.at);
  if (fields === null) return undefined;
  const plays = fields.get('playsPerHour');
  const share = fields.get('shareOfHour');
  if (plays === undefined && share === undefined) {
    const hint = 'screens: { playsPerHour: 12, shareOfHour: 25% }';
    problems.error('missing', found.at, '"screens" says how often, or for how much of an hour', hint);
    return undefined;
  }
  return {
    playsPerHour: plays === undefined ? null : readWhole(plays, '"playsPerHour"', 1, playsMax, problems),
    shareOfHour: share === undefined ? null : readShareOfHour(share, problems),
  };
}

function readShareOfHour(found: Field, problems: ProblemList): number | null {
  const share = readShare(found, '"shareOfHour"', basisPoints, problems);
  if (share === null || share >= shareMin) return share;
  const hint = 'to keep the screens silent, pause the channel "screen"';
  problems.error('bad-share', placeOfField(found), '"shareOfHour" is at least 1%', hint);
  return null;
}
