/**
 * Reads a TypeScript source for the architecture test: which modules it names (type imports count, `import()` and
 * `import('…').T` too) and which of the world's doors it opens (clock, timers, chance, network).
 *
 * Parsed by Vite's parser; text is never searched, so a comment or a string that speaks of `Date` is none.
 */
import { parseSync } from 'vite';

export interface SourceReading {
  /** Module specifiers as written. */
  readonly imports: readonly string[];
  /** What it reaches for outside its ports: "Date", "Math.random" … */
  readonly doors: readonly string[];
}

/** Globals that only the real ports (protocol/system-ports.ts) and named exceptions may touch. */
const doorGlobals = new Set(['Date', 'performance', 'setTimeout', 'setInterval', 'fetch']);
/** Modules that hold the same doors under another name. */
const doorModules = new Set(['timers', 'timers/promises', 'perf_hooks']);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Throws where the file cannot be parsed: what cannot be read must not pass. */
export function readSource(path: string, text: string): SourceReading {
  const parsed = parseSync(path, text);
  const problem = parsed.errors[0];
  if (problem) throw new Error(`${path} cannot be parsed: ${problem.message}`);
  const imports: string[] = [];
  const doors: string[] = [];
  visit(parsed.program as unknown as Node, null, '', { imports, doors });
  for (const name of imports) if (doorModules.has(name.replace(/^node:/, ''))) doors.push(name);
  return { imports, doors };
}

function visit(node: Node, parent: Node | null, key: string, found: { imports: string[]; doors: string[] }): void {
  const imported = importOf(node);
  if (imported !== null) found.imports.push(imported);
  const door = doorOf(node, parent, key);
  if (door !== null) found.doors.push(door);
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, node, name, found);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function textOf(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === 'TSLiteralType') return textOf(value.literal);
  return value.type === 'Literal' && typeof value.value === 'string' ? value.value : null;
}

function importOf(node: Node): string | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'TSImportType':
      return textOf(node.source);
    case 'ImportExpression':
      // A computed path cannot be held to any table.
      return textOf(node.source) ?? '<computed>';
    case 'TSExternalModuleReference':
      return textOf(node.expression);
    case 'CallExpression':
      return isNode(node.callee) && node.callee.type === 'Identifier' && node.callee.name === 'require'
        ? (textOf((node.arguments as unknown[])[0]) ?? '<computed>')
        : null;
    default:
      return null;
  }
}

/** Identifiers that are read as values; names of properties, keys and types are none. */
function doorOf(node: Node, parent: Node | null, key: string): string | null {
  if (node.type === 'MemberExpression') {
    const object = isNode(node.object) && node.object.type === 'Identifier' ? String(node.object.name) : '';
    const property = isNode(node.property) ? String(node.property.name ?? textOf(node.property)) : '';
    if (object === 'Math' && property === 'random') return 'Math.random';
    if (['globalThis', 'window', 'self', 'global'].includes(object) && doorGlobals.has(property)) return property;
    return null;
  }
  if (node.type !== 'Identifier' || !doorGlobals.has(String(node.name)) || parent === null) return null;
  if (parent.type === 'MemberExpression' && key === 'property' && parent.computed !== true) return null;
  if (key === 'key' && parent.computed !== true) return null;
  if (parent.type === 'ImportSpecifier' || parent.type === 'ExportSpecifier') return null;
  if (parent.type.startsWith('TS') && parent.type !== 'TSAsExpression' && parent.type !== 'TSNonNullExpression')
    return null;
  return String(node.name);
}
