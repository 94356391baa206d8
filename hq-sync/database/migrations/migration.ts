/** One step of the tables, carried out once, whole or not at all. A released one is never changed; another is added. */
export interface Migration {
  /** Gaps are allowed; each is carried out where it is missing, in order. */
  readonly version: number;
  readonly sql: string;
}
