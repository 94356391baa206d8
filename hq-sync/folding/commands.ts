/**
 * What is to be done off site: an e-mail, a call, a letter, a page, a signature. A command is known by the message that
 * was decided, which is derived from its cause: however often it is decided, it is there once.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { isInStore } from '@kairos/dialogue/engine/runs.ts';
import type { Channel, FactBody } from '@kairos/protocol/facts.ts';
import type { Sql } from '../database/database.ts';
import type { MadeFact } from './fold-person.ts';

export interface Command {
  readonly chainId: string;
  readonly command: string;
  /** A channel, or `sign`: somebody's signature before the message goes out. */
  readonly kind: Channel | 'sign';
  readonly message: string;
  readonly dialogue: string;
  readonly step: string;
  readonly madeAt: number;
  readonly until: number;
  readonly words: {
    readonly subject: string;
    readonly headline: string;
    readonly body: string;
    readonly know: string;
    readonly say: string;
    readonly answers: readonly { readonly id: string; readonly label: string; readonly form: readonly unknown[] }[];
    /** Of a signature: whose. Of a call: who makes it. */
    readonly role?: string;
    /** Of its dialogue. */
    readonly priority: number;
    /** The language of all of it. */
    readonly locale: string;
    /** Of a call: somebody has to take it on by then. */
    readonly claimBy?: number;
  };
}

export interface WordsOf {
  readonly engine: Engine;
  readonly subject: number;
  readonly chainId: string;
  readonly locale: string;
}

/** Of what has just been decided, as far as it still stands. */
export function commandsOf(made: readonly MadeFact[], of: WordsOf): Command[] {
  return made.flatMap(({ type, body, at }) => {
    if (type === 'message.decided') {
      const { message, channel, validUntil } = body as FactBody<'message.decided'>;
      return isInStore(channel)
        ? []
        : commandFor(of, { command: message, message, kind: channel, madeAt: at, until: validUntil });
    }
    if (type !== 'task.offered') return [];
    const { task, message, role, until = at } = body as FactBody<'task.offered'>;
    return commandFor(of, { command: task, message, kind: 'sign', madeAt: at, until, ...(role ? { role } : {}) });
  });
}

function commandFor(
  { engine, subject, chainId, locale }: WordsOf,
  asked: Pick<Command, 'command' | 'message' | 'kind' | 'madeAt' | 'until'> & { readonly role?: string },
): Command[] {
  const said = engine.render(subject, asked.message, locale);
  if (said === null) return [];
  const { dialogue, step, headline, body, know, answers, priority, to } = said;
  const { role = asked.kind === 'call' ? to?.role : undefined, ...command } = asked;
  const words = {
    ...{ subject: headline, headline, body, know, say: headline, answers, priority, locale },
    ...(role ? { role } : {}),
    ...(asked.kind === 'call' && to ? { claimBy: asked.madeAt + to.claimWithinMs } : {}),
  };
  return [{ ...command, chainId, dialogue, step, words }];
}

/** One that is there already stays as it is. */
export async function writeCommands(sql: Sql, commands: readonly Command[]): Promise<void> {
  if (commands.length === 0) return;
  const column = (of: (command: Command) => unknown): unknown[] => commands.map(of);
  await sql.query(
    `INSERT INTO commands (chain_id, command, kind, message, dialogue, step, made_at, until, state, words)
     SELECT chain_id, command, kind, message, dialogue, step, made_at, until, 'open', words::jsonb
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
       $9::text[]) AS made (chain_id, command, kind, message, dialogue, step, made_at, until, words)
     ON CONFLICT DO NOTHING`,
    [
      column(({ chainId }) => chainId),
      column(({ command }) => command),
      column(({ kind }) => kind),
      column(({ message }) => message),
      column(({ dialogue }) => dialogue),
      column(({ step }) => step),
      column(({ madeAt }) => madeAt),
      column(({ until }) => until),
      column(({ words }) => JSON.stringify(words)),
    ],
  );
}

/** Nobody has begun them, and their message does not stand any more. */
export async function withdrawOthers(
  sql: Sql,
  chainIds: readonly string[],
  standing: readonly string[],
): Promise<void> {
  if (chainIds.length === 0) return;
  await sql.query(
    `UPDATE commands SET state = 'withdrawn'
     WHERE chain_id = ANY($1::text[]) AND state = 'open' AND command <> ALL($2::text[])`,
    [chainIds, standing],
  );
}

/** Commands that stand as her runs do. */
export function standingCommands(engine: Engine, subject: number): string[] {
  return engine
    .runs(subject)
    .flatMap(({ message, task }) => [
      ...(message !== null && message.withdrawnAt === 0 ? [message.id] : []),
      ...(task === null ? [] : [task.id]),
    ]);
}
