import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { OperatorDoor } from '../core/ports/command-door.ts';
import type { Command, CommandOutcome } from '../core/watch/command.ts';
import type { Query, Reports } from '../core/watch/query.ts';
import type { CommandDoorOptions } from './lambda-command-door.ts';

/** The door, loaded when somebody comes with a command: most visits only look. */
export class LazyCommandDoor implements OperatorDoor {
  readonly #load: () => Promise<OperatorDoor>;
  #loaded: Promise<OperatorDoor> | undefined;

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
    return (await this.#door()).send(command);
  }

  async ask<Asked extends Query>(query: Asked): Promise<Reports[Asked['action']]> {
    return (await this.#door()).ask(query);
  }

  #door(): Promise<OperatorDoor> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }
}
