/**
 * A CSV file that somebody wrote for this store, as a table: the first row names the columns. A row that is wrong is
 * reported with its line and left out; the others are kept.
 */
import type { ConfigFault, ConfigReason } from '@kairos/protocol/config-fault.ts';
import { csvRowsOf } from '@kairos/protocol/csv-rows.ts';

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  /** By column name; a column that is empty is "". */
  readonly fields: Readonly<Record<string, string>>;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly faults: readonly ConfigFault[];
}

/** What is wrong with one field of a row; "" names no column in particular. */
export interface FieldFault {
  readonly path: string;
  readonly reason: ConfigReason;
  readonly message: string;
}

export function rowFault(file: string, line: number, { path, reason, message }: FieldFault): ConfigFault {
  return { reason, where: file, line, column: null, path, value: '', message };
}

export function readCsv(file: string, text: string): CsvTable {
  const faults: ConfigFault[] = [];
  const fault = (line: number, message: string, reason: ConfigReason = 'syntax'): void => {
    faults.push(rowFault(file, line, { path: '', reason, message }));
  };
  const records = [...csvRowsOf(text)].flatMap((row) => {
    if (row.kind === 'broken') fault(row.line, row.message);
    return row.kind === 'row' ? [row] : [];
  });
  const [header, ...body] = records;
  if (!header) {
    fault(1, 'the file is empty; its first row names the columns', 'missing');
    return { columns: [], rows: [], faults };
  }
  const columns = header.fields.map((name) => name.trim());
  const twice = columns.filter((name, index) => columns.indexOf(name) !== index);
  if (twice.length > 0) {
    fault(header.line, `the column "${twice[0]}" stands twice; no row can be read`, 'key-twice');
    return { columns, rows: [], faults };
  }
  const rows = body.flatMap(({ line, fields }) => {
    if (fields.length !== columns.length) {
      fault(line, `has ${fields.length} fields where the first row names ${columns.length}`);
      return [];
    }
    return [{ line, fields: Object.fromEntries(columns.map((name, index) => [name, fields[index] as string])) }];
  });
  return { columns, rows, faults };
}
