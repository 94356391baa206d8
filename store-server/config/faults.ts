/** What is wrong with a configuration: where, which value, and what to do; and how that reads. */
import type { z } from 'zod';
import { closest } from './closest.ts';
import type { ConfigDocument, KeyPath } from './document.ts';
import { secretKeys } from './schema.ts';

export interface ConfigFault {
  /** The file, or the environment variable. */
  readonly where: string;
  readonly line: number | null;
  /** "carts.3.id" */
  readonly path: string;
  /** As written, shortened; "" where nothing was; never a secret. */
  readonly value: string;
  readonly message: string;
}

const valueTextMax = 60;

/** "store.yaml:12  listen.http: "eighty": give a port number; 0 takes any free one" */
export function faultText({ where, line, path, value, message }: ConfigFault): string {
  const place = line === null ? where : `${where}:${line}`;
  const what = [path, value === '' ? '' : value].filter((part) => part !== '').join(': ');
  return `${place}  ${what === '' ? '' : `${what}: `}${message}`;
}

export function faultsText(faults: readonly ConfigFault[]): string {
  const head = `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}; nothing was started.`;
  return [head, ...faults.map((fault) => `  ${faultText(fault)}`)].join('\n');
}

export function faultAt(document: ConfigDocument, path: KeyPath, message: string): ConfigFault {
  return {
    where: document.whereOf(path),
    line: document.lineOf(path),
    path: path.join('.'),
    value: valueText(path, document.valueOf(path)),
    message,
  };
}

function valueText(path: KeyPath, value: unknown): string {
  if (value === undefined || (typeof value === 'object' && value !== null)) return '';
  if (path.some((key) => secretKeys.includes(String(key)))) return '(hidden)';
  const text = JSON.stringify(value);
  return text.length > valueTextMax ? `${text.slice(0, valueTextMax)}…` : text;
}

/** What zod found, one fault for each; `known` lists the keys that a section's object has at a path. */
export function schemaFaults(
  document: ConfigDocument,
  at: KeyPath,
  issues: readonly z.core.$ZodIssue[],
  known: (path: KeyPath) => readonly string[],
): ConfigFault[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...(issue.path as KeyPath)];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(document, [...path, key], known(path)));
    }
    if (document.valueOf(path) === undefined) {
      const expected = issue.message.startsWith('Invalid input') ? 'is missing and has no default' : issue.message;
      return [faultAt(document, path, `is missing: ${expected}`.replace('is missing: is missing', 'is missing'))];
    }
    return [faultAt(document, path, issue.message)];
  });
}

export function unknownKey(document: ConfigDocument, path: KeyPath, known: readonly string[]): ConfigFault {
  const key = String(path.at(-1));
  const guess = closest(key, known);
  const advice = guess === null ? `known here: ${known.join(', ')}` : `did you mean "${guess}"?`;
  return { ...faultAt(document, path, `there is no such key; ${advice}`), value: '' };
}
