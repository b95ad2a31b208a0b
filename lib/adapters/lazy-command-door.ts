import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { CommandDoor } from '../core/ports/command-door.ts';
import type { Command, CommandOutcome } from '../core/watch/command.ts';
import type { CommandDoorOptions } from './lambda-command-door.ts';

/** The door, loaded when somebody comes with a command: most visits only look. */
export class LazyCommandDoor implements CommandDoor {
  readonly #load: () => Promise<CommandDoor>;
  #loaded: Promise<CommandDoor> | undefined;

  constructor(client: LambdaClientConfig, options: CommandDoorOptions) {
    this.#load = async () => {
      const [{ LambdaCommandDoor }, { LambdaClient }] = await Promise.all([
        import('./lambda-command-door.ts'),
        import('@aws-sdk/client-lambda'),
      ]);
      return new LambdaCommandDoor(new LambdaClient(client), options);
    };
  }

  async send(command: Command): Promise<CommandOutcome> {
    this.#loaded ??= this.#load();
    return (await this.#loaded).send(command);
  }
}
