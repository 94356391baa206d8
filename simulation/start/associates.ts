/**
 * The process of `npm start` in which some of the demo's associates work: each signs in with badge and PIN, holds a
 * handheld, goes when she is asked and says so when she is done, all by the store's own doors. The others are left for
 * whoever wants to hold one. Says `connected` to its parent once they are all on duty.
 */
import process from 'node:process';
import type { HandheldDeed, HandheldTask } from '@kairos/protocol/handheld-events.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { HandheldLine } from '../devices/handheld-line.ts';

/** She looks at it, and goes. A person with a handheld has the time to be first. */
const looksAfterMs: readonly [number, number] = [5_000, 12_000];
const doesMs: readonly [number, number] = [25_000, 60_000];
/** Some have their hands full. */
const takesShare = 0.9;
const signInAgainMs = 20_000;

interface Badge {
  readonly badge: string;
  readonly pin: string;
}

const { KAIROS_URL: url = '', KAIROS_ASSOCIATES: listed = '[]' } = process.env;
const badges = JSON.parse(listed) as readonly Badge[];
const { random, timers } = systemPorts;
const lines = new Set<HandheldLine>();

function between([least, most]: readonly [number, number]): number {
  return least + random.next() * (most - least);
}

class Associate {
  readonly #badge: Badge;
  readonly #considered = new Set<string>();
  #line: HandheldLine | null = null;

  constructor(badge: Badge) {
    this.#badge = badge;
  }

  async work(): Promise<void> {
    const cookie = await signIn(this.#badge);
    if (cookie === null) {
      timers.after(signInAgainMs, () => void this.work());
      return;
    }
    const line = new HandheldLine({
      url,
      cookie,
      onTasks: (tasks) => this.#look(tasks),
      onRefused: () => {
        lines.delete(line);
        line.close();
        timers.after(signInAgainMs, () => void this.work());
      },
    });
    this.#line = line;
    lines.add(line);
    await line.connected;
  }

  #look(tasks: readonly HandheldTask[]): void {
    for (const task of tasks) {
      const key = `${task.id}/${task.state}`;
      if (this.#considered.has(key)) continue;
      this.#considered.add(key);
      if (task.state === 'mine') timers.after(between(doesMs), () => void this.#finish(task));
      else if (task.kind !== 'approval' && random.next() < takesShare)
        timers.after(
          between(looksAfterMs),
          () => void this.#do({ does: 'claim', task: task.id, version: task.version }),
        );
    }
  }

  async #finish({ id, version, answers, cannot }: HandheldTask): Promise<void> {
    const [answer] = answers.filter(({ form }) => form.length === 0);
    const said = answer?.id ?? cannot?.id;
    await this.#do(
      said === undefined ? { does: 'pass', task: id, version } : { does: 'answer', task: id, version, answer: said },
    );
  }

  async #do(deed: Deed): Promise<void> {
    const outcome = await this.#line?.do({ id: random.id(), ...deed } as HandheldDeed);
    console.log(`${this.#badge.badge}: ${deed.does}: ${outcome ?? 'not heard'}`);
  }
}

type Deed = HandheldDeed extends infer One ? (One extends HandheldDeed ? Omit<One, 'id'> : never) : never;

async function signIn(body: Badge): Promise<string | null> {
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/sign-in`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) {
      console.log(`${body.badge}: not signed in: ${await answer.text()}`);
      return null;
    }
    return answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
  } catch (error) {
    console.log(`${body.badge}: not signed in: ${String(error)}`);
    return null;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const line of lines) line.close();
    process.exit(0);
  });
}
await Promise.all(badges.map((badge) => new Associate(badge).work()));
process.send?.({ kind: 'connected' });
