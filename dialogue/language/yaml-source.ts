/**
 * One file of YAML, parsed once, with places. Owns what of YAML is accepted: one document, a map at the top, no tags,
 * anchors or aliases (a few lines of aliases can stand for gigabytes), no tabs, bounded size and depth. Says in plain
 * words what YAML's own messages leave dark; never throws.
 */
import { type Alias, type Document, isAlias, isMap, isScalar, parseDocument, visit, type YAMLMap } from 'yaml';
import type { Place, ProblemList } from './problem.ts';

/** A dialogue is some kilobytes. Larger files are a mistake, or an attack. */
export const sourceLengthMax = 128 * 1024;
/** Brackets and indentation may nest this deep. */
const depthMax = 40;

/** The file's map, or null where a problem was found that leaves nothing to read. */
export function parseYaml(text: string, problems: ProblemList): YAMLMap | null {
  if (!isReadableText(text, problems)) return null;
  const document = parseSafely(text, problems);
  if (document === null) return null;
  explainYamlErrors(text, document.errors, problems);
  if (document.errors.length > 0) return null;
  if (/[&*!]/.test(text) && !isPlainTree(document, problems)) return null;
  const root = document.contents;
  if (isMap(root)) return root as YAMLMap;
  problems.error(
    'not-a-map',
    { start: 0, end: 1 },
    'the file is empty, or holds no names with values',
    'it begins with "dialogue: NAME"',
  );
  return null;
}

function parseSafely(text: string, problems: ProblemList): Document | null {
  try {
    return parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  } catch {
    problems.error(
      'yaml',
      { start: 0, end: 1 },
      'the file cannot be read as YAML',
      'compare it with an example of docs/language.md',
    );
    return null;
  }
}

function isReadableText(text: string, problems: ProblemList): boolean {
  if (text.length > sourceLengthMax) {
    problems.error(
      'file-too-large',
      { start: 0, end: 1 },
      `the file has ${text.length} characters; at most ${sourceLengthMax} are read`,
      'one dialogue a file',
    );
    return false;
  }
  const strange = text.search(/[^\P{Cc}\t\n\r]|[\ufffd\ud800-\udfff]/u);
  if (strange !== -1) {
    problems.error(
      'not-text',
      { start: strange, end: strange + 1 },
      'here stands a character that no text holds',
      'save the file as UTF-8',
    );
    return false;
  }
  const tab = /^[ ]*\t/m.exec(text);
  if (tab !== null) {
    const start = tab.index + tab[0].length - 1;
    problems.error(
      'tab',
      { start, end: start + 1 },
      'YAML is indented with blanks, not with tabs',
      'replace the tab by blanks',
    );
    return false;
  }
  const deep = findTooDeep(text);
  if (deep === null) return true;
  problems.error(
    'too-deep',
    { start: deep, end: deep + 1 },
    `nested deeper than ${depthMax} levels`,
    'a bracket is not closed, or the file is none of ours',
  );
  return false;
}

/** Where brackets or compact lists nest too deep; an estimate that errs on the side of reading on. */
function findTooDeep(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x5b || char === 0x7b) depth += 1;
    else if (char === 0x5d || char === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > depthMax) return at;
  }
  const staircase = /(?:[-?:] +){40,}/.exec(text);
  if (staircase !== null) return staircase.index;
  const far = /^ {400,}\S/m.exec(text);
  return far === null ? null : far.index;
}

/** Refuses tags, anchors, aliases and keys that are no words. */
function isPlainTree(document: Document, problems: ProblemList): boolean {
  let plain = true;
  const refuse = (node: { range?: readonly number[] | null }, code: string, message: string, hint: string): void => {
    plain = false;
    problems.error(code, placeOf(node), message, hint);
  };
  visit(document, (_key, node) => {
    if (isAlias(node)) {
      refuse(node as Alias, 'alias', `"*${node.source}" is an alias of YAML, which dialogues do without`, quoteHint);
    } else if (isScalar(node) || isMap(node)) {
      if (node.anchor !== undefined) {
        refuse(node, 'anchor', `"&${node.anchor}" is an anchor of YAML, which dialogues do without`, quoteHint);
      } else if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org')) {
        refuse(node, 'unquoted', `YAML takes "${node.tag}" for a tag, because it begins with "!"`, quoteHint);
      }
    }
    return plain ? undefined : visit.BREAK;
  });
  return plain;
}

