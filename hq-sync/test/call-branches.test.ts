/** What becomes of the calls that dialogues want: who is called first, and where those lead that are not made. */
import { readState } from '@kairos/dialogue/engine/state-codec.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CallList, type NextCall } from '../channels/calls/call-list.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { dayMs, FoldHouse, hourMs } from './fold-house.ts';

const calling = (name: string, head: string, to: string): string => `dialogue: ${name}
type: foundation
${head}
objective: { on: sale, within: 60d, value: 10 }
holdout: none
enter: [{ on: site.visited, where: 'fact.page == "${name}"' }]
steps:
  call:
    say:
      call:
        to: { role: representative, claimWithin: 2d, ${to} }
        say: { en: "How are you?" }
        again: { after: 1d, max: 3 }
      validFor: 14d
      answers:
        well:
          label: { en: "She is well" }
          form: { since: { label: { en: "Since when?" }, choices: { week: { en: "A week" }, year: { en: "A year" } } } }
          then: end
      silence: { never-shown: later, ignored: end, acted-elsewhere: end }
  letter: { say: { mail: { text: { en: "How are you?" } }, validFor: 7d, answers: { well: { label: { en: "Well" }, then: end } } } }
  mail: { say: { email: { subject: { en: "How are you?" } }, validFor: 7d, answers: { well: { label: { en: "Well" }, then: end } } } }
  later: { wait: { for: 30d, then: end } }
`;
const dialogues = {
  'with-letter': calling('with-letter', 'priority: 3', 'else: mail, full: letter'),
  'without-letter': calling('without-letter', '', 'else: mail'),
  urgent: calling('urgent', 'priority: 8', 'else: mail'),
  managers: calling('managers', '', 'else: mail').replace('role: representative', 'role: senior'),
};

let database: Database;
let house: FoldHouse;
let list: CallList;
let people = 0;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  house = new FoldHouse(database);
  await house.publish(dialogues);
  const teams = { service: { perDay: 2, roles: ['representative'] }, managers: { perDay: 2, roles: ['senior'] } };
  const rules = { quietHours: { from: 0, to: 0 }, timeZone: 'UTC' };
  list = new CallList({ database, config: { teams, timeZone: 'UTC' }, rules });
});
afterAll(() => database?.close());
beforeEach(() => database.query('TRUNCATE commands, call_days'));

const now = (): number => house.ports.clock.now();
const takeNext = (person: string, team = 'service'): Promise<NextCall> => list.takeNext({ person, team, now: now() });

/** Somebody whom this dialogue wants to call. */
async function wanted(dialogue: keyof typeof dialogues): Promise<string> {
  people += 1;
  const chainId = people.toString(16).padStart(32, 'd');
  await house.allow(chainId, 'call', 'mail', 'email');
  await house.tell(chainId, 'site.visited', { page: dialogue });
  await database.query(`UPDATE customers SET address = '{"phone": "+1 555 0100"}' WHERE chain_id = $1`, [chainId]);
  return chainId;
}

const stepsOf = async (chainId: string): Promise<string[]> =>
  (await house.commands(chainId)).map(({ kind, step, state }) => `${kind} ${step} ${state}`);

async function taken(person: string, team = 'service'): Promise<{ command: string; chainId: string }> {
  const next = await takeNext(person, team);
  if (next.kind !== 'call') throw new Error(`no call, but ${next.kind}`);
  return next.call;
}

test('the call of the most urgent dialogue comes first, then the one that must be taken on first, each to its team', async () => {
  const late = await wanted('without-letter');
  house.ports.advance(hourMs);
  const later = await wanted('without-letter');
  const urgent = await wanted('urgent');
  const senior = await wanted('managers');
  const order = [await taken('ann'), await taken('ben')];
  expect(order.map(({ chainId }) => chainId)).toEqual([urgent, late]);
  expect(order[0]).toMatchObject({
    words: {
      priority: 8,
      role: 'representative',
      claimBy: now() + 2 * dayMs,
      answers: [{ form: [{ label: 'Since when?', choices: ['week', 'year'], choiceLabels: ['A week', 'A year'] }] }],
    },
  });
  expect(await takeNext('cleo')).toEqual({ kind: 'day-is-full' });
  expect(await stepsOf(later)).toEqual(['call call open']);
  expect((await taken('dora', 'managers')).chainId).toBe(senior);
});

test('what has no room in its time takes the branch full: a letter goes out instead of a call', async () => {
  // Two a day, today, tomorrow and on the day on which they must be taken on: the seventh has no room.
  const urgent = await Promise.all(Array.from({ length: 6 }, () => wanted('urgent')));
  const [crowded, plain] = [await wanted('with-letter'), await wanted('without-letter')];
  await list.endOverdue(now());
  await house.pass(hourMs, hourMs);
  expect(await stepsOf(crowded)).toEqual(['call call failed', 'mail letter open']);
  for (const one of urgent) expect(await stepsOf(one)).toEqual(['call call open']);
  // Without the branch it counts as never shown: tried again, as often as the dialogue says.
  expect(await stepsOf(plain)).toEqual(['call call failed']);
  expect(await database.query(`SELECT outcome->>'reason' AS reason FROM commands WHERE state = 'failed'`)).toEqual([
    { reason: 'full' },
    { reason: 'full' },
  ]);
  await database.query(`DELETE FROM commands WHERE chain_id = ANY($1::text[])`, [urgent]);
  await house.pass(dayMs, dayMs);
  expect(await stepsOf(plain)).toEqual(['call call failed', 'call call open']);
});

test('what nobody takes on in its time leads on to else, and what somebody has is left to her', async () => {
  const [first, second] = [await wanted('without-letter'), await wanted('without-letter')];
  const hers = await taken('ann');
  expect(hers.chainId).toBe(first);
  await list.endOverdue(now() + 2 * dayMs - 1);
  expect(await stepsOf(second)).toEqual(['call call open']);
  await database.query(`UPDATE commands SET claimed_until = $1 WHERE chain_id = $2`, [now() + 3 * dayMs, first]);
  await list.endOverdue(now() + 2 * dayMs);
  await house.pass(hourMs, hourMs);
  expect(await stepsOf(second)).toEqual(['call call failed', 'email mail open']);
  expect(await stepsOf(first)).toEqual(['call call claimed']);
});

test('of a call that was made nothing is left to be claimed', async () => {
  const chainId = await wanted('urgent');
  const { command } = await taken('ann');
  const said = { person: 'ann', command, answer: 'well', form: { since: 'week' }, now: now() };
  expect(await list.log(said)).toBe('logged');
  await house.pass(hourMs, hourMs);
  expect(await stepsOf(chainId)).toEqual(['call call done']);
  expect(await database.query('SELECT command FROM commands')).toEqual([{ command }]);
  const asked = await database.query(`SELECT id FROM own_facts WHERE chain_id = $1 AND type LIKE 'task.%'`, [chainId]);
  expect(asked).toEqual([]);
  const { runs } = readState((await house.state(chainId))?.engine ?? '');
  expect(runs).toEqual([]);
});
