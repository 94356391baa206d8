/** The desk as a whole, under a clock that is moved: who is asked, who has it, what may be taken back, who is left alone. */
import { describe, expect, test } from 'vitest';
import { deskStand, minute } from '../test/desk-stand.ts';

const two = { ana: {}, ben: { locale: 'de' } };
const withLeads = { ...two, lea: { role: 'lead' as const, zones: ['suits'] }, mira: { role: 'manager' as const } };

describe('a call of a shopper', () => {
  test('is on every list, with a sign, a place and no name; one claims it, and it is gone from the others', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana', 'ben');
    const task = await stand.call('cart-1', 'shoes');
    const [shown] = stand.tasks('ana');
    expect(shown).toMatchObject({ id: task, kind: 'help', state: 'offered', zone: 'shoes', cart: 'cart-1' });
    expect(shown?.sign).not.toBeNull();
    expect(JSON.stringify(stand.view('ana'))).not.toMatch(/subject|score|priority/);
    expect(stand.tasks('ben')).toHaveLength(1);
    const both = [
      stand.do('ana', { does: 'claim', task, version: 1 }),
      stand.do('ben', { does: 'claim', task, version: 1 }),
    ];
    expect(await Promise.all(both)).toEqual(['done', 'taken']);
    expect(stand.tasks('ana')).toMatchObject([{ id: task, state: 'mine' }]);
    expect(stand.tasks('ben')).toEqual([]);
    expect(stand.view('ben').gone).toEqual([{ task, why: 'taken' }]);
  });

  test('goes to the nearest, the next nearest, the zone’s lead and the manager, and then to nobody', async () => {
    const stand = await deskStand({ ...withLeads, kim: {} });
    await stand.arrive('ana', 'ben', 'kim', 'lea', 'mira');
    await stand.do('ana', { does: 'place', zone: 'suits' });
    await stand.do('ben', { does: 'place', zone: 'hats' });
    await stand.do('kim', { does: 'place', zone: 'tills' });
    const task = await stand.call('cart-1', 'suits');
    const asked = (): string[] =>
      ['ana', 'ben', 'kim', 'lea', 'mira'].filter((who) => stand.tasks(who).some(({ id }) => id === task));
    expect(asked()).toEqual(['ana']);
    await stand.pass(30_000);
    expect(asked()).toEqual(['ana', 'ben']);
    expect(stand.tasks('ben')[0]).toMatchObject({ isEscalated: true, metres: expect.any(Number) });
    await stand.pass(30_000);
    expect(asked()).toEqual(['ana', 'ben', 'kim', 'lea']);
    await stand.pass(30_000);
    expect(asked()).toEqual(['ana', 'ben', 'kim', 'lea', 'mira']);
    await stand.pass(30_000);
    expect(asked()).toEqual([]);
    expect(stand.helpOn('cart-1')?.state).toBe('nobody-free');
  });

  test('that somebody claimed and did not get to is asked for again, of more people', async () => {
    const stand = await deskStand(withLeads);
    await stand.arrive('ana', 'ben', 'lea', 'mira');
    const task = await stand.call('cart-1', 'suits');
    await stand.do('ana', { does: 'claim', task, version: 1 });
    await stand.pass(5 * minute);
    expect(stand.helpOn('cart-1')).toMatchObject({ state: 'asked' });
    expect(stand.tasks('ben')).toMatchObject([{ kind: 'help', state: 'offered' }]);
    expect(stand.tasks('mira')).toEqual([]);
    await stand.pass(90_000);
    expect(stand.tasks('mira')).toMatchObject([{ kind: 'help', isEscalated: true }]);
  });
});

