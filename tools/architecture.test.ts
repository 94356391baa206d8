/**
 * Holds the shape of the house (DESIGN section 2): which place may import which, that nothing pure does I/O, and that
 * clock, timers, chance and network are reached through the ports alone. Independent of the linter.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSource } from './source-reading.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Place → places and folders it may import beside itself. The first matching row holds. */
const mayImport: readonly (readonly [path: string, allowed: readonly string[]])[] = [
  ['protocol/', []],
  ['dialogue/', ['protocol/']],
  ['ui/', ['protocol/']],
  ['edge-agent/', ['protocol/']],
  ['cart-display/', ['protocol/', 'ui/']],
  // Examples of the documents run in tests, and know no more of us than their readers do.
  ['docs/examples/', ['protocol/']],
  [
    'store-server/test/',
    ['store-server/', 'protocol/', 'dialogue/', 'ui/', 'edge-agent/', 'hq-sync/link/', 'docs/examples/'],
  ],
  ['store-server/', ['protocol/', 'dialogue/', 'ui/', 'edge-agent/', 'hq-sync/link/']],
  ['hq-sync/test/', ['hq-sync/', 'protocol/', 'dialogue/', 'ui/', 'docs/examples/']],
  ['hq-sync/', ['protocol/', 'dialogue/', 'ui/']],
  ['simulation/world/', ['protocol/', 'dialogue/', 'edge-agent/', 'store-server/', 'hq-sync/', 'cart-display/', 'ui/']],
  ['simulation/test/', ['simulation/', 'protocol/', 'ui/test/']],
  ['simulation/', ['protocol/']],
  [
    'bench/',
    ['protocol/', 'dialogue/', 'edge-agent/', 'store-server/', 'hq-sync/', 'cart-display/', 'ui/', 'simulation/'],
  ],
  ['tools/', []],
  ['vitest.config.ts', []],
];

/** Pure: no I/O, no clock, no chance but what is passed in; runs in a browser too. */
const isPure = (path: string): boolean => /^(protocol|dialogue)\//.test(path) && !/^protocol\/generate\//.test(path);

/** Libraries without I/O that pure code may use. */
const pureLibraries = ['zod', 'yaml', 'liquidjs', '@marcbachmann/cel-js', '@noble/hashes'];

/** Files that may open a door to the world by themselves, and which. All others take ports. */
const doorsAllowed: readonly (readonly [path: RegExp, doors: readonly string[], why: string])[] = [
  [/^protocol\/system-ports\.ts$/, ['Date', 'performance', 'setTimeout', 'Math.random'], 'it is the real ports'],
  [/^protocol\/time\.ts$/, ['Date'], 'formats and parses instants that are passed in'],
  [
    /\.test\.ts$|\/test\//,
    ['Date', 'performance', 'setTimeout', 'setInterval', 'fetch', 'Math.random', 'timers/promises'],
    'tests drive real processes',
  ],
  [
    /^bench\//,
    ['Date', 'performance', 'setTimeout', 'setInterval', 'fetch', 'perf_hooks', 'timers/promises'],
    'measures the machine',
  ],
  [
    /^simulation\/(start|replay|chaos|process)\//,
    ['Date', 'performance', 'setTimeout', 'fetch', 'timers/promises'],
    'drives real processes in real time',
  ],
  [/^cart-display\/shell\/store-question\.ts$/, ['fetch'], 'it is the shell’s one question to the store'],
  [/^store-server\/pages\/manager\/link\/store-actions\.ts$/, ['fetch'], 'it is the manager’s page asking the store'],
  [/^store-server\/pages\/sign-in\/store-line\.ts$/, ['fetch'], 'it is the sign-in page asking the store'],
  [/^store-server\/http\/metrics\.ts$/, ['perf_hooks'], 'the lag of its own event loop is what it measures'],
];

/** Loads what its first argument names, from its own folder alone. */
const isDispatcher = (path: string): boolean => path === 'bench/main.ts';

const isTest = (path: string): boolean => /\.test\.tsx?$|\/test\//.test(path);

interface Source {
  readonly path: string;
  readonly text: string;
}

