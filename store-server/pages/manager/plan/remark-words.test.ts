import { type PlanDraft, type PlanList, planRemarkKinds } from '@kairos/protocol/floor-plan-checks.ts';
import { expect, test } from 'vitest';
import { languages, talkIn } from '../words/languages.ts';
import { readPlanText } from './plan-yaml.ts';
import { remarkWords } from './remark-words.ts';

const draft = readPlanText(`name: Corner
width: 20
height: 10
zones:
  - { id: west, name: West, polygon: [[0, 0], [10, 0], [10, 10], [0, 10]] }
  - { id: east, name: East, polygon: [[10, 0], [20, 0], [20, 10], [10, 10]] }
walls: [[[0, 0], [10, 0]]]
shelves: [{ id: shelf-1, zone: gone, polygon: [[1, 1], [2, 1], [2, 2]] }]
anchors: [{ address: aaaaaaaaaa01, at: [5, 5, 3] }]
`) as PlanDraft;

test('every remark is said in every language, with the names of what it is about, and nothing left blank', () => {
  for (const language of languages) {
    const talk = talkIn(language);
    for (const kind of planRemarkKinds) {
      for (const list of ['zones', 'walls', 'shelves', 'anchors'] as const satisfies readonly PlanList[]) {
        const things = [
          { list, index: 0 },
          { list: 'zones' as const, index: 1 },
        ];
        const said = remarkWords({ kind, things, says: '' }, draft, talk);
        expect(said.length, `${language} ${kind}`).toBeGreaterThan(15);
        expect(said).not.toMatch(/\{\{|undefined|null/);
      }
    }
  }
});

test('a thing is called by what stands in the file, and a zone that is not there by the name that was given', () => {
  const talk = talkIn('en');
  const said = (kind: 'doubled-id' | 'no-such-zone' | 'uncovered', list: PlanList): string =>
    remarkWords({ kind, things: [{ list, index: 0 }], says: '' }, draft, talk);
  expect(said('doubled-id', 'anchors')).toBe('The address aaaaaaaaaa01 stands twice: give each its own.');
  expect(said('no-such-zone', 'shelves')).toBe('“shelf-1” names a zone “gone” that is not there: choose one.');
  expect(said('uncovered', 'zones')).toBe('No beacon covers West: put one within 8 m.');
});
