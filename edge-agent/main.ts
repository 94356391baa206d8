/**
 * `npm run edge -- [COMMAND] [--config FILE]`: the edge agent, and what helps whoever looks after it. Each command is a
 * file of its own in `cli/`; a command loads what it needs when it runs, so that the agent carries nobody else's code.
 */
import { Command } from 'commander';
import { calibrateCommand } from './cli/calibrate.ts';
import { claimCommand } from './cli/claim.ts';
import { doctorCommand } from './cli/doctor.ts';
import { rejectedCommand } from './cli/rejected.ts';
import { runCommand } from './cli/run.ts';

const program = new Command('edge').description('serial devices and radio of a cart, a till or a gateway');
// Without a command the agent runs.
program.addCommand(runCommand(), { isDefault: true });
program.addCommand(calibrateCommand());
program.addCommand(claimCommand());
program.addCommand(doctorCommand());
program.addCommand(rejectedCommand());
await program.parseAsync();