function everySource(): Source[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.mts'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const paths = [...new Set(listed.split('\n'))].filter((path) => path !== '' && existsSync(join(root, path)));
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** What a module specifier in `from` means: a path of ours from the root, or the name of a package. */
function resolveImport(from: string, specifier: string): { ours: string } | { library: string } {
  if (specifier.startsWith('.')) return { ours: join(dirname(from), specifier) };
  const own = /^@kairos\/(.+)$/.exec(specifier);
  if (own?.[1] !== undefined) return { ours: own[1] };
  const [scope = '', name = ''] = specifier.split('/');
  return { library: scope.startsWith('@') ? `${scope}/${name}` : scope };
}

function violationsOf({ path, text }: Source): string[] {
  const { imports, doors } = readSource(path, text);
  const row = mayImport.find(([prefix]) => path.startsWith(prefix));
  if (row === undefined) return [`${path} belongs to no place of DESIGN section 2`];
  return [
    ...imports.flatMap((specifier) => importViolation(path, specifier, row)),
    ...doors.flatMap((door) => doorViolation(path, door)),
  ];
}

function importViolation(path: string, specifier: string, [place, allowed]: (typeof mayImport)[number]): string[] {
  if (specifier === '<computed>') return isTest(path) || isDispatcher(path) ? [] : [`${path} imports a computed path`];
  const target = resolveImport(path, specifier);
  if ('ours' in target) {
    const home = place === 'simulation/world/' ? 'simulation/' : place;
    if ([home, ...allowed].some((prefix) => target.ours.startsWith(prefix))) return [];
    return [`${path} may not import ${target.ours}`];
  }
  if (!isPure(path) || isTest(path)) return [];
  const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(target.library);
  if (!isBuiltin && pureLibraries.includes(target.library)) return [];
  return [`${path} is pure and may not import ${specifier}`];
}

function doorViolation(path: string, door: string): string[] {
  const name = door.replace(/^node:/, '');
  const isAllowed = doorsAllowed.some(([pattern, doors]) => pattern.test(path) && doors.includes(name));
  return isAllowed ? [] : [`${path} reaches for ${name}; take it from the ports (protocol/ports.ts)`];
}

describe('the sources as they are', () => {
  const sources = everySource();

  it('are found: an architecture test that sees nothing passes everything', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.map((source) => source.path)).toContain('protocol/system-ports.ts');
  });

  it('keep the table of places, the purity of the pure, and the ports', () => {
    expect(sources.flatMap(violationsOf)).toEqual([]);
  });
});

describe('each rule refuses a planted violation', () => {
  const cases: readonly (readonly [name: string, path: string, text: string, says: string])[] = [
    ['a place outside its row', 'edge-agent/x.ts', `import '@kairos/dialogue/compiled.ts';`, 'may not import dialogue'],
    ['a type import', 'protocol/x.ts', `import type { A } from '@kairos/ui/a.tsx';`, 'may not import ui'],
    [
      'an import inside a type',
      'ui/x.ts',
      `type A = import('@kairos/store-server/a.ts').A;`,
      'may not import store-server',
    ],
    [
      'a dynamic import',
      'cart-display/x.ts',
      `await import('@kairos/store-server/main.ts');`,
      'may not import store-server',
    ],
    ['a re-export', 'dialogue/x.ts', `export * from '@kairos/edge-agent/a.ts';`, 'may not import edge-agent'],
    ['a way round by a relative path', 'dialogue/a/x.ts', `import '../../ui/a.tsx';`, 'may not import ui'],
    [
      'more of hq-sync than the link',
      'store-server/x.ts',
      `import '@kairos/hq-sync/server.ts';`,
      'may not import hq-sync',
    ],
    [
      'the simulation reaching inside',
      'simulation/x.ts',
      `import '@kairos/store-server/a.ts';`,
      'may not import store-server',
    ],
    ['a computed path', 'ui/x.ts', `const where = 'y'; await import(where);`, 'computed'],
    ['I/O in the pure', 'dialogue/x.ts', `import { readFileSync } from 'node:fs';`, 'may not import node:fs'],
    ['I/O in the pure, old style', 'protocol/x.ts', `import fs from 'fs';`, 'may not import fs'],
    ['a library with I/O in the pure', 'dialogue/x.ts', `import mqtt from 'mqtt';`, 'may not import mqtt'],
    ['the clock', 'store-server/x.ts', `export const at = Date.now();`, 'reaches for Date'],
    [
      'the clock by another name',
      'store-server/x.ts',
      `const D = Date; export const at = D.now();`,
      'reaches for Date',
    ],
    ['a timer', 'edge-agent/x.ts', `setTimeout(() => {}, 5);`, 'reaches for setTimeout'],
    ['a timer through the window', 'ui/x.tsx', `window.setTimeout(() => {}, 5);`, 'reaches for setTimeout'],
    [
      'a timer as a module',
      'edge-agent/x.ts',
      `import { setTimeout as s } from 'node:timers/promises';`,
      'timers/promises',
    ],
    ['chance', 'dialogue/x.ts', `export const dice = Math.random();`, 'reaches for Math.random'],
    ['chance, spelled otherwise', 'dialogue/x.ts', `export const dice = Math['random']();`, 'reaches for Math.random'],
    ['the network', 'store-server/x.ts', `await fetch('http://x');`, 'reaches for fetch'],
    ['performance', 'bench-not/x.ts', `performance.now();`, 'belongs to no place'],
  ];

  it.each(cases)('%s', (_name, path, text, says) => {
    const found = violationsOf({ path, text });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(says);
  });

  it('and lets be what only looks like one', () => {
    const innocent = [
      `// Date.now() and setTimeout are forbidden here`,
      `const text = 'Math.random()';`,
      `const port = { fetch: 1, Date: 2 };`,
      `export const value = port.fetch + text.length;`,
      `export type When = Date;`,
    ].join('\n');
    expect(violationsOf({ path: 'store-server/x.ts', text: innocent })).toEqual([]);
  });
});
