#!/usr/bin/env node
import { Command } from 'commander';
import { demoCommand } from '../lib/sandbox/demo/demo-command.ts';
import { sandboxCommand } from '../lib/sandbox/serve/sandbox-command.ts';

/** The command line. Each command lives with what it runs; here is only the list. */
const program = new Command('sfrotate')
  .description('Rotates Salesforce passwords and security tokens and swaps every integration secret.')
  .addCommand(demoCommand())
  .addCommand(sandboxCommand());

await program.parseAsync();
