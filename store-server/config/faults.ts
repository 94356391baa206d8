/** Faults of a configuration file: each found its place in the file, or the variable that brought it. */
import { type ConfigFault, countByReason, faultText } from '@kairos/protocol/config-fault.ts';
import type { SchemaFault } from '@kairos/protocol/schema-fault.ts';
import type { ConfigDocument, KeyPath } from './document.ts';
import { secretKeys } from './schema.ts';

const valueTextMax = 60;

export function faultsText(faults: readonly ConfigFault[]): string {
  const head = `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`} (${reasonsText(faults)}); nothing was started.`;
  return [head, ...faults.map((fault) => `  ${faultText(fault)}`)].join('\n');
}

/** "2 × unknown-key, 1 × missing" */
export function reasonsText(faults: readonly ConfigFault[]): string {
  return Object.entries(countByReason(faults))
    .map(([reason, count]) => `${count} × ${reason}`)
    .join(', ');
}

export function faultAt(document: ConfigDocument, { reason, path, message }: SchemaFault): ConfigFault {
  const place = document.placeOf(path);
  const value = reason === 'unknown-key' ? '' : valueText(path, document.valueOf(path));
  return {
    reason,
    where: document.whereOf(path),
    line: place?.line ?? null,
    column: place?.column ?? null,
    path: path.join('.'),
    value,
    message,
  };
}

/** What YAML itself objects to. */
export function syntaxFaults({ file, syntax }: ConfigDocument): ConfigFault[] {
  return syntax.map(({ reason, place, message }) => ({
    reason,
    where: file,
    line: place?.line ?? null,
    column: place?.column ?? null,
    path: '',
    value: '',
    message,
  }));
}

function valueText(path: KeyPath, value: unknown): string {
  if (value === undefined || (typeof value === 'object' && value !== null)) return '';
  if (path.some((key) => secretKeys.includes(String(key)))) return '(hidden)';
  const text = JSON.stringify(value);
  return text.length > valueTextMax ? `${text.slice(0, valueTextMax)}…` : text;
}
