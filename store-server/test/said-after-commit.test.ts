/** What costs money is on disk before a shopper reads it; what is only said does not wait for a slow disk (DESIGN section 3). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { breadCode, card, type OpenStore, openStore, TestScreen } from './open-store.ts';

const dialogue = (isCostly: boolean): string => `dialogue: bread
title: Bread
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
enter:
  - { on: basket.added, where: 'fact.line.department == "bakery"' }
steps:
${isCostly ? '  gift: { reward: { percent: 10, validFor: 30d, then: ask } }\n' : ''}  ask:
    say:
      cart: { moment: any, leaving: keep, text: { en: "Something to go with the bread?" } }
${isCostly ? '      with: gift\n' : ''}      validFor: 10m
      answers: { yes: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 5m, then: end }, walked-away: end, acted-elsewhere: end }
`;

let store: OpenStore;
let screen: TestScreen;
beforeEach(async () => {
  store = await openStore({ test: { slowCommitMs: 1_000 } });
  screen = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: 'epoch-1' });
  await screen.until(() => screen.view !== null);
});
afterEach(async () => {
  screen.close();
  await store.close();
});

/** What is on disk as the message reaches the glass. */
async function onDiskWhenSaid(isCostly: boolean): Promise<{ messages: number; rewards: number }> {
  writeFileSync(join(store.folder, 'dialogues', 'bread.yaml'), dialogue(isCostly));
  expect(store.running.reload({})).toMatchObject({ faults: 0 });
  screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
  screen.say('basket.added', { cart: 'cart-1', code: breadCode });
  await screen.until(() => screen.view?.message != null);
  const id = screen.view?.message?.id;
  const db = new Database(join(store.folder, 'data', 'journal.db'), { readonly: true });
  const count = (sql: string, ...values: unknown[]): number =>
    db
      .prepare(sql)
      .pluck()
      .get(...values) as number;
  const found = {
    messages: count('SELECT count(*) FROM facts WHERE ref = ?', id),
    rewards: count("SELECT count(*) FROM facts WHERE type = (SELECT id FROM words WHERE text = 'reward.issued')"),
  };
  db.close();
  return found;
}

it('a message with a reward is on disk, with its reward, when it is said', async () => {
  expect(await onDiskWhenSaid(true)).toEqual({ messages: 1, rewards: 1 });
});

it('a message without one is said before: the disk is as slow as that, and the test can tell', async () => {
  expect(await onDiskWhenSaid(false)).toEqual({ messages: 0, rewards: 0 });
});
