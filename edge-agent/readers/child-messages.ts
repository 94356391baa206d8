/** What the agent and a reader in a process of its own say to each other. */
import type { RadioObservation } from '../radio/observation.ts';
import type { ReaderSettings, ReaderStatus } from './reader.ts';
import type { RefusedLine } from './refusal.ts';
import type { Scan } from './scan.ts';

/** The child says how it is this often. */
export const reportEveryMs = 1_000;
/** Given to a child that is to load its code, so that the next ones find it compiled, and to end. */
export const warmUpArgument = '--warm-up';

/** What the store's own radio is, in a form that can be sent. */
export interface OwnRadioNames {
  readonly anchors: readonly string[];
  readonly tags: readonly (readonly [address: string, cart: string])[];
  readonly beaconUuids: readonly string[];
}

export type ToChild =
  | { readonly kind: 'start'; readonly settings: ReaderSettings }
  | { readonly kind: 'own'; readonly names: OwnRadioNames }
  | { readonly kind: 'stop' };

/** Sent in bundles. */
export type FromChild =
  | { readonly kind: 'status'; readonly status: ReaderStatus }
  | { readonly kind: 'observation'; readonly observation: RadioObservation }
  | { readonly kind: 'scan'; readonly scan: Scan }
  | { readonly kind: 'refused'; readonly line: RefusedLine };
