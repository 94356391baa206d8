/** `npm run hq -- sources` and `-- people`: who may come in, in a line each or as one object. */
import { toIso } from '@kairos/protocol/time.ts';
import type { Sql } from '../database/database.ts';
import { listSources } from '../outside/source-book.ts';
import { listPeople } from '../people/people-book.ts';

export interface Listed {
  /** A line each. */
  readonly text: string;
  /** The same for a program. */
  readonly json: object;
}

export async function sourceList(sql: Sql): Promise<Listed> {
  const sources = await listSources(sql);
  const lines = sources.map(
    ({ source, types, madeAt, revokedAt }) =>
      `${source}: ${types.join(',')}; since ${toIso(madeAt)}${revoked(revokedAt)}`,
  );
  return { text: textOf(lines, 'There is no source yet: npm run hq -- source NAME --config FILE'), json: { sources } };
}

export async function peopleList(sql: Sql, now: number): Promise<Listed> {
  const people = await listPeople(sql, now);
  const lines = people.map(({ person, name, role, team, sessions, calls, revokedAt }) => {
    const hers = [`${role}${team === '' ? '' : ` of ${team}`}`, sessions > 0 ? 'signed in' : 'not signed in'];
    if (calls > 0) hers.push(calls === 1 ? 'one call' : `${calls} calls`);
    return `${person} (${name}): ${hers.join(', ')}${revoked(revokedAt)}`;
  });
  return { text: textOf(lines, 'Nobody may sign in yet: npm run hq -- person NAME --config FILE'), json: { people } };
}

function revoked(at: number | null): string {
  return at === null ? '' : `; revoked ${toIso(at)}`;
}

function textOf(lines: readonly string[], none: string): string {
  return `${lines.length === 0 ? none : lines.join('\n')}\n`;
}
