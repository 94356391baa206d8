/**
 * The language's front door: a folder of dialogues in, what the engine runs out, or all that is wrong with them.
 *
 * Pure, and quick when little has changed: results are kept for each file by its text, so that a release of ten thousand
 * dialogues is compiled again in milliseconds after one of them was edited. Never throws, whatever the files hold.
 */
import type { CompiledDialogue, CompiledHouse, CompiledMeasure, CompiledRelease } from '../compiled.ts';
import { CompilerState } from './compiler-state.ts';
import { createLinker, type ReleasePlan } from './plan.ts';
import type { Problem } from './problem.ts';

export { formatProblems } from './code-frame.ts';
export { isHouseFile } from './compiler-state.ts';
export { dialogueJsonSchema } from './json-schema.ts';
export type { ReleasePlan } from './plan.ts';
export type { Problem } from './problem.ts';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface CompileOptions {
  /** The release's number; 0 for a draft. */
  readonly number: number;
  /** Zones of the floor plan; where given, others are errors. */
  readonly zones?: readonly string[];
  /** Departments of the goods file; where given, others are errors. */
  readonly departments?: readonly string[];
}

export interface CompileResult {
  /** Null if and only if some problem is an error. */
  readonly release: CompiledRelease | null;
  /** By path, then by place. */
  readonly problems: Problem[];
}

export interface Compiler {
  /** As `compileRelease`; files whose text is the same as last time cost next to nothing. */
  compile(files: readonly SourceFile[], options: CompileOptions): CompileResult;
  /** The same as plain data, to be signed and sent; `linkRelease` makes a release of it. */
  plan(files: readonly SourceFile[], options: CompileOptions): PlanResult;
}

export interface PlanResult {
  readonly plan: ReleasePlan | null;
  readonly problems: Problem[];
}

/** Compiles without remembering anything. */
export function compileRelease(files: readonly SourceFile[], options: CompileOptions): CompileResult {
  return createCompiler().compile(files, options);
}

export function createCompiler(): Compiler {
  const state = new CompilerState();
  return {
    compile: (files, options) => state.compile(files, options),
    plan: (files, options) => state.plan(files, options),
  };
}

/** Makes of a plan what the engine runs; parses and checks nothing. */
export function linkRelease(plan: ReleasePlan): CompiledRelease {
  const link = createLinker(plan.house, plan.measures);
  return {
    number: plan.number,
    hash: plan.hash,
    house: link<CompiledHouse>(plan.house),
    measures: plan.measures.map((measure) => link<CompiledMeasure>(measure)),
    dialogues: plan.dialogues.map((dialogue) => link<CompiledDialogue>(dialogue)),
  };
}
