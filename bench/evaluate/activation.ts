/**
 * From a compiled release of ten thousand dialogues, as it comes from HQ, to an engine that handles facts by it; and
 * one dialogue changed in it, again and again, while facts go on. From cold, as after a start. Prints milliseconds.
 * Arguments: dialogues, changes.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createCompiler, linkRelease, type SourceFile } from '@kairos/dialogue/language/compile.ts';
import type { ReleasePlan } from '@kairos/dialogue/language/plan.ts';
import type { FactOf } from '@kairos/protocol/facts.ts';
import { createKairos, sourceFiles } from './kairos.ts';
import { makeProfiles, makeRules, makeStays, type Rule, type Stay, tiers, zoneNames } from './rules.ts';
import { cpuUs } from './timing.ts';
import { Traffic } from './traffic.ts';

export interface Activation {
  /** From the text of the compiled release to the first fact handled. */
  readonly activateMs: number;
  /** Each change: compile one changed file among all, and swap it in. */
  readonly swapMs: readonly number[];
  readonly factsGiven: number;
  readonly factsHandled: number;
  /** Changes after which a customer entered by the new rule. */
  readonly changesInForce: number;
}

const factsBetween = 2000;

const [dialogues = 10_000, changes = 20] = process.argv.slice(2).map(Number);
const zones = zoneNames(1000);
const rules = makeRules(dialogues, zones);
const profiles = makeProfiles(1000);
const stays = makeStays(20_011, zones);
const compiler = createCompiler();
const files = sourceFiles(rules);
const planText = JSON.stringify(compiler.plan(files, { number: 1 }).plan);

const started = cpuUs();
const kairos = createKairos(linkRelease(JSON.parse(planText) as ReleasePlan), profiles);
await kairos.asPeer.evaluate(stays[0] as Stay, { tier: 'basic', bought: [] });
const activateMs = (cpuUs() - started) / 1000;
process.stderr.write(`${dialogues} dialogues active after ${activateMs.toFixed(0)} ms\n`);

const { engine } = kairos;
const stayOf = (place: number, n: number): Stay => stays[(place * 7919 + n * 31) % stays.length] as Stay;
const traffic = new Traffic(engine, { customers: 1000, profiles, stayOf });
compile(2);
let factsGiven = 0;
let changesInForce = 0;
const swapMs: number[] = [];
for (let change = 0; change < changes; change++) {
  giveFacts();
  const rule = { ...(rules[(change * 467) % rules.length] as Rule), dwell: 0, tiers };
  const place = files.findIndex(({ path }) => path === fileOf(rule).path);
  const before = cpuUs();
  files[place] = fileOf(rule);
  const release = compile(3 + change);
  engine.swap(release, activated(release));
  swapMs.push((cpuUs() - before) / 1000);
  giveFacts();
  const customer = { tier: tiers[0] as string, bought: [] };
  const entered = await kairos.asPeer.evaluate({ type: rule.type, zone: rule.zone, dwell: 1 }, customer);
  if (entered.includes(rule.id)) changesInForce++;
}
const result: Activation = { activateMs, swapMs, factsGiven, factsHandled: traffic.counts.facts, changesInForce };
process.stdout.write(JSON.stringify(result));

function giveFacts(): void {
  const facts = traffic.batch(factsBetween);
  if (factsGiven === 0) traffic.resetCounts();
  factsGiven += facts.length;
  traffic.handle(facts);
}

function compile(number: number): CompiledRelease {
  const { release, problems } = compiler.compile(files, { number });
  if (release === null) throw new Error(`A changed dialogue does not compile: ${JSON.stringify(problems[0])}`);
  return release;
}

function fileOf(rule: Rule): SourceFile {
  return sourceFiles([rule])[1] as SourceFile;
}

function activated({ number, hash, dialogues: all }: CompiledRelease): FactOf<'release.activated'> {
  const body = { release: number, hash, dialogues: all.length };
  return { seq: 1, at: 0, subject: null, source: null, cause: null, late: false, type: 'release.activated', body };
}
