/**
 * The customers this store knows, from a CSV file: a loyalty number, a language, what she has agreed to, and whatever
 * other attributes the dialogues may use. The number becomes her chain-wide id and is gone.
 *
 * Importing the same file again changes nothing. What she has said in the store about her consent stands: a file made
 * before she withdrew it must not give it back. Nor does it change what came from headquarters, who know better.
 */

import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import type { ConsentPurpose, Scalar } from '@kairos/protocol/facts.ts';
import {
  type AttributeType,
  purposeOfColumn,
  readAttribute,
  wantedAttribute,
} from '@kairos/protocol/listed-attribute.ts';
import { type LoyaltyScheme, parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';
import { authorName, locale as localeSchema } from '@kairos/protocol/names.ts';
import { didYouMean } from '@kairos/protocol/schema-fault.ts';
import type { PersonChange, StoredPerson } from '../journal/journal.ts';
import { type CsvRow, type FieldFault, readCsv, rowFault } from './csv.ts';
import { type CustomerPin, isPinHash } from './customer-pins.ts';

export interface Customer {
  readonly chainId: string;
  readonly attributes: Readonly<Record<string, Scalar>>;
  readonly consent: Readonly<Partial<Record<ConsentPurpose, boolean>>>;
  readonly locale: string;
  /** Her PIN’s hash (`customer-pins.ts`); null: she has none; absent: the list says nothing of it. */
  readonly pin?: string | null;
}

export interface ReadCustomersOptions {
  readonly file: string;
  readonly text: string;
  readonly loyalty: LoyaltyScheme;
  readonly chainKey: string;
  readonly defaultLocale: string;
  /** From house.yaml; an attribute that is not named there is text. */
  readonly attributeTypes?: Readonly<Record<string, AttributeType>>;
}

/** In the column `pin`: takes hers away. */
const noPin = 'none';

export function readCustomers(options: ReadCustomersOptions): { customers: Customer[]; faults: ConfigFault[] } {
  const { file } = options;
  const table = readCsv(file, options.text);
  const faults = [...table.faults];
  const note = (line: number, fault: FieldFault): void => {
    faults.push(rowFault(file, line, fault));
  };
  const odd = table.columns.filter((name) => !authorName.safeParse(name).success);
  for (const path of odd) {
    note(1, { path, reason: 'bad-form', message: 'cannot name an attribute; letters and digits, please' });
  }
  if (table.columns.length > 0 && !table.columns.includes('number')) {
    const [near] = table.columns.filter((name) => didYouMean(name, ['number']) !== null);
    const advice = near === undefined ? '' : `; is it "${near}"?`;
    note(1, {
      path: 'number',
      reason: 'missing',
      message: `this column is missing, and no customers can be read${advice}`,
    });
  }
  if (odd.length > 0 || !table.columns.includes('number')) return { customers: [], faults };
  const byChainId = new Map<string, Customer>();
  for (const row of table.rows) {
    const read = readCustomer(row, options);
    if ('reason' in read) note(row.line, read);
    else if (byChainId.has(read.chainId)) {
      note(row.line, {
        path: 'number',
        reason: 'doubled',
        message: 'her number stands further up already; keep one row',
      });
    } else byChainId.set(read.chainId, read);
  }
  return { customers: [...byChainId.values()], faults };
}

/** Or why not; the reason never repeats anything of hers. */
function readCustomer(row: CsvRow, options: ReadCustomersOptions): Customer | FieldFault {
  const { number = '', locale = '', pin = '', ...others } = row.fields;
  const parsed = parseLoyaltyNumber(number, options.loyalty, 'card');
  if (parsed.kind === 'refused') {
    return { path: 'number', reason: parsed.reason, message: `is none of this chain's cards (${parsed.reason})` };
  }
  const language = locale.trim() === '' ? options.defaultLocale : locale.trim();
  if (!localeSchema.safeParse(language).success) {
    return { path: 'locale', reason: 'bad-form', message: 'is no language; write en or de-CH' };
  }
  const hash = pin.trim();
  if (hash !== '' && hash !== noPin && !isPinHash(hash)) {
    return { path: 'pin', reason: 'bad-form', message: 'is no hash of a PIN; npm run store -- customer-pin makes one' };
  }
  const attributes: Record<string, Scalar> = {};
  const consent: Partial<Record<ConsentPurpose, boolean>> = {};
  for (const [column, raw] of Object.entries(others)) {
    const text = raw.trim();
    if (text === '') continue;
    const purpose = purposeOfColumn(column);
    const type = purpose === null ? (options.attributeTypes?.[column] ?? 'text') : 'boolean';
    const value = readAttribute(text, type);
    if (value === null) {
      return { path: column, reason: type === 'text' ? 'out-of-range' : 'wrong-type', message: wantedAttribute[type] };
    }
    if (purpose === null) attributes[column] = value;
    else consent[purpose] = value === true;
  }
  return { chainId: chainIdOf(options.chainKey, parsed.digits), attributes, consent, locale: language, ...pinOf(hash) };
}

/** An empty field leaves the PIN that she has. */
function pinOf(field: string): Pick<Customer, 'pin'> {
  return field === '' ? {} : { pin: field === noPin ? null : field };
}

export interface CustomerImport {
  /** Rows of people who were erased. */
  readonly passedOver: number;
  readonly people: PersonChange[];
  /** Of those whom the list names with one, or with none. */
  readonly pins: CustomerPin[];
  /** For `customer.changed`: who is new or other than before, and in which attributes. */
  readonly changed: { readonly subject: number; readonly attributes: string[]; readonly isNew: boolean }[];
}

/**
 * What has to be put so that the store knows these customers. Attributes that the file does not name stay as they
 * are; `newSubject` is called once for each person who is new.
 */
export function importCustomers(
  customers: readonly Customer[],
  options: {
    readonly known: (chainId: string) => StoredPerson | null;
    readonly newSubject: () => number;
    /** Who was erased does not come back with a list that was made before. */
    readonly isErased: (chainId: string) => boolean;
  },
): CustomerImport {
  let passedOver = 0;
  const people: PersonChange[] = [];
  const pins: CustomerPin[] = [];
  const changed: CustomerImport['changed'] = [];
  for (const { chainId, attributes, consent, locale, pin } of customers) {
    if (options.isErased(chainId)) {
      passedOver += 1;
      continue;
    }
    if (pin !== undefined) pins.push({ chainId, hash: pin });
    const before = options.known(chainId);
    const theirs = new Set(before?.hq?.names);
    const own = Object.fromEntries(Object.entries(attributes).filter(([name]) => !theirs.has(name)));
    const names = Object.keys(own).filter((name) => before?.attributes[name] !== own[name]);
    const unasked = Object.keys(consent).filter((purpose) => before?.consent[purpose] === undefined);
    if (before && names.length === 0 && unasked.length === 0) continue;
    const subject = before?.subject ?? options.newSubject();
    people.push({
      kind: 'put',
      subject,
      chainId,
      attributes: { ...before?.attributes, ...own },
      consent: { ...consent, ...before?.consent },
      // She may have chosen another on the cart.
      locale: before?.locale ?? locale,
      consentAt: before?.consentAt ?? {},
      hq: before?.hq ?? null,
    });
    changed.push({ subject, attributes: names, isNew: before === null });
  }
  return { people, pins, changed, passedOver };
}
