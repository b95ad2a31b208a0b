import * as z from 'zod';
import { explainInvokeFault } from '../adapters/lambda-faults.ts';
import { LazyCommandDoor } from '../adapters/lazy-command-door.ts';
import { DEFAULT_COMMAND_FUNCTION } from '../core/config/deployed-names.ts';
import { CommandNotCarriedOut, RotationRefused, UnknownCredential } from '../core/errors.ts';
import type { OperatorDoor } from '../core/ports/command-door.ts';
import { CliError, EXIT } from './exit-codes.ts';

export const DEFAULT_SANDBOX = 'http://127.0.0.1:8787';

/** Longer than the function may run, so that its own answer comes first. */
const TIMEOUT_MILLISECONDS = 120_000;
const SANDBOX_TIMEOUT_MILLISECONDS = 5_000;

/** Where the service is, as it was written on the command line. */
export interface PlaceOptions {
  readonly profile?: string;
  readonly region?: string;
  /** Name or ARN. */
  readonly function?: string;
  /** Its address; `true` for the default one. */
  readonly sandbox?: string | true;
}

/**
 * The way to the function that takes commands.
 *
 * @throws CliError with a sentence that says what to do, here and whenever something is sent.
 */
export async function openDoor(
  options: PlaceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OperatorDoor> {
  return options.sandbox === undefined
    ? awsDoor(options, environment)
    : sandboxDoor(options.sandbox === true ? DEFAULT_SANDBOX : options.sandbox);
}

function awsDoor(
  { profile, region, function: named }: PlaceOptions,
  environment: Readonly<Record<string, string | undefined>>,
): OperatorDoor {
  const functionName = named ?? environment['SFROTATE_FUNCTION'] ?? DEFAULT_COMMAND_FUNCTION;
  const client = {
    userAgentAppId: 'sfrotate',
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
  };
  const door = new LazyCommandDoor(client, { functionName, timeoutMilliseconds: TIMEOUT_MILLISECONDS });
  return inSentences(door, (cause) => explainInvokeFault(cause, { functionName, profile }));
}

const description = z.object({
  region: z.string(),
  credentialsForAnyAwsClient: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  lambda: z.object({ endpoint: z.string().refine(isOnThisMachine), commandFunction: z.string() }),
});

async function sandboxDoor(address: string): Promise<OperatorDoor> {
  const { region, credentialsForAnyAwsClient: credentials, lambda } = await describe(address);
  const door = new LazyCommandDoor(
    { region, credentials, endpoint: lambda.endpoint, userAgentAppId: 'sfrotate' },
    { functionName: lambda.commandFunction, timeoutMilliseconds: TIMEOUT_MILLISECONDS },
  );
  return inSentences(
    door,
    () => 'The sandbox gives no answer. Nothing is lost; start it again with its folder.',
  );
}

/** What `/sandbox.json` says. A sandbox is on this machine: a token is sent to no other. */
async function describe(address: string): Promise<z.output<typeof description>> {
  if (!isOnThisMachine(address))
    throw new CliError(
      EXIT.badInput,
      `--sandbox takes the address of a sandbox on this machine, such as ${DEFAULT_SANDBOX}.`,
    );
  const answer = await ask(new URL('/sandbox.json', address));
  const parsed = description.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new CliError(
    EXIT.noAnswer,
    `What answers at ${new URL(address).origin} is no sandbox of this version.`,
  );
}

async function ask(url: URL): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(SANDBOX_TIMEOUT_MILLISECONDS) });
    return await response.json().catch(() => undefined);
  } catch {
    throw new CliError(
      EXIT.noAnswer,
      `No sandbox answers at ${url.origin}. Start one with "npm run sandbox", or say where it is: --sandbox ${DEFAULT_SANDBOX}.`,
    );
  }
}

function isOnThisMachine(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

function inSentences(door: OperatorDoor, explain: (cause: unknown) => string): OperatorDoor {
  const told = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof CommandNotCarriedOut ? inASentence(error, explain) : error;
    }
  };
  return {
    send: (command) => told(door.send(command)),
    ask: (query) => told(door.ask(query)),
  };
}

function inASentence(
  { message, cause, fault }: CommandNotCarriedOut,
  explain: (cause: unknown) => string,
): CliError {
  switch (fault) {
    case UnknownCredential.name:
      return new CliError(EXIT.badInput, message);
    // What is sent is checked here, so the function is of a version that has other commands.
    case RotationRefused.name:
      return new CliError(
        EXIT.noAnswer,
        'The function does not know this command: it is of another version than this sfrotate. Deploy it again, or use the sfrotate that it was deployed with. Nothing was changed.',
      );
    default:
      return new CliError(EXIT.noAnswer, cause === undefined ? message : explain(cause));
  }
}
