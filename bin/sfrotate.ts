#!/usr/bin/env node
import { Command } from 'commander';
import { promptCommand, startCommand } from '../lib/cli/link-commands.ts';
import { tokenCommand } from '../lib/cli/token-command.ts';
import { demoCommand } from '../lib/sandbox/demo/demo-command.ts';
import { sandboxCommand } from '../lib/sandbox/serve/sandbox-command.ts';

/** The command line. Each command lives with what it runs; here is only the list. */
const program = new Command('sfrotate')
  .description('Rotates Salesforce passwords and security tokens and swaps every integration secret.')
  .addCommand(tokenCommand())
  .addCommand(startCommand())
  .addCommand(promptCommand())
  .addCommand(demoCommand())
  .addCommand(sandboxCommand());

await program.parseAsync();
