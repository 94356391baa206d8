/** One step of the tables, carried out once, whole or not at all. A released one is never changed; another is added. */
export interface Migration {
  /** From 1, without gaps. */
  readonly version: number;
  readonly sql: string;
}
