/**
 * What is wrong with a store's configuration and everything that it names, said before anything is started: for
 * `npm run store -- --check`, and for a start that does not happen.
 */
import type { ConfigFault } from '@kairos/protocol/config-fault.ts';
import { countByReason, faultText } from '@kairos/protocol/config-fault.ts';
import { faultsText, type LoadedConfig, reasonsText } from '../config.ts';
import { inspectFiles } from '../store-files.ts';
import { surroundings } from './surroundings.ts';

export interface Inspection {
  /** With any of these, nothing is started. */
  readonly stopping: readonly ConfigFault[];
  /** Rows of goods and customers that are left out. */
  readonly leftOut: readonly ConfigFault[];
}

/** `withRows`: the customers' list as well; a start reads it anyway, and says what it leaves out. */
export function inspect(loaded: LoadedConfig, { withRows }: { readonly withRows: boolean }): Inspection {
  const files = inspectFiles(withRows ? loaded.found : { ...loaded.found, customers: null });
  return { stopping: [...(loaded.kind === 'faulty' ? loaded.faults : []), ...files.stopping], leftOut: files.leftOut };
}

export function inspectionText({ stopping, leftOut }: Inspection): string {
  const head = stopping.length === 0 ? 'The configuration is in order; the store would start.' : faultsText(stopping);
  if (leftOut.length === 0) return head;
  const rows = `${leftOut.length} of goods or customers would be left out (${reasonsText(leftOut)}):`;
  return [head, rows, ...leftOut.map((fault) => `  ${faultText(fault)}`)].join('\n');
}

/** One object, in the form of every command's (DESIGN section 9); `byReason` is the counter of each reason. */
export function inspectionJson({ stopping, leftOut }: Inspection): string {
  const figures = [
    { name: 'faults', value: stopping.length, unit: 'faults', goal: '= 0', met: stopping.length === 0 },
    { name: 'left_out', value: leftOut.length, unit: 'rows' },
  ];
  const byReason = countByReason([...stopping, ...leftOut]);
  return JSON.stringify({ name: 'store-check', ...surroundings(), figures, byReason, stopping, leftOut });
}
