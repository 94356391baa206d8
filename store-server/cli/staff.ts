/**
 * `npm run store -- staff list | code BADGE | sign-out BADGE`, each with `--config FILE`: who may sign in, a one-time code
 * with which somebody sets her PIN, and the end of somebody's sessions. They ask the running store on this machine.
 */
import { Command } from 'commander';
import type { PinCodeAnswer, StaffList } from '../staff/staff-routes.ts';
import { ask, readConfig, saying, Unanswerable, withConfig } from './ask-store.ts';

interface Options {
  readonly config: string;
  readonly json: boolean;
}

export function staffCommand(): Command {
  const staff = new Command('staff').description('the people of the store, and how they sign in');
  const withBadge = (name: string, about: string): Command => withConfig(name, about).argument('<badge>');
  staff.addCommand(
    withConfig('list', 'who may sign in, and who has a PIN')
      .option('--json', 'one JSON object', false)
      .action((options: Options) => saying(() => list(options))),
  );
  staff.addCommand(
    withBadge('code', 'a one-time code with which she sets her PIN, the first or a new one')
      .option('--json', 'one JSON object', false)
      .action((badge: string, options: Options) => saying(() => code(badge, options))),
  );
  staff.addCommand(
    withBadge('sign-out', 'ends all her sessions, and no device is known as hers any more').action(
      (badge: string, options: Options) => saying(() => signOut(badge, options)),
    ),
  );
  return staff;
}

async function list({ config, json }: Options): Promise<string> {
  const answer = await ask<StaffList>(readConfig(config), 'GET', '/api/staff');
  if (json) return JSON.stringify(answer);
  if (answer.staff.length === 0)
    throw new Unanswerable('nobody may sign in: name a list of staff in the store’s configuration (staff: staff.yaml)');
  return answer.staff
    .map(({ badge, name, role, hasPin, sessions }) => {
      const state = hasPin ? `${sessions} ${sessions === 1 ? 'device' : 'devices'}` : 'no PIN yet';
      return `${badge.padEnd(12)} ${name.padEnd(24)} ${role.padEnd(10)} ${state}`;
    })
    .join('\n');
}

async function code(badge: string, { config, json }: Options): Promise<string> {
  const answer = await ask<PinCodeAnswer>(readConfig(config), 'POST', '/api/staff/codes', { badge });
  if (json) return JSON.stringify(answer);
  return [
    `${answer.code}   for ${answer.name}, once, within ${Math.round(answer.lifeMs / 60_000)} minutes.`,
    'She opens /sign-in/, gives her badge, chooses "I have a code", and then her PIN.',
  ].join('\n');
}

async function signOut(badge: string, { config }: Options): Promise<string> {
  await ask(readConfig(config), 'POST', '/api/staff/sign-outs', { badge });
  return `${badge} is signed out everywhere.`;
}
