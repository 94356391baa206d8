/** Problems as an author reads them: the place, the line, a caret below it, the message and the way out. */
import type { Problem } from './problem.ts';

/** Longer lines are cut around the place, so that the caret stays in view. */
const shownWidthMax = 120;

export function formatProblems(
  problems: readonly Problem[],
  files: readonly { readonly path: string; readonly text: string }[],
): string {
  const texts = new Map(files.map((file) => [file.path, file.text]));
  const splits = new Map<string, string[]>();
  const linesOf = (path: string): string[] => {
    let lines = splits.get(path);
    if (lines === undefined) {
      lines = (texts.get(path) ?? '').split('\n');
      splits.set(path, lines);
    }
    return lines;
  };
  return problems.map((problem) => frame(problem, linesOf(problem.path))).join('\n\n');
}

function frame(problem: Problem, lines: readonly string[]): string {
  const head = `${problem.path}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message}`;
  const source = lines[problem.line - 1];
  const hint = problem.hint === undefined ? [] : [`  ${problem.hint}`];
  if (source === undefined) return [head, ...hint].join('\n');
  const cutAt = Math.max(0, Math.min(problem.column - 40, source.length - shownWidthMax));
  const from = source.length > shownWidthMax ? cutAt : 0;
  const shown = printable(source.slice(from, from + shownWidthMax));
  const caretAt = problem.column - 1 - from;
  const caretLength = Math.max(1, Math.min(problem.length, shown.length - caretAt));
  const gutter = `${problem.line} | `;
  const blank = `${' '.repeat(String(problem.line).length)} | `;
  return [head, `${gutter}${shown}`, `${blank}${' '.repeat(caretAt)}${'^'.repeat(caretLength)}`, ...hint].join('\n');
}

/** A terminal is shown no control characters and nothing that turns the direction of text. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ');
}
