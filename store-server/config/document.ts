/** A configuration file as read: plain values, and for each of them where it stands. The environment goes on top. */
import type { ConfigReason } from '@kairos/protocol/config-fault.ts';
import { isCollection, isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';

export type KeyPath = readonly (string | number)[];

/** Line and column, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface ConfigDocument {
  readonly file: string;
  readonly root: Readonly<Record<string, unknown>>;
  /** What YAML itself objects to. */
  readonly syntax: readonly {
    readonly reason: ConfigReason;
    readonly place: Place | null;
    readonly message: string;
  }[];
  valueOf(path: KeyPath): unknown;
  /** Of a value, of the key of a value that is missing, of what it would stand in; null off the file. */
  placeOf(path: KeyPath): Place | null;
  /** The file, or the variable that set the value. */
  whereOf(path: KeyPath): string;
}

export interface Setting {
  readonly variable: string;
  readonly path: readonly [string, ...string[]];
  readonly value: unknown;
}

/** Never throws: what is wrong with the text is in `syntax`. */
export function readDocument(file: string, text: string, settings: readonly Setting[] = []): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number | undefined): Place | null => {
    const { line, col } = offset === undefined ? { line: 0, col: 0 } : lines.linePos(offset);
    return line === 0 ? null : { line, column: col };
  };
  const syntax: ConfigDocument['syntax'][number][] = document.errors.map((error) => ({
    ...syntaxWords(error.message),
    place: place(error.pos[0]),
  }));
  let root: Record<string, unknown> = {};
  if (syntax.length === 0) {
    const value = plainValue(document);
    if (isRecord(value)) root = value;
    else if (value !== null) {
      const message = 'the file holds no sections that can be read; begin with a key and a colon';
      syntax.push({ reason: 'syntax', place: { line: 1, column: 1 }, message });
    }
  }
  for (const setting of settings) putIn(root, setting);
  const variableOf = (path: KeyPath): string | undefined =>
    settings.find((setting) => setting.path.every((key, index) => path[index] === key))?.variable;
  return {
    file,
    root,
    syntax,
    valueOf: (path) => valueAt(root, path),
    placeOf: (path) => (variableOf(path) === undefined ? place(offsetOf(document.contents, path)) : null),
    whereOf: (path) => variableOf(path) ?? file,
  };
}

function syntaxWords(message: string): { reason: ConfigReason; message: string } {
  return message.startsWith('Map keys must be unique')
    ? { reason: 'key-twice', message: 'this key stands twice; keep one of them' }
    : { reason: 'syntax', message };
}

/** Aliases that multiply without end, or lead nowhere, are no values. */
function plainValue(document: { toJS(): unknown }): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function putIn(root: Record<string, unknown>, { path, value }: Setting): void {
  let at = root;
  for (const key of path.slice(0, -1)) {
    const inner = at[key];
    const next = isRecord(inner) ? inner : {};
    at[key] = next;
    at = next;
  }
  at[path.at(-1) as string] = value;
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined),
    root,
  );
}

/** As deep as the path goes; keys before values, because an empty value stands nowhere. */
function offsetOf(contents: unknown, path: KeyPath): number | undefined {
  let node: unknown = contents;
  let offset = (node as Node | null)?.range?.[0];
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isCollection(node)) {
      const item: unknown = node.items[Number(key)];
      if (item === undefined) break;
      offset = (item as Node).range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}
