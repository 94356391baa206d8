/** `npm start`: makes the checkout ready, saying what takes time, then runs the store with its simulated shoppers. */
import process from 'node:process';
import { runNode } from './run.mjs';
import { runOrExplain, setUp } from './setup.mjs';

runOrExplain(async () => {
  const { node, env } = await setUp();
  process.exitCode = await runNode({ node, env, args: ['simulation/start/main.ts', ...process.argv.slice(2)] });
});
