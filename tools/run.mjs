/**
 * `node tools/run.mjs FILE ARGS…`: makes the checkout ready, then runs FILE on the Node that npm brought, with this
 * process's standard streams. Signals go through to it, and its exit code comes back.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { runOrExplain, SetupFailure, setUp } from './setup.mjs';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Resolves to the exit code, 128 + n where signal n ended it. The child must bear the same signal twice: a terminal
 * sends Ctrl-C to it as well. */
export function runNode({ node, env, args }) {
  return new Promise((done, failed) => {
    const child = spawn(node, args, { stdio: 'inherit', env });
    const forward = (signal) => child.kill(signal);
    for (const signal of forwarded) process.on(signal, forward);
    child.on('error', failed);
    child.on('close', (code, signal) => {
      for (const name of forwarded) process.off(name, forward);
      done(signal === null ? code : 128 + constants.signals[signal]);
    });
  });
}

/**
 * Headquarters pass on what comes in as bytes: new objects are few at a time and soon gone. With half the room for them
 * (24 MB) the process takes 40 MB less, and is no slower (`npm run bench -- night`, `away`).
 */
const nodeFlags = { 'hq-sync/main.ts': ['--max-semi-space-size=8'] };

/** What shows or serves pages; the others start without a build. */
function needsPages(file) {
  return !/^(edge-agent\/|store-server\/cli\/|protocol\/|simulation\/main)/.test(file);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  runOrExplain(async () => {
    const [file, ...rest] = process.argv.slice(2);
    if (file === undefined) throw new SetupFailure('Usage: node tools/run.mjs FILE ARGS…');
    const { node, env } = await setUp({ withPages: needsPages(file) });
    process.exitCode = await runNode({ node, env, args: [...(nodeFlags[file] ?? []), file, ...rest] });
  });
}
