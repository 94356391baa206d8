/** What the store's line to headquarters tells the manager. Without a headquarters there is nothing to tell but that. */

export type HqState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'configured';
      /** Store time of the last exchange that went through; null: none yet. */
      readonly lastAt: number | null;
      /** Facts that wait to go up. */
      readonly pending: number;
      /** Facts that headquarters would not take, since the start. */
      readonly refused: number;
      /** Customers of whom headquarters have more to tell; null: not known yet. */
      readonly toCome: number | null;
    };

/** Filled by the line itself, where there is one. */
export type HqProbe = () => HqState;

export const noHq: HqProbe = () => ({ kind: 'none' });
