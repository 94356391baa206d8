/** A step from one shape of the tables to the next. Each has its own file and its own test with old rows. */
export interface Migration {
  /** From 1, without gaps; `PRAGMA user_version` afterwards. */
  readonly version: number;
  readonly sql: string;
}
