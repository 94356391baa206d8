/**
 * A command as it stands in the database: something that a dialogue wants done off site, with its words in her language
 * and whom it is for. Words are read leniently: what is missing is empty, so that an older or a newer half of
 * headquarters is understood.
 */
import { authorName } from '@kairos/protocol/names.ts';
import { z } from 'zod';
import type { Sql } from '../database/database.ts';

export const commandKinds = ['email', 'call', 'mail', 'web'] as const;
export type CommandKind = (typeof commandKinds)[number];

const field = z.object({
  name: authorName,
  kind: z.enum(['text', 'number', 'choice']).catch('text'),
  choices: z.array(z.string().max(200)).max(40).catch([]),
  /** What is asked, and each choice in words; empty where the dialogue says neither. */
  label: z.string().max(200).catch(''),
  choiceLabels: z.array(z.string().max(200)).max(40).catch([]),
});
export type AnswerField = z.infer<typeof field>;

/** A dialogue's where it does not say; of commands that were made before they said it, too. */
export const priorityUnsaid = 5;

const commandWords = z.object({
  subject: z.string().catch(''),
  headline: z.string().catch(''),
  body: z.string().catch(''),
  know: z.string().catch(''),
  say: z.string().catch(''),
  answers: z
    .array(z.object({ id: authorName, label: z.string(), form: z.array(field).max(16).catch([]) }))
    .max(8)
    .catch([]),
  /** Of the words; her own where it is not said. */
  locale: z.string().catch(''),
  /** Of a call: who makes it (`to.role`), and how urgent its dialogue is. */
  role: z.string().catch(''),
  priority: z.number().catch(priorityUnsaid),
  /** Of a call: when nobody has taken it on by then, it goes on without one. 0: it waits as long as it may. */
  claimBy: z.number().catch(0),
});
export type CommandWords = z.infer<typeof commandWords>;
export type CommandAnswer = CommandWords['answers'][number];

const address = z.object({
  email: z.string().catch(''),
  phone: z.string().catch(''),
  post: z.union([z.string(), z.array(z.string())]).catch(''),
});

export interface Recipient {
  /** Empty where she never gave it. */
  readonly email: string;
  readonly phone: string;
  /** The lines of an envelope. */
  readonly post: readonly string[];
  /** How she wants to be called; empty where nobody knows. */
  readonly firstName: string;
  /** Her whole name, for those who call her or sign what she gets; as much of it as is known. */
  readonly fullName: string;
  readonly locale: string;
  readonly timeZone: string;
}

export interface Command {
  readonly chainId: string;
  readonly command: string;
  readonly kind: CommandKind;
  readonly message: string;
  readonly dialogue: string;
  readonly madeAt: number;
  readonly until: number;
  readonly state: string;
  readonly words: CommandWords;
  readonly to: Recipient;
}

interface Row {
  readonly chain_id: string;
  readonly command: string;
  readonly kind: CommandKind;
  readonly message: string;
  readonly dialogue: string;
  readonly made_at: number;
  readonly until: number;
  readonly state: string;
  readonly words: unknown;
  readonly address: unknown;
  readonly attributes: unknown;
  readonly locale: string | null;
  readonly time_zone: string | null;
}

/** The columns of a row that `readCommand` takes, where `commands` is c and `customers` (which may lack her) p. */
export const commandColumns = `c.chain_id, c.command, c.kind, c.message, c.dialogue, c.made_at, c.until, c.state, c.words,
  p.address, p.attributes, p.locale, p.time_zone`;
export const commandTables = 'commands c LEFT JOIN customers p ON p.chain_id = c.chain_id';

export function readCommand(row: object): Command {
  const { chain_id, made_at, words, address, attributes, locale, time_zone, ...rest } = row as Row;
  const said = commandWords.parse(isRecord(words) ? words : {});
  return {
    chainId: chain_id,
    command: rest.command,
    kind: rest.kind,
    message: rest.message,
    dialogue: rest.dialogue,
    madeAt: made_at,
    until: rest.until,
    state: rest.state,
    words: said,
    to: recipientOf({ address, attributes, locale: said.locale || (locale ?? ''), timeZone: time_zone ?? '' }),
  };
}

/** Null where there is no such command (any more). */
export async function findCommand(sql: Sql, chainId: string, command: string): Promise<Command | null> {
  const [row] = await sql.query(
    `SELECT ${commandColumns} FROM ${commandTables} WHERE c.chain_id = $1 AND c.command = $2`,
    [chainId, command],
  );
  return row ? readCommand(row) : null;
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recipientOf(of: { address: unknown; attributes: unknown; locale: string; timeZone: string }): Recipient {
  const { email, phone, post } = address.catch({ email: '', phone: '', post: '' }).parse(of.address ?? {});
  const names = (of.attributes ?? {}) as { firstName?: unknown; lastName?: unknown };
  const firstName = textOf(names.firstName);
  return {
    email: email.trim(),
    phone: phone.trim(),
    post: (typeof post === 'string' ? post.split('\n') : post).map((line) => line.trim()).filter((line) => line !== ''),
    firstName,
    fullName: `${firstName} ${textOf(names.lastName)}`.trim(),
    locale: of.locale || 'en',
    timeZone: of.timeZone,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
