/**
 * Makes a checkout ready to run: packages installed, a Node that is new enough, pages built. Idempotent; when nothing
 * is to be done it takes some tens of milliseconds and says nothing. Everything it says goes to standard error.
 *
 * Plain JavaScript on built-in modules alone: it runs before the install, on whatever Node the machine has. It is not
 * an npm lifecycle script, because `ignore-scripts=true` would silence that.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** What is needed to run the code: better-sqlite3 13 ends Node 20 without a word, and `.ts` needs type stripping. */
const nodeMinimum = [22, 13];

/** Pages that are built, and the folders whose change makes the build stale. */
const pages = [
  {
    name: 'the cart’s page',
    config: 'cart-display/vite.config.ts',
    out: 'cart-display/dist',
    from: ['cart-display', 'ui', 'protocol'],
  },
  {
    name: 'the store’s pages',
    config: 'store-server/pages/vite.config.ts',
    out: 'store-server/pages/dist',
    from: ['store-server/pages', 'ui', 'protocol'],
  },
];

/** Something a person must do before anything can run; printed as it is, without a stack. */
export class SetupFailure extends Error {}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * @param {{ withPages?: boolean }} [options]
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} the Node to run everything with, and an environment in
 * which plain `node` means the same one.
 */
export async function setUp({ withPages = true } = {}) {
  if (!isInstalled()) await install();
  const node = await nodeToUse();
  const env = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) };
  if (withPages) for (const page of pages) await build(page, node, env);
  return { node, env };
}

/**
 * npm writes `node_modules/.package-lock.json` when an install has come to its end: if it names every version that
 * package-lock.json asks for, nothing is to be done. Optional packages may be missing (other platforms).
 */
function isInstalled() {
  const wanted = readJson('package-lock.json');
  const present = readJson('node_modules/.package-lock.json');
  if (wanted === null) throw new SetupFailure('package-lock.json is missing or unreadable: take a fresh checkout.');
  if (present === null) return false;
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (path === '' || entry.optional === true) return true;
    const found = present.packages[path];
    return found !== undefined && found.version === entry.version;
  });
}

async function install() {
  say('Installing packages (about half a minute the first time) …');
  // Without our own .bin: npm must not run on a Node that it is about to delete.
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'));
  const code = await run('npm', ['ci', '--no-progress', '--loglevel=error'], {
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  if (code !== 0) {
    throw new SetupFailure(
      'npm ci did not succeed (its own words are above). Check that the package registry can be reached, then start again.',
    );
  }
}

/** The Node that npm brought, or the machine's own where it is new enough. */
async function nodeToUse() {
  const brought = join(root, 'node_modules/.bin/node');
  if (existsSync(brought)) {
    const version = await output(brought, ['--version']);
    if (isNewEnough(version)) return brought;
  }
  if (isNewEnough(process.version)) return process.execPath;
  throw new SetupFailure(
    `Kairos needs Node ${nodeMinimum.join('.')} or newer; this is ${process.version}, and npm could not bring a newer one ` +
      `for ${process.platform}-${process.arch}. Install Node 24 and start again.`,
  );
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.trim().replace(/^v/, '').split('.').map(Number);
  return major > nodeMinimum[0] || (major === nodeMinimum[0] && minor >= nodeMinimum[1]);
}

async function build(page, node, env) {
  const stamp = join(root, page.out, '.built-from');
  const sources = fingerprint(page.from);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  say(`Building ${page.name} …`);
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const code = await run(node, [vite, 'build', '--logLevel', 'warn', '-c', page.config], { env });
  if (code !== 0) throw new SetupFailure(`${page.name} could not be built; what vite says is above (npm run build).`);
  writeFileSync(stamp, sources);
}

/** By content, not by date: a checkout sets dates anew. */
function fingerprint(folders) {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!['node_modules', 'dist', 'test'].includes(entry.name)) walk(path);
      } else if (!entry.name.endsWith('.test.ts') && !entry.name.startsWith('.')) add(path);
    }
  };
  add('package-lock.json');
  for (const folder of folders) walk(folder);
  return hash.digest('hex');
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch {
    return null;
  }
}

/** Runs a command to its end with everything it says on standard error; resolves to its exit code. */
export function run(command, args, options = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr], ...options });
    child.on('error', failed);
    child.on('close', (code, signal) => done(signal === null ? code : 1));
  });
}

function output(command, args) {
  return new Promise((done) => {
    let text = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.on('data', (part) => {
      text += part;
    });
    child.on('error', () => done(''));
    child.on('close', () => done(text));
  });
}

/** Runs `main`; a failed set-up ends the process with its sentence and exit code 1. */
export function runOrExplain(main) {
  main().catch((error) => {
    say(error instanceof SetupFailure ? error.message : error.stack);
    process.exitCode = 1;
  });
}
