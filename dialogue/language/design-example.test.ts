/** The dialogue by which the design shows the language, as it stands there, with its gaps filled. */
import { expect, test } from 'vitest';
import type { CompiledDialogue, CompiledStep } from '../compiled.ts';
import { compileRelease, createCompiler, formatProblems, linkRelease } from './compile.ts';

const text = `dialogue: big-project
type: III                                   # foundation | I | II | III
objective: { on: sale, anyLine: '"project" in line.tags', within: 30d, value: 40 }
audience: customer.consent.inStore
holdout: 10%
key: entry.line.id                          # one run per …; without it, one per customer
limits: { perVisit: 1, perCustomer: 1 per 90d }
enter:                                      # any of
  - { on: sale, anyLine: '"project" in line.tags' }
until:                                      # from anywhere; what is pending is withdrawn
  - { on: return, where: fact.line.ref == entry.line.id, then: end }
steps:
  later: { wait: { for: next-visit, within: 60d, then: greet, else: byMail } }
  greet:
    say:
      on:                                   # whichever surface comes first, each with its own words
        - pos:  { moment: at-till, know: { en: "A project" }, say: { en: "How is it going?" } }
        - cart: { moment: at-rest, text: { en: "{{ customer.firstName }}, how is it going?", es: "¿Qué tal?" } }
      validFor: 10m
      answers:
        offered:  { label: { en: "Offered" }, then: thanks }
        declined: { label: { en: "Declined" }, then: end }
        bought:   { on: sale, where: fact.total > 1000, then: thanks }
      silence:
        never-shown: { again: next-visit, max: 2 }
        ignored:     { after: 2m, then: byMail }
        walked-away: byMail
        acted-elsewhere: thanks
  byMail: end
  thanks: end
`;
const files = [{ path: 'big-project.yaml', text }];
const { release, problems } = compileRelease(files, { number: 7 });
const dialogue = release?.dialogues[0] as CompiledDialogue;

test('it compiles, and the checker says one thing of it: her name may be missing', () => {
  expect(problems.map((problem) => problem.code)).toEqual(['may-be-missing']);
});

test('patience comes out as it is stated, and is left out where it is not', () => {
  const patienceOf = (head: string): number | undefined => {
    const stated = text.replace('holdout: 10%', `holdout: 10%\n${head}`);
    return compileRelease([{ path: 'big-project.yaml', text: stated }], { number: 7 }).release?.dialogues[0]
      ?.patienceMs;
  };
  expect(['patience: 10m', 'patience: 2h', 'patience: 1mo', ''].map(patienceOf)).toEqual([
    600_000,
    7_200_000,
    30 * 86_400_000,
    undefined,
  ]);
});

test('it comes out as the engine wants it', () => {
  expect(dialogue).toMatchObject({
    name: 'big-project',
    title: 'Big project',
    type: 'III',
    holdout: 1000,
    limits: { perVisit: 1, perCustomer: { count: 1, within: { ms: 90 * 86_400_000 } } },
    objective: { within: { ms: 30 * 86_400_000 }, value: 4000 },
    first: 'later',
    entryPaths: ['line.id'],
  });
  expect(dialogue.steps.later).toEqual({
    verb: 'wait',
    for: { kind: 'next-visit' },
    within: { ms: 60 * 86_400_000 },
    max: null,
    then: 'greet',
    else: 'byMail',
  });
  const greet = dialogue.steps.greet as Extract<CompiledStep, { verb: 'say' }>;
  expect(
    greet.surfaces.map(({ channel, moment, strength, sensitivity }) => [channel, moment, strength, sensitivity]),
  ).toEqual([
    ['pos', 'at-till', 'strong', 'near'],
    ['cart', 'at-rest', 'strong', 'near'],
  ]);
  expect(greet.answers.map(({ name, then, positive }) => [name, then, positive])).toEqual([
    ['offered', 'thanks', true],
    ['declined', 'end', false],
    ['bought', 'thanks', true],
  ]);
  expect(greet.silence.neverShown).toEqual({ again: 'next-visit', max: 2, then: 'end' });
  expect(greet.silence.ignored).toEqual({ after: { ms: 120_000 }, then: 'byMail' });
});