const quoteHint = "put the whole condition or text between single quotes: '…'";

/**
 * One slip makes YAML stumble over everything that follows, line after line: a line is spoken of only where the one
 * before it was sound.
 */
function explainYamlErrors(text: string, errors: Document['errors'], problems: ProblemList): void {
  let lastLine = -1;
  for (const error of errors) {
    const { line } = problems.positionOf(error.pos[0]);
    if (line > lastLine + 1 || lastLine === -1) {
      explainYamlError(text, error.code, error.message, error.pos, problems);
    }
    lastLine = Math.max(lastLine, line);
  }
}

/** YAML's message, in the words of someone who has never read its specification. */
function explainYamlError(
  text: string,
  code: string,
  message: string,
  pos: readonly number[],
  problems: ProblemList,
): void {
  const start = pos[0] ?? 0;
  const place = { start, end: pos[1] ?? start + 1 };
  const lineStart = text.lastIndexOf('\n', Math.max(0, start - 1)) + 1;
  const lineEnd = text.indexOf('\n', start);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  if (/\b(where|anyLine|when|audience|key|of|sum|distinct|last|value|to|percent|amount)\s*:\s*\S/.test(line)) {
    const said = /:\s+"/.test(line)
      ? 'it begins with a quotation mark, and YAML takes the text to end at the next one'
      : 'it holds punctuation that YAML keeps for itself (": ", "#", "[", "{", "!", "&", "*", "?", "%", "@", ",")';
    problems.error('unquoted', place, `this condition must be quoted: ${said}`, quoteHint);
    return;
  }
  if (line.includes('{{')) {
    problems.error(
      'unquoted',
      place,
      'a text with {{ }} must be quoted: YAML has a use of its own for braces',
      'put all of it between double quotes: "…"',
    );
    return;
  }
  const known = yamlErrors[code];
  problems.error(
    'yaml',
    place,
    known?.[0] ?? `YAML cannot read this: ${firstLine(message)}`,
    known?.[1] ?? 'look at the indentation, and quote text that holds punctuation',
  );
}

function firstLine(message: string): string {
  return (message.split('\n')[0] as string).slice(0, 120);
}

const yamlErrors: Readonly<Record<string, readonly [string, string]>> = {
  BAD_INDENT: [
    'this line is indented differently from its neighbours',
    'lines that belong together begin in the same column',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'YAML reads a second ": " on this line as another name with a value',
    'put the text between quotes',
  ],
  BLOCK_IN_FLOW: ['a list of lines stands inside { } or [ ]', 'write all of it in brackets, or none'],
  BAD_SCALAR_START: ['a plain text cannot begin with this character', 'put the text between quotes'],
  MISSING_CHAR: ['a quotation mark, bracket or colon is missing', 'look for what was opened here and not closed'],
  MULTILINE_IMPLICIT_KEY: [
    'a name and its ":" must stand on one line',
    'is a ":" missing, or a quotation mark not closed?',
  ],
  MULTIPLE_DOCS: ['a second document begins here ("---")', 'one dialogue a file'],
  UNEXPECTED_TOKEN: ['YAML did not expect this here', 'if it is a text, put all of it between quotes'],
  TAB_AS_INDENT: ['YAML is indented with blanks, not with tabs', 'replace the tab by blanks'],
  BAD_ALIAS: ['YAML takes a "*" for an alias', quoteHint],
};

/** Where a node stands; a node without a range stands at the beginning. */
export function placeOf(node: { range?: readonly number[] | null } | null | undefined): Place {
  const range = node?.range;
  if (range === null || range === undefined) return { start: 0, end: 1 };
  return { start: range[0] as number, end: Math.max((range[0] as number) + 1, range[1] as number) };
}