describe('what a dialogue asks', () => {
  test('is read in the associate’s language: what to do, what to say, what only to know', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana', 'ben');
    await stand.shopper('cart-1', 'suits');
    expect(stand.tasks('ben')).toMatchObject([
      {
        kind: 'prompt',
        headline: 'Neue Anzüge zeigen',
        say: 'Darf ich Ihnen etwas zeigen?',
        know: 'Sie trägt 42.',
        reason: { is: 'passing', zone: 'Suits' },
        answers: [
          {
            id: 'shown',
            label: 'Gezeigt',
            form: [
              {
                name: 'size',
                label: 'Welche Größe?',
                choices: ['S', 'M', 'L'],
                choiceLabels: ['Klein', 'Mittel', 'Groß'],
              },
              { name: 'words', kind: 'text', label: '' },
            ],
          },
        ],
        cannot: { id: 'cannot', label: 'Jetzt nicht' },
      },
    ]);
    expect(stand.tasks('ana')[0]?.headline).toBe('Show the new suits');
  });

  test('a call comes before it, and she does one thing at a time', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana', 'ben');
    await stand.shopper('cart-1', 'suits');
    const call = await stand.call('cart-2', 'shoes');
    expect(stand.tasks('ana').map(({ kind }) => kind)).toEqual(['help', 'prompt']);
    await stand.do('ana', { does: 'claim', task: call, version: 1 });
    const [, prompt] = [...stand.tasks('ana'), ...stand.tasks('ben')];
    expect(await stand.do('ana', { does: 'claim', task: prompt?.id ?? '', version: 1 })).toBe('not-yours');
    expect(await stand.do('ben', { does: 'claim', task: prompt?.id ?? '', version: 1 })).toBe('done');
  });

  test('unclaimed it goes through all of them, and then the way that the dialogue gives', async () => {
    const stand = await deskStand(withLeads);
    await stand.arrive('ana', 'ben', 'lea', 'mira');
    await stand.shopper('cart-1', 'suits');
    const seen = (): boolean[] => ['ana', 'lea', 'mira'].map((who) => stand.tasks(who).length > 0);
    expect(seen()).toEqual([true, false, false]);
    await stand.pass(2 * minute);
    expect(seen()).toEqual([true, true, false]);
    await stand.pass(minute);
    expect(seen()).toEqual([true, true, true]);
    await stand.pass(minute);
    expect(seen()).toEqual([false, false, false]);
    expect(stand.told('task.released', 'run.moved').slice(-2)).toEqual(['task.released unclaimed', 'run.moved']);
  });

  test('an answer that it did not offer, or a form that it did not ask for, is none', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana');
    await stand.shopper('cart-1', 'suits');
    const [task] = stand.tasks('ana');
    const about = { task: task?.id ?? '', version: 2 };
    await stand.do('ana', { does: 'claim', ...about });
    const answer = (answer: string, form: Record<string, string | number> = {}) =>
      stand.do('ana', { does: 'answer', ...about, answer, form });
    expect(await answer('sold')).toBe('unknown');
    expect(await answer('shown', { size: 'XXL' })).toBe('unknown');
    expect(await answer('shown', { price: 3 })).toBe('unknown');
    expect(await answer('shown', { size: 'M', words: 'liked it' })).toBe('held');
  });
});