test('"fact.line" of a return is asked of each of its lines', () => {
  const [until] = dialogue.until;
  expect(until?.pattern.where).toBeNull();
  const scope = { entry: { 'line.id': 'l-1' }, line: { ref: 'l-1' } };
  expect(until?.pattern.anyLine?.(scope as never)).toBe(true);
  expect(until?.pattern.anyLine?.({ ...scope, line: { ref: 'l-2' } } as never)).toBe(false);
});

test('lines may end as on other machines, and places are the same', () => {
  const other = text.replace('customer.firstName', 'customer.fistName').replaceAll('\n', '\r\n');
  const [problem] = compileRelease([{ path: 'a.yaml', text: other }], { number: 0 }).problems;
  const line = text.split('\n').findIndex((each) => each.includes('customer.firstName')) + 1;
  const column = (text.split('\n')[line - 1] as string).indexOf('firstName') + 1;
  expect([problem?.code, problem?.line, problem?.column]).toEqual(['unknown-field', line, column]);
  expect(formatProblems([problem as NonNullable<typeof problem>], [{ path: 'a.yaml', text: other }])).not.toContain(
    '\r',
  );
});

test('written down, sent and linked again it is the same release', () => {
  const { plan } = createCompiler().plan(files, { number: 7 });
  const linked = linkRelease(JSON.parse(JSON.stringify(plan)));
  expect(JSON.stringify(linked)).toBe(JSON.stringify(release));
  expect(linked.hash).toMatch(/^[0-9a-f]{64}$/);
  const line = { tags: ['project'] };
  const ours = linked.dialogues[0]?.enter[0] as Extract<CompiledDialogue['enter'][number], { kind: 'fact' }>;
  expect(ours.pattern.anyLine?.({ line } as never)).toBe(true);
  expect(ours.pattern.anyLine?.({ line: { tags: [] } } as never)).toBe(false);
});

test('a compiler that has seen a file compiles only what changed, and says the same as one that has not', () => {
  const compiler = createCompiler();
  const second = { path: 'second.yaml', text: text.replace('big-project', 'second') };
  const before = compiler.compile([...files, second], { number: 1 });
  const edited = { ...second, text: second.text.replace('10%', '20%') };
  const after = compiler.compile([...files, edited], { number: 2 });
  expect(after.release?.dialogues[0]).toBe(before.release?.dialogues[0]);
  expect(after.release?.dialogues[1]?.holdout).toBe(2000);
  const cold = compileRelease([...files, edited], { number: 2 });
  expect(after.release?.hash).toBe(cold.release?.hash);
  expect(after.release?.hash).not.toBe(before.release?.hash);
  const twice = compiler.compile([...files, { ...edited, text }], { number: 3 });
  expect(twice.problems.map((problem) => problem.code)).toContain('duplicate-dialogue');
  const fewer = compiler.compile(files, { number: 4 });
  expect(fewer.release?.hash).toBe(compileRelease(files, { number: 4 }).release?.hash);
  expect(fewer.problems.map((problem) => problem.code)).toEqual(['may-be-missing']);
});

test('a change of the house is a change of every dialogue', () => {
  const compiler = createCompiler();
  const house = { path: 'house.yaml', text: 'attributes: { firstName: { default: you } }' };
  expect(compiler.compile(files, { number: 1 }).problems).toHaveLength(1);
  expect(compiler.compile([house, ...files], { number: 2 }).problems).toHaveLength(0);
  expect(compiler.compile(files, { number: 3 }).problems).toHaveLength(1);
});

test('a reward written within its message becomes a step of its own', () => {
  const inline = text.replace('validFor: 10m', 'validFor: 10m\n      with: { percent: 10, validFor: 30d }');
  const { release: found } = compileRelease([{ path: 'a.yaml', text: inline }], { number: 1 });
  expect(found?.dialogues[0]?.steps.greet).toMatchObject({ with: 'greetReward' });
  expect(found?.dialogues[0]?.steps.greetReward).toMatchObject({
    verb: 'reward',
    unit: 'percent',
    name: 'greetReward',
  });
});
