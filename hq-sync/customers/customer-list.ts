/**
 * A list of customers as a CSV file: `number`, `locale`, `timeZone`, where she can be reached (`email`, `phone`, `post`),
 * what she has agreed to (`consentEmail`, `consentCall` …, `remember`, `inStore`), and attributes that dialogues use.
 * The number becomes her chain-wide id and is gone. Every fault names line and column, and repeats nothing of hers.
 */

import { csvRows } from '@kairos/protocol/csv-rows.ts';
import type { ConsentPurpose, Scalar } from '@kairos/protocol/facts.ts';
import {
  type AttributeType,
  attributeLengthMax,
  purposeOfColumn,
  readAttribute,
  wantedAttribute,
} from '@kairos/protocol/listed-attribute.ts';
import { authorName, locale as localeSchema } from '@kairos/protocol/names.ts';
import { addressShapes } from '@kairos/protocol/outside-operations.ts';
import { didYouMean } from '@kairos/protocol/schema-fault.ts';
import { isTimeZone } from '@kairos/protocol/time.ts';
import { type Identifying, identify } from './identify.ts';

export interface ListedCustomer {
  readonly chainId: string;
  /** Empty where the list says nothing of it. */
  readonly locale: string;
  readonly timeZone: string;
  readonly address: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, Scalar>>;
  readonly consent: Readonly<Partial<Record<ConsentPurpose, boolean>>>;
}

export interface ListFault {
  readonly line: number;
  /** Of the first row; "" where it is about the whole row. */
  readonly column: string;
  /** What to do. */
  readonly message: string;
}

export type ListedRow =
  | { readonly kind: 'customer'; readonly line: number; readonly customer: ListedCustomer }
  | { readonly kind: 'faulty'; readonly faults: readonly ListFault[] };

export interface ReadList extends Identifying {
  /** From the dialogues in force; an attribute that is not named there is text. */
  readonly attributeTypes: Readonly<Record<string, AttributeType>>;
}

/** Names of columns that are no attributes. */
type AddressColumn = keyof typeof addressShapes;
const wantedAddress: Readonly<Record<AddressColumn, string>> = {
  email: 'is no e-mail address; whether she agreed to be written to stands in consentEmail',
  phone: 'is no telephone number; write +49 30 123456',
  post: 'is empty',
};

const notHers = {
  'number-shape': 'is none of this chain’s cards; numbers of another kind come in with --own-numbers',
  'check-digit': 'is none of this chain’s cards: its check digit is wrong, so it was mistyped',
  'number-prefix': 'is none of this chain’s cards: it begins with none of loyalty.prefixes of the configuration',
};

/** In the order of the file; a customer who stands in it twice comes once, and her second row is faulty. */
export async function* readCustomerList(text: AsyncIterable<string>, options: ReadList): AsyncGenerator<ListedRow> {
  let columns: readonly string[] | null = null;
  const seen = new Set<string>();
  for await (const row of csvRows(text)) {
    if (row.kind === 'broken') {
      yield { kind: 'faulty', faults: [{ line: row.line, column: '', message: row.message }] };
      if (columns === null) return;
      continue;
    }
    const { line, fields } = row;
    if (columns === null) {
      columns = fields.map((name) => name.trim());
      const faults = columnFaults(columns).map((fault) => ({ line, ...fault }));
      if (faults.length === 0) continue;
      yield { kind: 'faulty', faults };
      return;
    }
    if (fields.length !== columns.length) {
      const message = `has ${fields.length} fields where the first row names ${columns.length}`;
      yield { kind: 'faulty', faults: [{ line, column: '', message }] };
      continue;
    }
    const read = readCustomer(new Map(columns.map((name, index) => [name, (fields[index] ?? '').trim()])), options);
    if (read.faults.length === 0 && seen.has(read.customer.chainId))
      read.faults.push({ column: 'number', message: 'her number stands further up already; keep one row' });
    if (read.faults.length > 0) yield { kind: 'faulty', faults: read.faults.map((fault) => ({ line, ...fault })) };
    else {
      seen.add(read.customer.chainId);
      yield { kind: 'customer', line, customer: read.customer };
    }
  }
  if (columns === null)
    yield {
      kind: 'faulty',
      faults: [{ line: 1, column: '', message: 'the file is empty; its first row names the columns' }],
    };
}

type FieldFault = Omit<ListFault, 'line'>;

function columnFaults(columns: readonly string[]): FieldFault[] {
  const faults = columns.flatMap((column, index): FieldFault[] => {
    if (!authorName.safeParse(column).success)
      return [{ column, message: 'cannot name an attribute; letters and digits, please' }];
    return columns.indexOf(column) < index ? [{ column, message: 'stands twice; no row can be read' }] : [];
  });
  if (columns.includes('number')) return faults;
  const near = columns.find((name) => didYouMean(name, ['number']) !== null);
  const advice = near === undefined ? '' : `; is it "${near}"?`;
  return [...faults, { column: 'number', message: `is missing, and no customers can be read${advice}` }];
}

function readCustomer(
  fields: ReadonlyMap<string, string>,
  options: ReadList,
): { readonly customer: ListedCustomer; readonly faults: FieldFault[] } {
  const faults: FieldFault[] = [];
  const identified = identify(fields.get('number') ?? '', options);
  if (identified.kind === 'refused') faults.push({ column: 'number', message: notHers[identified.reason] });
  const address: Record<string, string> = {};
  const attributes: Record<string, Scalar> = {};
  const consent: Partial<Record<ConsentPurpose, boolean>> = {};
  for (const [column, text] of fields) {
    if (text === '' || column === 'number') continue;
    const fault = (message: string): unknown => faults.push({ column, message });
    if (column === 'locale') {
      if (!localeSchema.safeParse(text).success) fault('is no language; write en or de-CH');
    } else if (column === 'timeZone') {
      if (!isTimeZone(text)) fault('is no time zone; write Europe/Berlin');
    } else if (column in addressShapes) {
      const kind = column as AddressColumn;
      if (text.length > attributeLengthMax || !addressShapes[kind].test(text)) fault(wantedAddress[kind]);
      address[column] = text;
    } else {
      const purpose = purposeOfColumn(column);
      const type = purpose === null ? (options.attributeTypes[column] ?? 'text') : 'boolean';
      const value = readAttribute(text, type);
      if (value === null) fault(wantedAttribute[type]);
      else if (purpose === null) attributes[column] = value;
      else consent[purpose] = value === true;
    }
  }
  const [locale, timeZone] = [fields.get('locale') ?? '', fields.get('timeZone') ?? ''];
  const chainId = identified.kind === 'known' ? identified.chainId : '';
  return { customer: { chainId, locale, timeZone, address, attributes, consent }, faults };
}
