/** `npm run edge -- claim CODE --config FILE`: gives this device credentials of its own, once. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { configOption, fail, readGivenConfig } from './given-config.ts';

export function claimCommand(): Command {
  return new Command('claim')
    .description('exchanges a one-time code from the store for credentials of this device’s own')
    .argument('<code>', 'as the store shows it: npm run store -- claim DEVICE')
    .addOption(configOption())
    .action(claimOnce);
}

async function claimOnce(code: string, { config: file }: { readonly config: string }): Promise<void> {
  const { device, state, store } = await readGivenConfig(file);
  const { claim } = await import('../uplink/claim.ts');
  const ca = store.caFile === null ? {} : { ca: readFileSync(store.caFile, 'utf8') };
  const outcome = await claim({ url: store.url, device, state, code, ...ca });
  if (outcome.kind !== 'claimed') fail(`${device} has not been claimed: ${outcome.message}`);
  process.stdout.write(`${device} is claimed; its credentials are in ${state}, and nobody else has them\n`);
  if (store.token !== null) {
    process.stdout.write('take the old token out of the configuration and the environment: it goes before them\n');
  }
}
