/** A real store with two tills and one thing to ask at them, for the scenarios of the prompt. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { card, type OpenStore, openStore } from './open-store.ts';

const dialogue = `dialogue: stroller
title: The stroller
type: III
priority: 6
objective: { on: sale, anyLine: '"baby" in line.tags', within: 7d, value: 40 }
holdout: 0%
enter: [{ on: visit.opened }]
steps:
  ask:
    say:
      pos:
        moment: at-till
        strength: weak
        know: { en: "{{ customer.firstName }} bought the Nomad here.", de: "{{ customer.firstName }} hat hier den Nomad gekauft." }
        say: { en: "How is the stroller? Do you need the rain cover?", de: "Wie fährt sich der Wagen? Brauchen Sie den Regenschutz?" }
      with: gift
      validFor: 10m
      answers:
        wants: { label: { en: "She wants it", de: "Sie möchte ihn" }, positive: true, then: end }
        trouble: { label: { en: "Something is wrong", de: "Etwas stimmt nicht" }, then: end }
        no: { label: { en: "No", de: "Nein" }, then: end }
      silence: { never-shown: end, ignored: { after: 5m, then: end }, walked-away: end, acted-elsewhere: end }
  gift: { reward: { percent: 15, validFor: 30d, then: end } }
`;

/** What waits beside it, for the next sale. */
const second = dialogue
  .replace('dialogue: stroller', 'dialogue: warranty')
  .replace('priority: 6', 'priority: 1')
  .replace('How is the stroller? Do you need the rain cover?', 'Shall we look after the warranty?')
  .replace('  gift: { reward: { percent: 15, validFor: 30d, then: end } }\n', '')
  .replace('      with: gift\n', '');

/** A coupon for the next visit, which no printer is there for. */
const thanks = `dialogue: thanks
title: Thanks for the bread
type: II
objective: { on: sale, anyLine: '"wine" in line.tags', within: 30d, value: 5 }
holdout: 0%
enter: [{ on: sale, anyLine: line.department == "bakery" }]
steps:
  gift: { reward: { percent: 10, validFor: 30d, then: thanks } }
  thanks:
    say:
      receipt: { text: { en: "Thank you for baking day" } }
      with: gift
      validFor: 10m
      answers: { bought: { on: sale, then: end } }
      silence: { never-shown: end, ignored: { after: 14d, then: end }, acted-elsewhere: end }
`;

const house = `attributes: { firstName: { type: text, sensitivity: near, default: "you" } }
defaultLocale: en
attention: { perVisit: 4, gap: 1s }
`;

/** One that stays when the store starts anew: a till knows one address. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

export interface TillShop extends OpenStore {
  readonly url: string;
}

/** `more`: sections of the configuration. With `isPaired`, two dialogues compete for the one prompt. */
export async function openTillShop(
  more: Readonly<Record<string, unknown>> = {},
  { isPaired = false, firstName = 'Ada', staff = null as object | null } = {},
): Promise<TillShop> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-till-shop-'));
  const dialogues = join(folder, 'dialogues');
  mkdirSync(dialogues);
  writeFileSync(join(dialogues, 'stroller.yaml'), dialogue);
  if (isPaired) writeFileSync(join(dialogues, 'warranty.yaml'), second);
  if (isPaired) writeFileSync(join(dialogues, 'thanks.yaml'), thanks);
  writeFileSync(join(dialogues, 'house.yaml'), house);
  const customers = join(folder, 'customers.csv');
  writeFileSync(customers, `number,firstName,locale,remember,inStore\n${card},${firstName},de,yes,yes\n`);
  if (staff !== null) writeFileSync(join(folder, 'staff.yaml'), stringify(staff));
  const plan = {
    tills: [
      { id: 'till-1', zone: 'tills', at: [23, 5] },
      { id: 'till-2', zone: 'tills', at: [27, 5] },
    ],
  };
  const people = staff === null ? {} : { staff: join(folder, 'staff.yaml') };
  const store = await openStore(
    { dialogues, customers, listen: { http: await freePort(), mqtt: 0 }, ...people, ...more },
    { plan },
  );
  return {
    get running() {
      return store.running;
    },
    get url() {
      return `http://127.0.0.1:${store.running.httpPort}`;
    },
    folder: store.folder,
    restart: store.restart,
    get: store.get,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
