/**
 * Liquid as dialogues have it: conditions and a handful of filters, no loops, no files, no raw output. Bounded in
 * length and in what it renders, and so in time: there is nothing that goes round. No limit by the clock, by which a
 * busy machine would leave out her name. What is put out is plain text for a plain surface: control characters and
 * marks that turn the direction of text are taken out, and nothing is markup.
 */
import { Liquid } from 'liquidjs/dist/liquid.browser.mjs';
import { formatDay, formatMoney, formatPercent } from './formats.ts';

/** A text as an author writes it, with its places for values. */
export const templateLengthMax = 4000;
/** A headline as a person reads it. */
export const textLengthMax = 500;

/** Stands in rendered text where a value was missing; `neutral-text.ts` takes it out, with the words that lean on it. */
export const missingMark = '\ue000';

export const allowedTags = ['if', 'unless', 'case', 'comment'];
export const allowedFilters = [
  'default',
  'upcase',
  'downcase',
  'capitalize',
  'strip',
  'truncate',
  'plus',
  'minus',
  'times',
  'divided_by',
  'at_least',
  'at_most',
  'round',
  'money',
  'percent',
  'day',
];

/** What filters need to know, put into the context under names that no author can write. */
export const localeKey = ' locale';
export const currencyKey = ' currency';
export const timeZoneKey = ' timeZone';

/** Makes the one template engine that texts share. */
export function createLiquid(): Liquid {
  const liquid = new Liquid({
    outputEscape: (value: unknown) => toPlainText(value),
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    parseLimit: 20_000,
    memoryLimit: 100_000,
    cache: undefined,
  });
  liquid.registerFilter('money', function (value: unknown) {
    return formatMoney(value, textIn(this, localeKey), textIn(this, currencyKey));
  });
  liquid.registerFilter('percent', function (value: unknown) {
    return formatPercent(value, textIn(this, localeKey));
  });
  liquid.registerFilter('day', function (value: unknown) {
    return formatDay(value, textIn(this, localeKey), textIn(this, timeZoneKey));
  });
  for (const name of Object.keys(liquid.tags)) if (!allowedTags.includes(name)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) if (!allowedFilters.includes(name)) delete liquid.filters[name];
  return liquid;
}

function textIn(filter: { context: { getSync(path: string[]): unknown } }, key: string): string {
  const value = filter.context.getSync([key]);
  return typeof value === 'string' ? value : '';
}

/** What a surface may show of a value, on one line; the mark where there is nothing to show. */
function toPlainText(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'object') return missingMark;
  const text = stripUnprintable(String(value)).replaceAll(missingMark, '').replaceAll('\n', ' ').trim();
  return text === '' ? missingMark : text;
}

/** Takes out control characters but the ends of lines, and marks that turn the direction of text. */
export function stripUnprintable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (char) => (char === '\n' ? '\n' : char === '\t' ? ' ' : ''));
}
