/** What `doctor` found: one line of plain words, and what to do where something is wrong. */

export interface Finding {
  /** What was looked at: "broker", "reader scanner", "queue" … */
  readonly about: string;
  readonly state: 'well' | 'doubtful' | 'wrong';
  readonly says: string;
  /** What a person can do; absent where nothing is to be done. */
  readonly todo?: string;
}

export function well(about: string, says: string): Finding {
  return { about, state: 'well', says };
}

export function doubtful(about: string, says: string, todo: string): Finding {
  return { about, state: 'doubtful', says, todo };
}

export function wrong(about: string, says: string, todo: string): Finding {
  return { about, state: 'wrong', says, todo };
}

const marks = { well: 'ok   ', doubtful: 'look ', wrong: 'WRONG' } as const;

export function findingText({ about, state, says, todo }: Finding): string {
  return `${marks[state]} ${about}: ${says}${todo === undefined ? '' : `\n      → ${todo}`}`;
}
