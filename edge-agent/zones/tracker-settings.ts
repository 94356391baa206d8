/**
 * The few numbers that zones rest on, each one a quantity of radio or of walking that can be measured, with where it
 * comes from. They are passed in as one value, so that the benchmark can shift each of them and say what that does; an
 * agent has no reason to.
 */

export interface TrackerSettings {
  /** A cart is looked at this often, in ms. */
  readonly lookMs: number;
  /** How fast a cart walks that walks, in m/s. */
  readonly walkMps: number;
  /** How often in a second one that walks stops, one that stands starts, and one that walks turns. */
  readonly stopPerS: number;
  readonly startPerS: number;
  readonly turnPerS: number;
  /** RSSI falls by ten times this for each tenfold distance where no fingerprints say better. */
  readonly pathLossExponent: number;
  /** What a wall of the floor plan takes away, in dB; further ones than `wallsCounted` no more. */
  readonly wallLossDb: number;
  /** Scale of what is left after the law or the map, in dB, … */
  readonly residualDb: number;
  /** … and by how many metres a tag, a receiver or a person beside them is not where the plan has them. */
  readonly placeM: number;
  /** Degrees of freedom of the Student law of the residuals: the fewer, the less one odd receiver can say. */
  readonly freedom: number;
  /** A reading is so much evidence: the next one from the same place is wrong in much the same way. */
  readonly readingShare: number;
  /** A cart's own loudness counts as so many readings that say "as expected". */
  readonly loudnessPrior: number;
  /** How fast a cart's own loudness is learned: the share of a second's news. */
  readonly loudnessRate: number;
  /** How fast an anchor's bias is learned, and forgotten: shares of what a reading shows, for each second. */
  readonly biasRate: number;
  readonly biasForgets: number;
  /** What belief is kept for "somewhere else altogether", as a share at each look. */
  readonly elsewhereShare: number;
  /** A zone reaches so many metres beyond its line for a cart that is in it. */
  readonly marginM: number;
  /** Another zone is worth testing once it is so many times as likely as the current one with its margin. */
  readonly enterOdds: number;
  /** Evidence at which a zone is entered: log odds times seconds (see `zone-decision.ts`). */
  readonly enterEvidence: number;
  /** The first zone of a cart takes so many times as much: nothing was known before. */
  readonly firstFactor: number;
  /** Going back where one just came from takes so many times as much. */
  readonly returnFactor: number;
  /** What is otherwise where the plan holds fingerprints. */
  readonly measured: Pick<
    TrackerSettings,
    'placeM' | 'readingShare' | 'loudnessPrior' | 'marginM' | 'enterEvidence' | 'firstFactor'
  >;
}

/**
 * Walking: shoppers with carts walk at 0.5 to 1.2 m/s, recorded trolleys at 0.4; a belief that takes the low end follows
 * both, because a step of a cell is made or not. Path loss: fits of the recorded hall say 1.5 to 2, ITU-R P.1238 gives 2.2
 * for commercial halls and 3 for offices. Wall: 3.4 dB for a light one (COST 231 multi-wall). Residuals: recorded runs
 * show 4.4 dB of fading from packet to packet and 4 dB of shadow that stays, receivers within three metres 6 to 9 dB;
 * half a step and an arm explain the latter, hence `placeM`. Student laws with three to five degrees of freedom are
 * customary for RSSI. Where levels were measured a reading says more and spots between the measured ones are less
 * certain. The rest (shares, margin, odds, evidence and its factors) was chosen on the recorded runs walked both ways
 * through zones cut in ten other ways, so as not to fit twenty entries; the benchmark leaves one run out, and shifts each
 * number by thirty per cent.
 */
export const trackerSettings: TrackerSettings = Object.freeze({
  lookMs: 500,
  walkMps: 0.5,
  stopPerS: 0.05,
  startPerS: 0.5,
  turnPerS: 0.05,
  pathLossExponent: 2,
  wallLossDb: 3.4,
  residualDb: 4.5,
  placeM: 1.5,
  freedom: 5,
  readingShare: 0.4,
  loudnessPrior: 15,
  loudnessRate: 0.02,
  biasRate: 0.02,
  biasForgets: 0.01,
  elsewhereShare: 0.01,
  marginM: 0.5,
  enterOdds: 0.5,
  enterEvidence: 0.3,
  firstFactor: 2,
  returnFactor: 25,
  measured: Object.freeze({
    placeM: 2,
    readingShare: 0.6,
    loudnessPrior: 50,
    marginM: 0.8,
    enterEvidence: 0.3,
    firstFactor: 1,
  }),
});
