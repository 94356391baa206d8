import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { describe, expect, it } from 'vitest';
import { emptyGlass, type Glass, type GlassEvent, type GlassReport, type Instant, stepGlass } from './glass.ts';

const message: ScreenMessage = {
  id: 'message-1',
  headline: 'Your tile adhesive is on the next shelf',
  body: '',
  answers: [
    { id: 'show', label: 'Show me where' },
    { id: 'later', label: 'Not today' },
  ],
  validForMs: 60_000,
};
const at = (ms: number): Instant => ({ monotonicMs: ms, wallMs: 1_000_000 + ms });

/** Plays events at their times and gives the glass with all that was reported. */
function play(...events: [ms: number, GlassEvent][]): { glass: Glass; reports: GlassReport[] } {
  const reports: GlassReport[] = [];
  let glass: Glass = emptyGlass;
  for (const [ms, event] of events) {
    const step = stepGlass(glass, event, at(ms));
    glass = step.glass;
    reports.push(...step.reports);
  }
  return { glass, reports };
}

const offered: GlassEvent = { kind: 'offered', message };
const painted: GlassEvent = { kind: 'painted', id: message.id };
const withdrawn: GlassEvent = { kind: 'offered', message: null };
const answered: GlassEvent = { kind: 'answered', id: message.id, answer: 'show' };

describe('the glass', () => {
  it('reports the first paint once, however often it is painted and offered again', () => {
    const { reports } = play([0, offered], [20, painted], [30, painted], [40, offered], [50, painted]);
    expect(reports).toEqual([{ kind: 'shown', id: message.id }]);
  });

  it('takes the message down by itself when its time is over, with nothing heard from the store', () => {
    const seen = play([0, offered], [20, painted], [59_999, { kind: 'tick' }]);
    expect(seen.glass.current).not.toBeNull();
    expect(stepGlass(seen.glass, { kind: 'tick' }, at(60_000)).glass.current).toBeNull();
  });

  it('takes it down when only the wall clock has moved, as after a sleep', () => {
    const { glass } = play([0, offered], [20, painted]);
    const woken = { monotonicMs: 30, wallMs: 1_000_000 + 90_000 };
    expect(stepGlass(glass, { kind: 'tick' }, woken).glass.current).toBeNull();
  });

  it('does not let a store that comes back late prolong it', () => {
    const { glass } = play([0, offered], [20, painted], [50_000, offered], [60_000, { kind: 'tick' }]);
    expect(glass.current).toBeNull();
  });

  it.each([
    ['answered', answered],
    ['withdrawn', withdrawn],
  ] as const)('never shows again what was %s here', (_, ending) => {
    const { glass } = play([0, offered], [20, painted], [30, ending], [40, { kind: 'thanked', id: message.id }]);
    expect(stepGlass(glass, offered, at(50)).glass.current).toBeNull();
  });

  it('shows what was withdrawn before anybody saw it, when it is offered again', () => {
    expect(play([0, offered], [10, withdrawn], [20, offered]).glass.current?.state).toBe('offered');
  });

  it('reports an answer once; later taps, and taps on answers it never had, do nothing', () => {
    const stray: GlassEvent = { kind: 'answered', id: message.id, answer: 'elsewhere' };
    const { reports } = play([0, offered], [20, painted], [30, stray], [40, answered], [41, answered]);
    expect(reports).toEqual([
      { kind: 'shown', id: message.id },
      { kind: 'answered', id: message.id, answer: 'show' },
      { kind: 'played', id: message.id, ms: 20 },
    ]);
  });

  it('refuses a tap that comes after its time', () => {
    const { reports, glass } = play([0, offered], [20, painted], [60_001, answered]);
    expect(reports).toEqual([
      { kind: 'shown', id: message.id },
      { kind: 'played', id: message.id, ms: 59_981 },
    ]);
    expect(glass.current).toBeNull();
  });

  it('tells how long it stood there, once, when it has left; nothing of what was never painted', () => {
    const next: GlassEvent = { kind: 'offered', message: { ...message, id: 'message-2' } };
    const { reports } = play([0, offered], [20, painted], [25, offered], [50, next], [70, withdrawn]);
    expect(reports.filter(({ kind }) => kind === 'played')).toEqual([{ kind: 'played', id: message.id, ms: 30 }]);
  });

  it('brings the report of the paint along with a tap that outran it', () => {
    expect(play([0, offered], [15, answered]).reports.map((report) => report.kind)).toEqual(['shown', 'answered']);
  });

  it('keeps the quiet word while the store takes the message away, and gives way to the next message', () => {
    const thanking = play([0, offered], [20, painted], [30, answered], [35, withdrawn]);
    expect(thanking.glass.current?.state).toBe('answered');
    const next = stepGlass(thanking.glass, { kind: 'offered', message: { ...message, id: 'message-2' } }, at(40));
    expect(next.glass.current).toMatchObject({ state: 'offered', message: { id: 'message-2' } });
  });

  it('does not paint what arrives with no time left', () => {
    expect(play([0, { kind: 'offered', message: { ...message, validForMs: 0 } }]).glass.current).toBeNull();
  });
});
