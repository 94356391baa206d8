/**
 * One thing that can be asked for over HTTP, as a table's row: the OpenAPI document is made from such tables
 * (`generate/open-api.ts`), and the routes parse with the same schemas. Another place adds its own table there.
 */
import type { z } from 'zod';

export interface HttpOperation {
  readonly method: 'get' | 'post';
  /** "/v1/lanes/{lane}/prompt" */
  readonly path: string;
  readonly id: string;
  readonly says: string;
  /** In the order of the path; then what may stand in the query. */
  readonly parameters?: readonly HttpParameter[];
  readonly body?: HttpBody;
  /** By status. */
  readonly answers: Readonly<Record<number, { readonly says: string; readonly payload?: z.ZodType }>>;
  /** Asks for the token of a device, of the till feed, of a source outside, or for a personal handle in its body. */
  readonly token: 'device' | 'till-feed' | 'source' | 'handle';
}

export interface HttpParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly says: string;
  readonly schema: z.ZodType;
}

export interface HttpBody {
  readonly schema: z.ZodType;
  /** Beside JSON. */
  readonly alsoAs?: readonly string[];
}
