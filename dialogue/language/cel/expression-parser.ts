/** Parses CEL, bounded in length, depth and lists, and says in an author's words why a text is no expression. */
import { type ASTNode, Environment, ParseError } from './cel-library.ts';
import type { Report } from './expression-scope.ts';

export const expressionLengthMax = 1000;

const listLengthMax = 100;

const parser = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 400, maxDepth: 40, maxListElements: listLengthMax, maxCallArguments: 4 },
});

export function parse(source: string, report: Report): ASTNode | null {
  try {
    return parser.parse(source).ast;
  } catch (error) {
    const known = error instanceof ParseError ? error : null;
    const start = known?.range?.start ?? 0;
    const end = Math.max(known?.range?.end ?? source.length, start + 1);
    const [code, message, hint] = explain(source, start, known?.code ?? '', known?.summary ?? 'cannot be read');
    report(code, start, end, message, hint);
    return null;
  }
}

function explain(source: string, start: number, code: string, summary: string): readonly [string, string, string?] {
  if (code === 'limit_exceeded')
    return ['expression-too-large', 'this condition is too large to be tried quickly', 'say it in fewer parts'];
  if (code === 'unterminated_string') {
    return [
      'bad-expression',
      'a text begins here and has no closing quotation mark',
      'a "#" after a blank begins a comment in YAML: quote the whole condition',
    ];
  }
  const before = source.slice(Math.max(0, start - 1), start + 1);
  if (/=/.test(before) && !/==/.test(source.slice(Math.max(0, start - 2), start + 2))) {
    return ['bad-expression', 'a single "=" compares nothing', /=[<>]/.test(source) ? 'write >= or <=' : 'write =='];
  }
  if (/\b(and|or|not)\b/i.test(source))
    return ['bad-expression', `cannot be read: ${summary}`, 'write && for and, || for or, ! for not'];
  if (start >= source.length)
    return ['bad-expression', 'the condition breaks off here', 'something is missing at its end'];
  return [
    'bad-expression',
    `cannot be read: ${summary}`,
    'for example: fact.zone == "suits" && customer.tier == "gold"',
  ];
}
