/**
 * `npm run store -- --config FILE`: the store server as a process. Its other commands set up devices (`cli/devices.ts`)
 * and people (`cli/staff.ts`), and hash a customer's PIN (`cli/customer-pin.ts`). Writes `runtime.json` into its data
 * folder once it answers; ends in order on SIGTERM and SIGINT; reads goods, customers, dialogues and the list of staff
 * anew on SIGHUP. Every fault of its configuration, its floor plan and its dialogues is said at once, before anything is
 * opened; `--check` says them, and which rows of goods and customers are left out, and starts nothing (`--json`: as one
 * object, counted by reason).
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { Command } from 'commander';
import { CredentialFileError } from './broker/credentials.ts';
import { customerPinCommand } from './cli/customer-pin.ts';
import { deviceCommands } from './cli/devices.ts';
import { inspect, inspectionJson, inspectionText } from './cli/inspection.ts';
import { staffCommand } from './cli/staff.ts';
import { faultsText, loadConfig } from './config.ts';
import { JournalFileError } from './journal/database.ts';
import { createLog } from './log.ts';
import { BrokenDialoguesError } from './releases/current-release.ts';
import { StaffFileError } from './staff/staff-database.ts';
import { startStore } from './store.ts';
import { TlsFileError } from './tls/tls-files.ts';

const program = new Command('store').description('the store server, and what sets up its devices');
const run = new Command('run')
  .description('runs the store (the default)')
  .requiredOption('--config <file>', 'the store’s configuration, YAML')
  .option('--check', 'says what is wrong with it and with the files it names, and starts nothing', false)
  .option('--json', 'with --check: one object', false)
  .action(runStore);
program.addCommand(run, { isDefault: true });
for (const command of [...deviceCommands(), staffCommand()]) program.addCommand(command);
program.addCommand(customerPinCommand());
await program.parseAsync();

async function runStore({
  config: file,
  check,
  json,
}: {
  config: string;
  check: boolean;
  json: boolean;
}): Promise<void> {
  const loaded = loadConfig({ file, environment: process.env });
  const inspection = inspect(loaded, { withRows: check });
  const { stopping } = inspection;
  if (check) {
    process.stdout.write(`${json ? inspectionJson(inspection) : inspectionText(inspection)}\n`);
    process.exit(stopping.length > 0 ? 1 : 0);
  }
  if (loaded.kind === 'faulty' || stopping.length > 0) {
    process.stderr.write(`${faultsText(stopping)}\n`);
    process.exit(1);
  }
  const { config } = loaded;
  const log = createLog(process.env.KAIROS_LOG ?? 'info');

  const store = await startStore(config, systemPorts, log).catch((error: unknown) => {
    // What a person can mend is said in words; anything else is ours, and keeps its trace.
    const isForPeople = [
      BrokenDialoguesError,
      JournalFileError,
      CredentialFileError,
      StaffFileError,
      TlsFileError,
    ].some((known) => error instanceof known);
    process.stderr.write(
      `${isForPeople ? (error as Error).message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exit(1);
  });
  const runtime = join(config.data, 'runtime.json');
  writeFileSync(
    `${runtime}.new`,
    JSON.stringify({
      pid: process.pid,
      httpPort: store.httpPort,
      httpsPort: store.httpsPort,
      mqttPort: store.mqttPort,
    }),
  );
  renameSync(`${runtime}.new`, runtime);
  log.info({ http: store.httpPort, https: store.httpsPort, mqtt: store.mqttPort }, 'the store is open');

  process.on('SIGHUP', () => store.reload(process.env));
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      log.info({ signal }, 'the store closes');
      rmSync(runtime, { force: true });
      store.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}
