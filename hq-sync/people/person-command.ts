/** `npm run hq -- person NAME`: lets somebody sign in at headquarters, or gives her a new password. */
import type { Database } from '../database/database.ts';
import { addPerson, findPerson, type HqRole, hqRoles } from './people-book.ts';

export interface PersonCommand {
  /** What she signs in with: her badge, or a name. */
  readonly person: string;
  // What is not said is as it was, where she is known.
  readonly name?: string | undefined;
  readonly role?: string | undefined;
  readonly team?: string | undefined;
  readonly locale?: string | undefined;
}

/** What to say to whoever asked. Throws where the role is none, or the team is not one of `teams`. */
export async function runPerson(
  database: Database,
  { person, ...said }: PersonCommand,
  { teams, now }: { readonly teams: readonly string[]; readonly now: number },
): Promise<string> {
  const known = await findPerson(database, person);
  const role = said.role ?? known?.role ?? 'representative';
  // A team is a representative's: who becomes something else has none.
  const team = said.team ?? (known?.role === role ? known.team : '');
  const locale = said.locale ?? known?.locale ?? 'en';
  const name = said.name || known?.name || person;
  if (!isRole(role)) throw new Error(`There is no role "${role}": it is one of ${hqRoles.join(', ')}.`);
  if (team !== '' && !teams.includes(team))
    throw new Error(
      teams.length === 0
        ? `There is no team "${team}": name it under channels.calls.teams first.`
        : `There is no team "${team}": channels.calls.teams has ${teams.join(', ')}.`,
    );
  if (role === 'representative' && team === '')
    throw new Error('A representative needs a --team, whose calls she makes.');
  const password = await addPerson(database, { person, name, role, team, locale }, now);
  return `${password}\nThe password of ${person}. It is not shown again.\n`;
}

function isRole(text: string): text is HqRole {
  return (hqRoles as readonly string[]).includes(text);
}
