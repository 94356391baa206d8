import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRelease, createCompiler, type SourceFile } from './compile.ts';

/** `kind`: one that compiles, one with a warning, one with an error, one that takes another's name. */
function file(place: number, kind: number): SourceFile {
  const path = `d${place}.yaml`;
  if (kind === 3) return { path, text: 'dialogue: [' };
  const name = kind === 2 ? 'same-name' : `name-${place}`;
  const holdout = kind === 1 ? '' : 'holdout: 10%\n';
  return {
    path,
    text: `dialogue: ${name}
type: III
${holdout}objective: { on: sale, within: 7d, value: ${1 + place} }
enter:
  - { on: sale }
steps:
  done: end
`,
  };
}

const house = (holdout: number): SourceFile => ({ path: 'house.yaml', text: `globalHoldout: ${holdout}%\n` });

const edit = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put'), at: fc.nat(200), kind: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('add', 'remove'), at: fc.nat(200), kind: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('house', 'read-again', 'turn'), at: fc.nat(5), kind: fc.nat(2) }),
  },
);

function edited(
  files: readonly SourceFile[],
  { do: what, at, kind }: { do: string; at: number; kind: number },
): SourceFile[] {
  const place = 1 + (at % Math.max(1, files.length - 1));
  if (what === 'put') return files.toSpliced(place, 1, file(place, kind));
  if (what === 'add') return files.toSpliced(place, 0, file(1000 + at, kind));
  if (what === 'remove') return files.toSpliced(place, 1);
  if (what === 'house') return files.toSpliced(0, 1, house(at));
  if (what === 'turn') return [files[0] as SourceFile, ...files.slice(1).toReversed()];
  return files.map((one) => ({ ...one }));
}

test('whatever was edited before, a compiler says what one says that remembers nothing', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), fc.constantFrom(2, 5, 131), (edits, count) => {
      const compiler = createCompiler();
      let files = [house(5), ...Array.from({ length: count }, (_, place) => file(place + 1, 0))];
      for (const one of [null, ...edits]) {
        if (one !== null) files = edited(files, one);
        const known = compiler.compile(files, { number: 1 });
        const fresh = compileRelease(files, { number: 1 });
        expect(known.problems).toEqual(fresh.problems);
        expect(known.release?.hash).toBe(fresh.release?.hash);
        expect(known.release?.dialogues.map(({ hash }) => hash)).toEqual(
          fresh.release?.dialogues.map(({ hash }) => hash),
        );
      }
    }),
    { numRuns: 12 },
  );
});

test('a release that was handed out stays as it was when another is compiled', () => {
  const compiler = createCompiler();
  const files = [house(5), file(1, 0), file(2, 0)];
  const first = compiler.compile(files, { number: 1 }).release;
  const hashes = first?.dialogues.map(({ hash }) => hash);
  expect(hashes).toHaveLength(2);
  compiler.compile([house(5), file(1, 1), file(2, 0)], { number: 2 });
  compiler.compile([house(5), file(2, 0), file(1, 1)], { number: 3 });
  expect(first?.dialogues.map(({ hash }) => hash)).toEqual(hashes);
});