describe('for ten seconds', () => {
  test('a claim is taken back, and the shopper was never told that somebody comes', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana', 'ben');
    const task = await stand.call('cart-1', 'shoes');
    await stand.do('ana', { does: 'claim', task, version: 1 });
    expect(stand.desk.claims.isFresh(task)).toBe(true);
    expect(stand.view('ana').undo).toMatchObject({ task, did: 'claim' });
    await stand.pass(9_000);
    expect(await stand.do('ana', { does: 'undo', task })).toBe('done');
    expect(stand.helpOn('cart-1')?.state).toBe('asked');
    expect(stand.tasks('ben')).toMatchObject([{ id: task, state: 'offered' }]);
    expect(stand.tasks('ana')).toMatchObject([{ id: task, state: 'offered' }]);
  });

  test('and no longer: then her cart is told', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana');
    const task = await stand.call('cart-1', 'shoes');
    await stand.do('ana', { does: 'claim', task, version: 1 });
    await stand.pass(9_000);
    expect(stand.carts).toEqual([]);
    await stand.pass(1_000);
    expect(stand.carts).toEqual(['cart-1']);
    expect(stand.desk.claims.isFresh(task)).toBe(false);
    expect(await stand.do('ana', { does: 'undo', task })).toBe('late');
  });

  test('an answer is held, and is a fact only then; taken back it never was', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana');
    await stand.shopper('cart-1', 'suits');
    const about = { task: stand.tasks('ana')[0]?.id ?? '', version: 2 };
    await stand.do('ana', { does: 'claim', ...about });
    expect(await stand.do('ana', { does: 'answer', ...about, answer: 'shown' })).toBe('held');
    expect(stand.tasks('ana')).toEqual([]);
    expect(stand.view('ana').undo).toMatchObject({ did: 'answer', label: 'Shown' });
    expect(await stand.do('ana', { does: 'undo', task: about.task })).toBe('done');
    expect(stand.tasks('ana')).toMatchObject([{ state: 'mine' }]);
    expect(await stand.do('ana', { does: 'answer', ...about, answer: 'shown' })).toBe('held');
    expect(stand.told('task.done')).toEqual([]);
    await stand.pass(10_000);
    expect(stand.told('task.done')).toEqual(['task.done ana shown']);
    expect(stand.view('ana').team).toMatchObject({ done: 1 });
  });

  test('or until she takes the next: what she said before stands', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana');
    const task = await stand.call('cart-1', 'shoes');
    await stand.do('ana', { does: 'claim', task, version: 1 });
    await stand.do('ana', { does: 'answer', task, version: 2, answer: 'helped' });
    const next = await stand.call('cart-2', 'shoes');
    // Nobody is free but she, who is done in a moment.
    expect(stand.helpOn('cart-2')?.state).toBe('nobody-free');
    await stand.pass(10_000);
    expect(stand.told('task.done')).toEqual(['task.done ana helped']);
    expect(next).not.toBe(task);
  });

  test('what she said stands where the shopper leaves in between', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana');
    const task = await stand.call('cart-1', 'shoes');
    await stand.do('ana', { does: 'claim', task, version: 1 });
    await stand.do('ana', { does: 'answer', task, version: 2, answer: 'helped' });
    const subject = 1;
    stand.observe('identity.dropped', subject, { cart: 'cart-1', reason: 'logout' });
    await stand.pass(1);
    expect(stand.told('task.released', 'task.done')).toEqual(['task.released ana taken-back', 'task.done ana helped']);
  });
});

describe('can’t now', () => {
  test('of what is offered: others are asked, and nothing is recorded of her', async () => {
    const stand = await deskStand(withLeads);
    await stand.arrive('ana', 'lea');
    const task = await stand.call('cart-1', 'hats');
    expect(await stand.do('ana', { does: 'pass', task, version: 1 })).toBe('done');
    expect(stand.tasks('ana')).toEqual([]);
    expect(stand.tasks('lea')).toMatchObject([{ id: task }]);
    expect(stand.told('task.released')).toEqual([]);
    expect(await stand.do('ana', { does: 'undo', task })).toBe('done');
    expect(stand.tasks('ana')).toMatchObject([{ id: task }]);
  });

  test('of what is hers: after ten seconds somebody else is asked, and she is not', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana', 'ben');
    await stand.shopper('cart-1', 'suits');
    const about = { task: stand.tasks('ana')[0]?.id ?? '', version: 2 };
    await stand.do('ana', { does: 'claim', ...about });
    expect(await stand.do('ana', { does: 'pass', ...about })).toBe('held');
    expect(stand.tasks('ben')).toEqual([]);
    await stand.pass(10_000);
    expect(stand.tasks('ana')).toEqual([]);
    expect(stand.tasks('ben')).toMatchObject([{ kind: 'prompt', state: 'offered' }]);
    // What was under way to the old name comes too late, and is told why.
    const late = stand.tasks('ben')[0];
    await stand.do('ben', { does: 'claim', task: late?.id ?? '', version: 1 });
    expect(await stand.do('ana', { does: 'answer', ...about, answer: 'shown' })).toBe('taken');
  });
});

