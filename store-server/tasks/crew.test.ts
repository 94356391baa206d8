/** What a restart finds of who is on duty: her own word stays, the store's own is found out again. */
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, test } from 'vitest';
import type { Associate } from './associate.ts';
import { Crew, unheardMs } from './crew.ts';

const ana: Associate = { associate: 'ana', name: 'Ana', role: 'associate', locale: 'en', zones: null, fills: [] };
const polygon = [
  [0, 0],
  [10, 0],
  [10, 10],
];
const zones = [{ id: 'suits', name: 'Suits', kind: 'open', polygon }];
const plan = floorPlan.parse({ name: 'small', width: 10, height: 10, zones });

type Duty = FactBody<'duty.changed'>;

/** A store that runs, and what it tells the journal. `before`: what an earlier one has told. */
function stand(before: readonly Duty[] = []) {
  const ports = simulatedPorts({ startMs: 1_764_000_000_000, seed: 1 });
  const told: Duty[] = [];
  const crew = new Crew({
    plan,
    timers: ports.timers,
    queueLimit: () => 3,
    observe: (body) => {
      told.push(body);
      crew.fold(factOf(body));
    },
    onChange: () => undefined,
  });
  crew.know(ana);
  for (const body of before) crew.fold(factOf(body));
  crew.expectAll();
  return { crew, told, pass: (ms: number) => ports.advance(ms) };
}

function factOf(body: Duty): Fact {
  return { seq: 1, type: 'duty.changed', at: 0, subject: null, source: null, cause: null, late: false, body };
}

describe('after a restart', () => {
  test('who said that she is busy is busy still, whether her handheld is there or not', () => {
    const first = stand();
    first.crew.attach('ana');
    first.crew.choose('ana', 'on');
    first.crew.choose('ana', 'busy');
    const { crew, told, pass } = stand(first.told);
    expect(crew.dutyOf('ana')).toBe('busy');
    pass(unheardMs);
    crew.attach('ana');
    crew.know({ ...ana, name: 'Ana B.' });
    expect([crew.dutyOf('ana'), told]).toEqual(['busy', []]);
  });

  test('whom the store kept from being asked is asked again once her handheld is heard', () => {
    const first = stand();
    first.crew.attach('ana');
    first.crew.choose('ana', 'on');
    first.crew.detach('ana');
    first.pass(unheardMs);
    expect(first.told.at(-1)).toEqual({ associate: 'ana', state: 'busy' });
    const { crew, told } = stand(first.told);
    expect(crew.dutyOf('ana')).toBe('on');
    crew.attach('ana');
    expect(told).toEqual([{ associate: 'ana', state: 'on' }]);
  });

  test('who says it while the store keeps her from being asked anyway has said it', () => {
    const first = stand();
    first.crew.choose('ana', 'on');
    first.pass(unheardMs);
    first.crew.choose('ana', 'busy');
    expect(first.told.at(-1)).toEqual({ associate: 'ana', state: 'busy', chosen: true });
    expect(stand(first.told).crew.dutyOf('ana')).toBe('busy');
  });
});
