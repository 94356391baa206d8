/**
 * A compiled release as plain data: shaped like `CompiledRelease`, with checked expressions and texts where that has
 * closures. It can be written as JSON, signed and sent; linking it into closures parses nothing and checks nothing.
 */
import type { CompiledDialogue, CompiledHouse, CompiledMeasure, Compute, Render, Test } from '../compiled.ts';
import type { Expression } from './cel/expression-tree.ts';
import { makeTest } from './cel/test-closures.ts';
import { makeValue, toScalar } from './cel/value-closures.ts';
import { createTextLinker, type PlannedText, type TextHouse } from './text/render.ts';

export interface PlannedTest {
  readonly $test: Expression;
}
export interface PlannedValue {
  readonly $value: Expression;
}
export interface PlannedRender {
  readonly $text: PlannedText;
}

/** The same shape, with data for closures. */
export type Planned<Whole> = Whole extends Render
  ? PlannedRender
  : Whole extends Test
    ? PlannedTest
    : Whole extends Compute
      ? PlannedValue
      : Whole extends readonly (infer Item)[]
        ? readonly Planned<Item>[]
        : Whole extends object
          ? { readonly [Key in keyof Whole]: Planned<Whole[Key]> }
          : Whole;

export type DialoguePlan = Planned<CompiledDialogue>;
export type HousePlan = Planned<CompiledHouse>;
export type MeasurePlan = Planned<CompiledMeasure>;

export interface ReleasePlan {
  readonly number: number;
  readonly hash: string;
  readonly house: HousePlan;
  readonly measures: readonly MeasurePlan[];
  readonly dialogues: readonly DialoguePlan[];
}

/** Turns plans of one house into what the engine runs. */
export function createLinker(
  house: HousePlan,
  measures: readonly MeasurePlan[],
): <Whole>(plan: Planned<Whole>) => Whole {
  const defaults = Object.entries(house.attributes).flatMap(([name, { default: value }]) =>
    value === null ? [] : [[name, value] as const],
  );
  const textHouse: TextHouse = {
    defaultLocale: house.defaultLocale,
    defaults: Object.fromEntries(defaults),
    measures: measures.map((measure) => measure.name),
  };
  const linkText = createTextLinker(textHouse);
  return <Whole>(plan: Planned<Whole>) => link(plan, linkText) as Whole;
}

function link(node: unknown, linkText: (text: PlannedText) => Render): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map((each) => link(each, linkText));
  if ('$test' in node) return makeTest(node.$test as Expression);
  if ('$value' in node) return linkValue(node.$value as Expression);
  if ('$text' in node) return linkText(node.$text as PlannedText);
  const linked: Record<string, unknown> = {};
  for (const name in node) linked[name] = link((node as Record<string, unknown>)[name], linkText);
  return linked;
}

function linkValue(expression: Expression): Compute {
  const value = makeValue(expression, []);
  return (scope) => toScalar(value(scope));
}
