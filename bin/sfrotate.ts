#!/usr/bin/env node
import { Command } from 'commander';
import { doctorCommand } from '../lib/cli/doctor-command.ts';
import { historyCommand } from '../lib/cli/history-command.ts';
import { promptCommand, startCommand } from '../lib/cli/link-commands.ts';
import { resumeCommand, rollbackCommand, rotateCommand } from '../lib/cli/rotation-commands.ts';
import { statusCommand } from '../lib/cli/status-command.ts';
import { tokenCommand } from '../lib/cli/token-command.ts';
import { demoCommand } from '../lib/sandbox/demo/demo-command.ts';
import { sandboxCommand } from '../lib/sandbox/serve/sandbox-command.ts';

/** The command line. Each command lives with what it runs; here is only the list. */
const program = new Command('sfrotate')
  .description('Rotates Salesforce passwords and security tokens and swaps every integration secret.')
  .addCommand(statusCommand())
  .addCommand(historyCommand())
  .addCommand(doctorCommand())
  .addCommand(rotateCommand())
  .addCommand(resumeCommand())
  .addCommand(rollbackCommand())
  .addCommand(tokenCommand())
  .addCommand(startCommand())
  .addCommand(promptCommand())
  .addCommand(demoCommand())
  .addCommand(sandboxCommand());

await program.parseAsync();