describe('who is left alone', () => {
  test('nobody on a break, busy or off; what she had passes on when she goes', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana', 'ben');
    const task = await stand.call('cart-1', 'shoes');
    await stand.do('ana', { does: 'claim', task, version: 1 });
    await stand.do('ben', { does: 'duty', state: 'break' });
    expect(stand.tasks('ben')).toEqual([]);
    await stand.do('ben', { does: 'duty', state: 'on' });
    stand.desk.signOff('ana');
    await stand.pass(1);
    expect(stand.tasks('ben')).toMatchObject([{ id: task, state: 'offered' }]);
    expect(stand.told('task.released')).toEqual(['task.released ana signed-off']);
    expect(await stand.do('ana', { does: 'claim', task, version: 1 })).toBe('not-yours');
  });

  test('nobody at a lane while its queue is over the limit, and the engine knows', async () => {
    const stand = await deskStand(withLeads);
    await stand.arrive('ana', 'ben', 'lea');
    await stand.do('ana', { does: 'place', zone: 'tills' });
    expect(await stand.do('ben', { does: 'queue', till: 'till-1', waiting: 4 })).toBe('not-yours');
    expect(await stand.do('lea', { does: 'queue', till: 'till-9', waiting: 4 })).toBe('unknown');
    expect(await stand.do('lea', { does: 'queue', till: 'till-1', waiting: 4 })).toBe('done');
    expect(stand.view('ana').me).toMatchObject({ duty: 'on', isAtLongQueue: true });
    expect(stand.told('duty.changed').at(-1)).toBe('duty.changed ana busy');
    await stand.call('cart-1', 'tills');
    expect(stand.tasks('ana')).toEqual([]);
    expect(stand.tasks('ben')).toHaveLength(1);
    // Counted by eye, it is over after a while.
    await stand.pass(15 * minute);
    expect(stand.view('ana').me.isAtLongQueue).toBe(false);
    expect(stand.told('duty.changed').at(-1)).toBe('duty.changed ana on');
  });

  test('a handheld that is away is not asked, its associate is promised to nobody, and all is well when it is back', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana');
    stand.desk.crew.detach('ana');
    await stand.pass(minute);
    expect(stand.told('duty.changed').at(-1)).toBe('duty.changed ana busy');
    await stand.call('cart-1', 'shoes');
    expect(stand.helpOn('cart-1')?.state).toBe('nobody-free');
    await stand.pass(9 * minute);
    stand.desk.crew.attach('ana');
    await stand.pass(1);
    expect(stand.told('duty.changed').at(-1)).toBe('duty.changed ana on');
    expect(await stand.call('cart-2', 'shoes')).toBe(stand.tasks('ana')[0]?.id);
  });

  test('in a rush dialogues ask nothing, calls go on, and it ends by itself', async () => {
    const stand = await deskStand(withLeads);
    await stand.arrive('ana', 'lea');
    await stand.shopper('cart-1', 'suits');
    expect(stand.tasks('ana')).toHaveLength(1);
    expect(await stand.do('ana', { does: 'rush', minutes: 30 })).toBe('not-yours');
    expect(await stand.do('lea', { does: 'rush', minutes: 3 })).toBe('done');
    expect(stand.tasks('ana')).toEqual([]);
    expect(stand.view('ana').rush).toEqual({ until: expect.any(Number), by: 'lea' });
    await stand.call('cart-2', 'shoes');
    expect(stand.tasks('ana')).toMatchObject([{ kind: 'help' }]);
    await stand.pass(3 * minute);
    expect(stand.view('ana').rush).toBeNull();
    expect(stand.tasks('ana')).toContainEqual(expect.objectContaining({ kind: 'prompt' }));
  });

  test('where she is dies with the task, and is in no fact', async () => {
    const stand = await deskStand(two);
    await stand.arrive('ana');
    const task = await stand.call('cart-1', 'shoes');
    await stand.do('ana', { does: 'claim', task, version: 1 });
    expect(stand.view('ana').me.zone).toBe('shoes');
    await stand.do('ana', { does: 'answer', task, version: 2, answer: 'helped' });
    await stand.pass(10_000);
    expect(stand.view('ana').me.zone).toBeNull();
    expect(stand.told('duty.changed', 'task.claimed', 'task.done').join()).not.toContain('shoes');
  });
});

test('a deed that comes twice acts once', async () => {
  const stand = await deskStand(two);
  await stand.arrive('ana');
  const task = await stand.call('cart-1', 'shoes');
  const ana = stand.desk.crew.find('ana');
  if (!ana) throw new Error('nobody');
  const deed = { does: 'claim' as const, id: 'deed-again', task, version: 1 };
  const both = [stand.desk.do(ana, deed), stand.desk.do(ana, deed)];
  await stand.pass(1);
  expect(await Promise.all(both)).toEqual(['done', 'done']);
  expect(stand.told('task.claimed')).toEqual(['task.claimed ana']);
});
