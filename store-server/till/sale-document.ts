/** A document of a till, whatever it is written in: POSLog, or one or many plain JSON sales. Nothing in it can throw. */

import { type Calendar, createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import { tillSale } from '@kairos/protocol/till-sale.ts';
import { fromIso } from '@kairos/protocol/time.ts';
import type { StoreConfig } from '../config.ts';
import { issueText } from '../intake/batch.ts';
import { type PosLogSettings, readPosLog } from './poslog.ts';
import { type ReadRecord, recordOf } from './till-record.ts';

/** A day of a large till in POSLog is some ten megabytes. */
export const documentBytesMax = 32 * 1024 * 1024;
/** Plain sales in one document. */
const salesMax = 10_000;

export interface SaleDocument {
  readonly records: readonly ReadRecord[];
  /** What is wrong with the document itself; the records before it stand. Null where it is whole. */
  readonly fault: {
    readonly reason: 'not-xml' | 'not-json' | 'sale-shape' | 'too-large';
    readonly detail: string;
  } | null;
}

export type ReadSaleDocument = (bytes: Uint8Array) => SaleDocument;

export function createSaleReader(config: Pick<StoreConfig, 'store' | 'tillFeed' | 'floorPlan'>): ReadSaleDocument {
  const calendar = createCalendar(config.store.timeZone);
  const tills = new Set(config.floorPlan.tills.map(({ id }) => id));
  const settings: PosLogSettings = {
    tillOf: (workstation) => {
      const named = config.tillFeed.workstations[workstation];
      if (named !== undefined) return named;
      return tills.has(`till-${workstation}`) ? `till-${workstation}` : null;
    },
    instantOf: (wallTime) => fromIso(wallTime) ?? fromWall(wallTime, calendar),
  };
  return (bytes) => {
    if (bytes.byteLength > documentBytesMax) {
      return {
        records: [],
        fault: { reason: 'too-large', detail: `at most ${documentBytesMax} bytes in one document` },
      };
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    return text.trimStart().startsWith('<') ? readXml(text, settings) : readJson(text);
  };
}

function readXml(text: string, settings: PosLogSettings): SaleDocument {
  const { records, ending } = readPosLog(text, settings);
  if (ending.kind === 'broken') {
    const detail = `line ${ending.line}, column ${ending.column}: ${ending.detail}`;
    return { records, fault: { reason: 'not-xml', detail } };
  }
  const isEmpty = records.length === 0;
  return { records, fault: isEmpty ? { reason: 'sale-shape', detail: 'there is no Transaction in it' } : null };
}

function readJson(text: string): SaleDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { records: [], fault: { reason: 'not-json', detail: (error as Error).message } };
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > salesMax) {
    return { records: [], fault: { reason: 'too-large', detail: `at most ${salesMax} sales in one document` } };
  }
  return { records: list.map(readSale), fault: null };
}

export function readSale(value: unknown): ReadRecord {
  const parsed = tillSale.safeParse(value);
  if (parsed.success) return { kind: 'record', record: recordOf(parsed.data) };
  const { receipt, till } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return {
    kind: 'refused',
    receipt: typeof receipt === 'string' ? receipt.slice(0, 60) : '?',
    till: typeof till === 'string' ? till.slice(0, 40) : '',
    reason: 'sale-shape',
    detail: issueText(parsed.error.issues),
  };
}

/** "2017-10-01T02:02:54", as the wall of the store showed it. */
function fromWall(text: string, calendar: Calendar): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?$/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  return calendar.instant(year, month, day, hour * 60 + minute) + second * 1_000;
}
