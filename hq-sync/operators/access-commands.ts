/**
 * `npm run hq -- revoke KIND NAME` and `-- remove KIND NAME`: for a token that leaked, a key that stood in the open, somebody
 * who has left. Every process looks at credentials anew with each request, so from the next one on they open nothing.
 */
import { toIso } from '@kairos/protocol/time.ts';
import type { Database } from '../database/database.ts';
import { removeSource, revokeSource } from '../outside/source-book.ts';
import { removePerson, revokePerson } from '../people/leaving.ts';
import { removeStore, revokeStore } from './store-access.ts';

export const accessKinds = ['store', 'source', 'person'] as const;
export type AccessKind = (typeof accessKinds)[number];

export interface AccessCommand {
  readonly kind: string;
  readonly name: string;
}

export interface AccessSetting {
  /** In which days of calls are counted. */
  readonly timeZone: string;
  readonly now: number;
}

const listOf: Readonly<Record<AccessKind, string>> = { store: 'stores', source: 'sources', person: 'people' };

/** What to say to whoever asked. Throws where there is nobody of that name. */
export async function runRevoke(
  database: Database,
  { kind: given, name }: AccessCommand,
  setting: AccessSetting,
): Promise<string> {
  const kind = kindOf(given);
  const again = `npm run hq -- ${kind} ${name}`;
  if (kind === 'store') {
    if (!(await revokeStore(database, name, setting.now))) throw unknown(kind, name);
    return `The token of ${name} opens nothing any more, from now on. What the store has not sent waits there for a new one: ${again}\n`;
  }
  if (kind === 'source') {
    if (!(await revokeSource(database, name, setting.now))) throw unknown(kind, name);
    return `The token of ${name}, and every handle in a page that was sealed with it, opens nothing any more. For a new one: ${again}\n`;
  }
  const left = await revokePerson(database, name, setting);
  if (left === null) throw unknown(kind, name);
  return `The password of ${name} opens nothing any more; ${ended(left)}. For a new one: ${again}\n`;
}

/** The same. Throws also where a store still owes something and `anyway` is not said. */
export async function runRemove(
  database: Database,
  { kind: given, name, anyway }: AccessCommand & { readonly anyway: boolean },
  setting: AccessSetting,
): Promise<string> {
  const kind = kindOf(given);
  if (kind === 'store') return removedStore(database, { name, anyway, now: setting.now });
  if (kind === 'source') {
    if (!(await removeSource(database, name))) throw unknown(kind, name);
    return `${name} tells nothing any more, and every handle in a page that was sealed with its token is none. What it has told stays.\n`;
  }
  const left = await removePerson(database, name, setting);
  if (left === null) throw unknown(kind, name);
  const lonely = left.operators === 0 ? 'Nobody is an operator now: npm run hq -- person NAME --role operator\n' : '';
  return `${name} is nobody of headquarters any more; ${ended(left)}. What she has done keeps her name.\n${lonely}`;
}

async function removedStore(
  database: Database,
  { name, anyway, now }: { readonly name: string; readonly anyway: boolean; readonly now: number },
): Promise<string> {
  const removal = await removeStore(database, { store: name, anyway, now });
  if (removal.kind === 'unknown') throw unknown('store', name);
  if (removal.kind === 'removed')
    return `${name} is no store of the chain any more: it is not waited for, and its token opens nothing. The ${removal.facts} facts that it has told stay, and what they came to in figures. npm run hq -- store ${name} takes it up again.\n`;
  const owed = [
    removal.pending > 0 ? `${removal.pending} facts that it has not sent` : '',
    removal.erasures > 0
      ? `${removal.erasures} erasure receipts (the oldest since ${toIso(removal.since)}): it may still know people who asked to be forgotten`
      : '',
  ];
  throw new Error(
    `${name} owes ${owed.filter((text) => text !== '').join(', and ')}. Nothing was removed. Let it sync once more, or, where its box is gone or has been wiped, say --anyway: what it owes never comes then.`,
  );
}

function ended({ sessions, calls }: { readonly sessions: number; readonly calls: number }): string {
  const back = calls === 1 ? 'one call of hers is' : `${calls} calls of hers are`;
  return `she is signed out (${sessions} sessions), and ${back} back on the list`;
}

function kindOf(text: string): AccessKind {
  const kind = accessKinds.find((one) => one === text);
  if (kind === undefined) throw new Error(`"${text}" is none of ${accessKinds.join(', ')}.`);
  return kind;
}

function unknown(kind: AccessKind, name: string): Error {
  return new Error(`There is no ${kind} "${name}": npm run hq -- ${listOf[kind]} names all.`);
}
