/**
 * Holds what documents and comments name to the tree: files, folders, links and `npm run` commands. That what is said
 * about them is true, no test can tell.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** May be a file or a folder, as `{ zone }` or `npm test` may not. */
const pathForm = /^(?:[@\w.-]+\/)*[@\w.-]+\/?$/;
/** Files of ours wherever they stand. Those of other endings may be the reader's own (`hq.yaml`, `addresses.csv`). */
const sourceName = /[\w-]+\.(?:ts|tsx|mjs|css)$/;

interface Tree {
  readonly files: readonly string[];
  readonly folders: ReadonlySet<string>;
  /** What a path may end in: the names of files, with as many of their folders as one likes. */
  readonly endings: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
}

interface Text {
  readonly path: string;
  readonly text: string;
}

function readTree(): Tree {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  });
  const files = listed.split('\n').filter((path) => path !== '');
  const folders = new Set(
    files.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, at, parts) => parts.slice(0, at + 1).join('/')),
    ),
  );
  const endings = new Set(
    [...files, ...folders].flatMap((path) => path.split('/').map((_, at, parts) => parts.slice(at).join('/'))),
  );
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  return { files, folders, endings, scripts: new Set(Object.keys(scripts)) };
}

/** Of a path that a text in `from` names; a path of the reader's own machine is none of ours. */
function isMissing(tree: Tree, from: string, named: string): boolean {
  const path = named.replace(/\/$/, '').replace(/^@kairos\//, '');
  if (path.startsWith('../')) return sourceName.test(path) && !tree.endings.has(normalize(join(dirname(from), path)));
  const [place = ''] = path.split('/');
  const isOurs = path.includes('/') && tree.folders.has(place);
  return (isOurs || sourceName.test(path)) && !tree.endings.has(path);
}

function commandsIn(text: string): string[] {
  return [...text.matchAll(/\bnpm run (?:(?:-s|--silent) )?([a-z][a-z:-]*)/g)].map(([, name]) => name as string);
}

function untruthsOf(tree: Tree, { path, text }: Text): string[] {
  const spans = [...text.replace(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span as string);
  const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link]) => link as string);
  return [
    ...spans.filter((span) => pathForm.test(span) && isMissing(tree, path, span)),
    ...links.filter((link) => !tree.endings.has(normalize(join(dirname(path), link)))),
    ...commandsIn(text).filter((name) => !tree.scripts.has(name)),
  ].map((named) => `${path} names ${named}`);
}

/** Comments name files by their places, or by their names alone between backticks. */
function untruthsOfComments(tree: Tree, { path, text }: Text): string[] {
  const comments = [...text.matchAll(/\/\*.*?\*\/|(?<![:'"`])\/\/.*?$/gms)].map(([comment]) => comment).join('\n');
  const named = [
    ...[...comments.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span as string).filter((span) => sourceName.test(span)),
    ...[...comments.matchAll(/(?<![\w./@-])@?[\w-]+(?:\/[\w.-]+)+\.(?:tsx?|mjs|css|md|yaml)\b/g)].map(([name]) => name),
  ].filter((name) => pathForm.test(name) && isMissing(tree, path, name));
  const commands = commandsIn(comments).filter((name) => !tree.scripts.has(name));
  return [...new Set([...named, ...commands])].map((name) => `${path} names ${name}`);
}

const tree = readTree();
const read = (ending: RegExp): Text[] =>
  tree.files
    .filter((path) => ending.test(path) && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

it('documents name files, folders, links and commands that are there', () => {
  const documents = read(/\.md$/);
  expect(documents.map(({ path }) => path)).toContain('ARCHITECTURE.md');
  expect(documents.flatMap((document) => untruthsOf(tree, document))).toEqual([]);
});

it('comments name files and commands that are there', () => {
  // This file plants untruths.
  const sources = read(/\.(?:tsx?|mjs|css)$/).filter(({ path }) => path !== 'tools/documents.test.ts');
  expect(sources.flatMap((source) => untruthsOfComments(tree, source))).toEqual([]);
});

it.each([
  ['a file of ours', 'see `protocol/no-such.ts`'],
  ['a folder of ours', 'stands in `dialogue/nowhere/`'],
  ['a source by its name', 'in `no-such-noun.ts`'],
  ['a link', '[how](docs/no-such.md)'],
  ['a command', '```sh\nnpm run no-such -- --json\n```'],
])('%s that is not there is noticed', (_name, text) => {
  expect(untruthsOf(tree, { path: 'README.md', text })).toHaveLength(1);
});

it('a comment that names what is not there is noticed, and what is there is not', () => {
  const text = [
    '/** As `no-such-noun.ts` has it, and protocol/facts.ts; `npm run no-such`. */',
    "const url = 'https://example/protocol/x.ts'; // protocol/no-such.ts",
  ].join('\n');
  const missing = ['no-such-noun.ts', 'protocol/no-such.ts', 'no-such'];
  expect(untruthsOfComments(tree, { path: 'ui/x.ts', text })).toEqual(missing.map((name) => `ui/x.ts names ${name}`));
});
