/** Kairos as the benchmark runs it: dialogues from YAML text through the compiler into an engine, with people to ask for. */

import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { createCompiler, type SourceFile } from '@kairos/dialogue/language/compile.ts';
import { boughtText, dialogueFiles, house } from './dialogues.ts';
import { asPeer, probesFrom } from './equal-hits.ts';
import type { Peer } from './peers.ts';
import type { Profile, Rule } from './rules.ts';
import { personOf } from './traffic.ts';

export interface Kairos {
  readonly engine: Engine;
  /** The engine as one that only says which rules hold; for comparing answers, not times. */
  readonly asPeer: Peer;
}

export function sourceFiles(rules: readonly Rule[]): SourceFile[] {
  return [{ path: 'house.yaml', text: house }, ...[...dialogueFiles(rules)].map(([path, text]) => ({ path, text }))];
}

/** Throws with the first problems where there is one. */
export function releaseOf(rules: readonly Rule[]): CompiledRelease {
  const { release, problems } = createCompiler().compile(sourceFiles(rules), { number: 1 });
  if (release === null) throw new Error(`The benchmark's dialogues: ${JSON.stringify(problems.slice(0, 3))}`);
  return release;
}

export function createKairos(release: CompiledRelease, profiles: readonly Profile[]): Kairos {
  let probe: Profile | null = null;
  const engine = createEngine({
    release,
    chainKey: 'bench',
    store: { name: 'Bench', currency: 'CHF', timeZone: 'Europe/Zurich' },
    person(subject) {
      const person = personOf(subject, profiles);
      if (subject < probesFrom || probe === null) return person;
      return { ...person, attributes: { tier: probe.tier, bought: boughtText(probe.bought) } };
    },
  });
  const peer = asPeer(engine, (_subject, profile) => {
    probe = profile;
  });
  return { engine, asPeer: peer };
}
