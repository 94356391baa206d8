/**
 * Checks one template: that Liquid can read it, that each value it names exists, and whether each has something to fall
 * back on. Shares the lookup of paths with conditions, so that both know the same names.
 */
import type { Liquid, Template } from 'liquidjs';
import type { ExpressionScope, Report, Uses } from '../cel/expression-scope.ts';
import { lookUp, type NamedStep } from '../cel/path-reader.ts';
import { allowedFilters, allowedTags, templateLengthMax } from './liquid.ts';

/** A token of Liquid's, as far as it is looked at here. */
interface Token {
  readonly begin: number;
  readonly end: number;
  readonly props?: readonly Token[];
  readonly variable?: unknown;
  readonly content?: unknown;
  getText(): string;
}

interface Value {
  readonly filters: readonly { readonly name: string; readonly args: readonly unknown[] }[];
  readonly initial: { readonly postfix: readonly Token[] };
}

/** Checks `source`; reports what is wrong at offsets within it. Returns whether it can be rendered. */
export function checkTemplate(
  source: string,
  liquid: Liquid,
  scope: ExpressionScope,
  uses: Uses,
  report: Report,
): boolean {
  if (source.length > templateLengthMax) {
    report('text-too-large', 0, 1, `a text has at most ${templateLengthMax} characters`);
    return false;
  }
  if (!source.includes('{{') && !source.includes('{%')) return areBracesUsed(source, report);
  let templates: readonly Template[];
  try {
    templates = liquid.parse(source);
  } catch (error) {
    explain(source, error, report);
    return false;
  }
  return !hasRange(source, report) && checkAll(templates, { scope, uses, report });
}

/** Liquid would count a range out before it asks anything of it. */
function hasRange(source: string, report: Report): boolean {
  for (const { 0: tag, index } of source.matchAll(/\{\{.*?\}\}|\{%.*?%\}/gs)) {
    const bare = tag.replace(/"[^"]*"|'[^']*'/g, (quoted) => ' '.repeat(quoted.length));
    const at = bare.search(/\([^()]*\.\./);
    if (at < 0) continue;
    report('bad-template', index + at, index + at + 1, 'texts have no ranges of numbers', 'name the values one by one');
    return true;
  }
  return false;
}

/** A single brace is most likely meant as two. */
function areBracesUsed(source: string, report: Report): boolean {
  const single = /\{\s*(?:customer|entry|answers|rewards|visit|store)\.\w+\s*\}/.exec(source);
  if (single === null) return true;
  report(
    'bad-template',
    single.index,
    single.index + single[0].length,
    'a value stands between two braces',
    `write {${single[0]}}`,
  );
  return false;
}

interface Checking {
  readonly scope: ExpressionScope;
  readonly uses: Uses;
  readonly report: Report;
}

function checkAll(templates: readonly Template[], checking: Checking): boolean {
  let whole = true;
  for (const template of templates) {
    const output = (template as { value?: unknown }).value;
    if (isValue(output) && template.token.kind === outputKind) {
      whole = checkValue(output, true, checking) && whole;
      continue;
    }
    for (const argument of template.arguments?.() ?? []) {
      if (isValue(argument)) whole = checkValue(argument, false, checking) && whole;
      else whole = checkTokens([argument as unknown as Token], true, checking) && whole;
    }
    if (template.children !== undefined) {
      const children = template.children(false, true);
      for (let next = children.next(); ; next = children.next()) {
        if (next.done === true) {
          whole = checkAll(next.value ?? [], checking) && whole;
          break;
        }
      }
    }
  }
  return whole;
}

/** TokenKind.Output of Liquid. */
const outputKind = 8;

function isValue(thing: unknown): thing is Value {
  return typeof thing === 'object' && thing !== null && 'filters' in thing && 'initial' in thing;
}

/** `shown`: put out, so that a missing value would leave a hole. */
function checkValue(value: Value, shown: boolean, checking: Checking): boolean {
  const hasDefault = value.filters.some((filter) => filter.name === 'default');
  let whole = checkTokens(value.initial.postfix, !shown || hasDefault, checking);
  for (const filter of value.filters) {
    whole = checkTokens(filter.args.flat() as Token[], true, checking) && whole;
  }
  return whole;
}

function checkTokens(tokens: readonly Token[], hasDefault: boolean, checking: Checking): boolean {
  let whole = true;
  for (const token of tokens) {
    if (typeof token !== 'object' || token === null || token.props === undefined) continue;
    whole = checkPath(token, hasDefault, checking) && whole;
  }
  return whole;
}

function checkPath(token: Token, hasDefault: boolean, checking: Checking): boolean {
  const steps = (token.props ?? []).map(toStep);
  if (token.variable !== undefined || steps.length === 0 || steps.some((step) => step === null)) {
    checking.report(
      'bad-template',
      token.begin,
      token.end,
      'a value is named by a path of words',
      'for example: {{ entry.line.name }}',
    );
    return false;
  }
  const found = lookUp(steps as NamedStep[], { ...checking, source: '', items: [] });
  if (found === null) return false;
  if (found.shape.kind === 'list' || found.shape.kind === 'record') {
    checking.report('bad-template', token.begin, token.end, 'this is a list, and a text shows single values');
    return false;
  }
  if (found.optional && !hasDefault) {
    const path = token.getText().trim();
    checking.report(
      'may-be-missing',
      token.begin,
      token.end,
      `"${path}" may be missing, and the words around it then have a hole`,
      `write {{ ${path} | default: "…" }}, or give the attribute a default in house.yaml`,
    );
  }
  return true;
}

function toStep(token: Token): NamedStep | null {
  const name = typeof token.content === 'string' ? token.content : token.getText();
  if (!/^[A-Za-z_][\w-]*$/.test(name)) return null;
  return { name, start: token.begin, end: token.end };
}

function explain(source: string, error: unknown, report: Report): void {
  const known = error as { message?: string; token?: { begin?: number; end?: number } };
  const start = known.token?.begin ?? 0;
  const end = known.token?.end ?? start + 1;
  const message = (known.message ?? '').split(', file:')[0]?.split(', line:')[0] ?? '';
  const tag = /tag "?([\w-]+)"? not found/.exec(message);
  if (tag !== null) {
    report('bad-template', start, end, `texts have no "${tag[1]}"`, `there is ${allowedTags.join(', ')}`);
    return;
  }
  const filter = /undefined filter: ([\w-]+)/.exec(message);
  if (filter !== null) {
    report('bad-template', start, end, `there is no filter "${filter[1]}"`, `there is ${allowedFilters.join(', ')}`);
    return;
  }
  const open = source.lastIndexOf('{{') > source.lastIndexOf('}}');
  report(
    'bad-template',
    start,
    end,
    open ? 'here a "{{" has no "}}"' : `the text cannot be read: ${message.slice(0, 120)}`,
  );
}
