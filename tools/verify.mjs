/** `npm run verify`: types, lint, dead code, the architecture and the quick tests: the inner loop. */
import process from 'node:process';
import { runChecks, runVitest } from './checks.mjs';
import { runOrExplain, say, setUp } from './setup.mjs';

runOrExplain(async () => {
  const ready = await setUp({ withPages: false });
  const failed = (await runChecks(ready)).filter((check) => !check.passed).map((check) => check.name);
  if ((await runVitest({ ...ready, args: ['--project', 'quick'] })) !== 0) failed.push('quick tests');
  say(failed.length === 0 ? 'verify: all passed' : `verify: failed: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
});
