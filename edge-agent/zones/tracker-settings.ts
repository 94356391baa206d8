/**
 * The few numbers that zones rest on, each one a quantity of radio or of walking that can be measured, with where it
 * comes from. They are passed in as one value, so that the benchmark can shift each of them and say what that does; an
 * agent has no reason to.
 */

export interface TrackerSettings {
  /** A cart is looked at this often, in ms … */
  readonly lookMs: number;
  /** … at what was heard so long before, in ms. */
  readonly windowMs: number;
  /** How fast a cart's place becomes uncertain, in m/s: the pace of a shopper with a cart. */
  readonly walkMps: number;
  /** RSSI falls by ten times this for each tenfold distance where no fingerprints say better. */
  readonly pathLossExponent: number;
  /** What a wall of the floor plan takes away, in dB; further ones than `wallsCounted` no more. */
  readonly wallLossDb: number;
  /** Scale of what is left after the law, in dB: readings louder than it says, and quieter ones. */
  readonly louderDb: number;
  readonly quieterDb: number;
  /** What is otherwise where the plan holds fingerprints: there is no law whose faults had to be allowed for. */
  readonly measured: Pick<
    TrackerSettings,
    'freedom' | 'loudnessPrior' | 'loudnessRate' | 'enterEvidence' | 'firstFactor'
  > & {
    readonly residualDb: number;
  };
  /** Degrees of freedom of the Student law of the residuals: the fewer, the less one odd receiver can say. */
  readonly freedom: number;
  /** A cart's own loudness counts as so many receivers that say "as expected". */
  readonly loudnessPrior: number;
  /** How fast a cart's own loudness is learned: the share of a second's news. */
  readonly loudnessRate: number;
  /** What belief is kept for "somewhere else altogether", as a share at each look. */
  readonly elsewhereShare: number;
  /** Evidence at which a zone is entered: log odds times seconds (see `zone-decision.ts`). */
  readonly enterEvidence: number;
  /** The first zone of a cart takes so many times as much: nothing was known before. */
  readonly firstFactor: number;
  /** Going back where one just came from takes so many times as much. */
  readonly returnFactor: number;
}

/**
 * Walking: shoppers with carts walk at 0.5 to 1.2 m/s, recorded trolleys at 0.3 to 1.3. Path loss: fits of the recorded
 * hall say 1.5, ITU-R P.1238 gives 2.2 for commercial halls and 3 for offices; the steep end is taken on purpose, because
 * the receivers nearby say most about a place and those far away are the ones that walls and people falsify. Wall: 3.4 dB
 * for a light one (COST 231 multi-wall). Residuals: recorded runs show 4.4 dB of fading from packet to packet and 4 dB of
 * shadow that stays; the stronger half of a window's packets is compared, so 4 to 5 dB are left, with a heavy lower side.
 * Student laws with three to five degrees of freedom are customary for RSSI. Evidence and its factors were chosen on the
 * recorded runs, as the benchmark says; it also leaves one out, and shifts each number by thirty per cent.
 */
export const trackerSettings: TrackerSettings = Object.freeze({
  lookMs: 500,
  windowMs: 1_500,
  walkMps: 1.3,
  pathLossExponent: 2.8,
  wallLossDb: 3.4,
  louderDb: 4,
  quieterDb: 5,
  freedom: 5,
  loudnessPrior: 10,
  loudnessRate: 0.05,
  elsewhereShare: 0.001,
  enterEvidence: 0.4,
  firstFactor: 4,
  returnFactor: 25,
  measured: Object.freeze({
    residualDb: 5.5,
    freedom: 3,
    loudnessPrior: Number.POSITIVE_INFINITY,
    loudnessRate: 0.02,
    enterEvidence: 2,
    firstFactor: 1,
  }),
});
