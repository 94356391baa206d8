/**
 * Arms that are compared run alternately in one process or script: a round holds one run of each, and the order turns
 * from round to round, so that a slow minute of the machine falls on all of them. An arm that is listed twice (A/A)
 * shows what difference the machine alone makes.
 */

export interface Arm<Sample> {
  readonly name: string;
  run(): Sample | Promise<Sample>;
}

/** Samples by arm, one a round, in the order of the rounds. */
export async function interleave<Sample>(
  arms: readonly Arm<Sample>[],
  options: { readonly rounds: number; readonly afterRound?: (round: number) => void },
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(arms.map((arm) => [arm.name, []]));
  if (samples.size !== arms.length) throw new Error('Each arm needs a name of its own, the A of an A/A pair as well');
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < arms.length; turn++) {
      const arm = arms[(turn + round) % arms.length] as Arm<Sample>;
      samples.get(arm.name)?.push(await arm.run());
    }
    options.afterRound?.(round + 1);
  }
  return samples;
}
