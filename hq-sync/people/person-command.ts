/** `npm run hq -- person NAME`: lets somebody sign in at headquarters, or gives her a new password. */
import type { Database } from '../database/database.ts';
import { addPerson, type HqRole, hqRoles } from './people-book.ts';

export interface PersonCommand {
  /** What she signs in with: her badge, or a name. */
  readonly person: string;
  readonly name: string;
  readonly role: string;
  readonly team: string;
  readonly locale: string;
}

/** What to say to whoever asked. Throws where the role is none, or the team is not one of `teams`. */
export async function runPerson(
  database: Database,
  { role, team, name, ...asked }: PersonCommand,
  { teams, now }: { readonly teams: readonly string[]; readonly now: number },
): Promise<string> {
  if (!isRole(role)) throw new Error(`There is no role "${role}": it is one of ${hqRoles.join(', ')}.`);
  if (team !== '' && !teams.includes(team))
    throw new Error(
      teams.length === 0
        ? `There is no team "${team}": name it under channels.calls.teams first.`
        : `There is no team "${team}": channels.calls.teams has ${teams.join(', ')}.`,
    );
  if (role === 'representative' && team === '')
    throw new Error('A representative needs a --team, whose calls she makes.');
  const password = await addPerson(database, { ...asked, role, team, name: name || asked.person }, now);
  return `${password}\nThe password of ${asked.person}. It is not shown again.\n`;
}

function isRole(text: string): text is HqRole {
  return (hqRoles as readonly string[]).includes(text);
}
