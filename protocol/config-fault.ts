/**
 * What is wrong with something that a person wrote (a configuration, a floor plan, a list of goods), as one shape for
 * all places: a closed reason to count by, the place it stands at, and what to do. `schema-fault.ts` makes them of
 * what a schema objects to.
 */

/** Why: a closed list, each a label of a counter. */
export const configReasons = [
  /** The file is not there or may not be read. */
  'unreadable',
  /** No YAML, no CSV, no JSON. */
  'syntax',
  'unknown-key',
  'key-twice',
  'missing',
  'wrong-type',
  'out-of-range',
  /** None of the values that there are. */
  'unknown-value',
  /** The right type, and yet no port, no address, no price, no date. */
  'bad-form',
  /** Names something that does not exist. */
  'bad-reference',
  /** Names something that exists twice, or has been given away. */
  'doubled',
  /** Right by itself, and not beside the others. */
  'contradiction',
  'check-digit',
  'number-shape',
  'number-prefix',
  /** A dialogue that does not compile; the checker says more. */
  'dialogue',
] as const;
export type ConfigReason = (typeof configReasons)[number];

export interface ConfigFault {
  readonly reason: ConfigReason;
  /** The file, or the environment variable. */
  readonly where: string;
  /** From 1; null where nothing stands there. */
  readonly line: number | null;
  readonly column: number | null;
  /** "carts.3.id"; in a table the name of the column. */
  readonly path: string;
  /** As written, shortened; "" where nothing was; never a secret, never anybody's data. */
  readonly value: string;
  /** What to do. */
  readonly message: string;
}

/** "store.yaml:12:9  listen.http: "eighty": give a port number; 0 takes any free one" */
export function faultText({ where, line, column, path, value, message }: ConfigFault): string {
  const place = [where, line, line === null ? null : column].filter((part) => part !== null).join(':');
  const what = [path, value].filter((part) => part !== '').join(': ');
  return `${place}  ${what === '' ? '' : `${what}: `}${message}`;
}

/** How many of each reason, in the order of the list. */
export function countByReason(faults: readonly ConfigFault[]): Partial<Record<ConfigReason, number>> {
  const counts: Partial<Record<ConfigReason, number>> = {};
  for (const reason of configReasons) {
    const count = faults.filter((fault) => fault.reason === reason).length;
    if (count > 0) counts[reason] = count;
  }
  return counts;
}
