/**
 * `npm run hq -- import FILE`: a list of customers, or with `--purchases` a history of purchases, from a CSV file (or a
 * gzip of one). Every fault is told with its line and column; exit 1 where something was left for a person to mend.
 */
import { createReadStream, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import type { AttributeType } from '@kairos/protocol/listed-attribute.ts';
import type { LoyaltyScheme } from '@kairos/protocol/loyalty-number.ts';
import { releaseManifest } from '@kairos/protocol/sync-messages.ts';
import type { Database, Sql } from '../database/database.ts';
import { newestRelease } from '../releases/release-book.ts';
import { importCustomers } from './import-customers.ts';
import { importPurchases } from './import-purchases.ts';
import { notGoodsByDefault } from './purchase-file.ts';

export interface ImportCommand {
  readonly file: string;
  readonly purchases: boolean;
  /** Nothing is taken in where a row of a list is faulty. */
  readonly allOrNothing: boolean;
  readonly ownNumbers: boolean;
  /** ISO 4217. */
  readonly currency: string;
  /** Codes that are no goods; empty: those that are known. */
  readonly notGoods: readonly string[];
}

export interface ImportSurroundings {
  readonly database: Database;
  readonly chainKey: string;
  readonly loyalty: LoyaltyScheme;
  readonly now: number;
  readonly say: (line: string) => void;
}

/** The exit code. Throws where there is no such file. */
export async function runImport(
  command: ImportCommand,
  { database, chainKey, loyalty, now, say }: ImportSurroundings,
): Promise<0 | 1> {
  const { file, ownNumbers } = command;
  const there = statSync(file, { throwIfNoEntry: false });
  if (!there) throw new Error(`There is no file ${file}.`);
  if (there.isDirectory()) throw new Error(`${file} is a folder: name a file in it.`);
  const onFault = (fault: { readonly line: number; readonly column: string; readonly message: string }): void =>
    say(`${file}:${fault.line}  ${fault.column === '' ? '' : `${fault.column}: `}${fault.message}`);
  const common = { chainKey, loyalty, ownNumbers, now, onFault };
  if (!command.purchases) {
    const attributeTypes = await typesInForce(database);
    const done = await importCustomers(database, {
      ...{ ...common, attributeTypes, allOrNothing: command.allOrNothing },
      open: () => textOf(file),
    });
    if (!done.isTakenIn) say(`Nothing was taken in: ${done.faulty} rows are faulty.`);
    else
      say(
        `${done.added} customers are new, ${done.changed} changed, ${done.unchanged} as before, ${done.erased} erased and passed over, ${done.faulty} rows faulty.`,
      );
    return done.faulty > 0 ? 1 : 0;
  }
  const notGoods = command.notGoods.length > 0 ? command.notGoods : notGoodsByDefault;
  const done = await importPurchases(database, { ...common, text: textOf(file), currency: command.currency, notGoods });
  say(
    `${done.sales} sales over ${money(done.salesTotal, command.currency)} and ${done.returns} returns over ${money(done.returnsTotal, command.currency)} are new, ${done.known} were known.`,
  );
  say(
    `Passed over: ${done.erased} of the erased, ${done.nobodys} of numbers that are none of this chain’s, ${done.different} that differ from what is here.`,
  );
  say(
    `Lines left out: ${Object.entries(done.leftOut)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ')}.`,
  );
  return done.leftOut.unreadable + done.nobodys + done.different > 0 ? 1 : 0;
}

async function* textOf(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  text.setEncoding('utf8');
  // What the file cannot give ends the reading, whichever of the two says so.
  bytes.once('error', (error) => text.destroy(error));
  yield* text;
}

function money(amount: number, currency: string): string {
  return `${(amount / 100).toFixed(2)} ${currency}`;
}

/** What the dialogues in force say of attributes; without any, all are texts. */
async function typesInForce(sql: Sql): Promise<Record<string, AttributeType>> {
  const newest = await newestRelease(sql);
  if (newest === null) return {};
  const { files, number } = releaseManifest.parse(JSON.parse(newest.manifest));
  const { release } = compileRelease([...files], { number });
  const attributes = Object.entries(release?.house.attributes ?? {});
  return Object.fromEntries(attributes.map(([name, { type }]) => [name, type as AttributeType]));
}
