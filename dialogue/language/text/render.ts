/**
 * From the texts of a message, by locale, to a closure that renders it. Templates are parsed when they are first shown:
 * most of a release's texts never are on a given day. Nothing throws, and nothing is ever blank.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';
import type { Liquid, Template } from 'liquidjs';
import type { Render, Scope } from '../../compiled.ts';
import { nestPaths } from '../cel/library-fallback.ts';
import { createLiquid, currencyKey, localeKey, missingMark, stripUnprintable, timeZoneKey } from './liquid.ts';
import { toNeutralText } from './neutral-text.ts';

/** A text in its languages, as it is written down in a compiled release. */
export interface PlannedText {
  readonly byLocale: Readonly<Record<string, string>>;
  /** Kept to a headline's length, or to a letter's. */
  readonly lengthMax: number;
}

/** What rendering needs beside the scope. */
export interface TextHouse {
  readonly defaultLocale: string;
  /** Attributes' defaults, by name. */
  readonly defaults: Readonly<Record<string, Scalar>>;
  readonly measures: readonly string[];
}

/** Makes renderers that share one template engine. */
export function createTextLinker(house: TextHouse): (text: PlannedText) => Render {
  let liquid: Liquid | null = null;
  const engine = (): Liquid => {
    liquid ??= createLiquid();
    return liquid;
  };
  return (text) => linkText(text, house, engine);
}

function linkText(text: PlannedText, house: TextHouse, engine: () => Liquid): Render {
  const { byLocale } = text;
  const parsed = new Map<string, readonly Template[]>();
  return (scope, locale) => {
    const chosen = chooseLocale(byLocale, locale, house.defaultLocale);
    const source = byLocale[chosen] as string;
    if (!source.includes('{{') && !source.includes('{%')) return finish(source, text.lengthMax);
    try {
      let template = parsed.get(chosen);
      if (template === undefined) {
        template = engine().parse(source);
        parsed.set(chosen, template);
      }
      const context = toContext(scope, chosen, house);
      return finish(toNeutralText(engine().renderSync(template as Template[], context) as string), text.lengthMax);
    } catch {
      return finish(toNeutralText(source.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, missingMark)), text.lengthMax);
    }
  };
}

/** Exactly hers, else her language, else the store's, else the first that was written. */
function chooseLocale(texts: Readonly<Record<string, unknown>>, locale: string, fallback: string): string {
  if (Object.hasOwn(texts, locale)) return locale;
  const language = locale.split('-')[0] as string;
  if (Object.hasOwn(texts, language)) return language;
  const sister = Object.keys(texts).find((each) => each.startsWith(`${language}-`));
  if (sister !== undefined) return sister;
  return Object.hasOwn(texts, fallback) ? fallback : (Object.keys(texts)[0] as string);
}

function finish(text: string, lengthMax: number): string {
  const plain = stripUnprintable(text).trim();
  if (plain.length <= lengthMax) return plain;
  const cut = plain.slice(0, lengthMax - 1);
  const atWord = cut.lastIndexOf(' ');
  return `${atWord > lengthMax / 2 ? cut.slice(0, atWord) : cut}…`;
}

function toContext(scope: Scope, locale: string, house: TextHouse): Record<string, unknown> {
  const counted = house.measures.map((name, index) => [name, scope.measure(index)]);
  return {
    ...Object.fromEntries(counted),
    entry: nestPaths(scope.entry),
    answers: scope.answers,
    rewards: scope.rewards,
    customer: { ...house.defaults, ...knownOf(scope.customer) },
    visit: scope.visit ?? {},
    store: scope.store,
    variant: scope.variant,
    now: scope.now,
    [localeKey]: locale,
    [currencyKey]: scope.store.currency,
    [timeZoneKey]: scope.store.timeZone,
  };
}

function knownOf(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  );
}
