import { createInterface } from 'node:readline';
import { CliError, EXIT } from './exit-codes.ts';
import { Interrupted } from './hidden-input.ts';

export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where a person is asked, so that what a command prints stays apart. */
  readonly stderr: NodeJS.WritableStream;
}

/**
 * Asks a person whether something is to be done. Everything but a yes is a no.
 *
 * @throws CliError where nobody can be asked; Interrupted on Ctrl-C.
 */
export async function confirmed(question: string, { stdin, stderr }: Terminal): Promise<boolean> {
  if (stdin.isTTY !== true)
    throw new CliError(
      EXIT.badInput,
      'Nobody can be asked here, because this is no terminal: say --yes if that is meant. Nothing was asked for.',
    );
  const line = await answerTo(`${question} [y/N] `, stdin, stderr);
  return /^y(?:es)?$/i.test(line.trim());
}

function answerTo(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input, output });
    reader.once('SIGINT', () => {
      reject(new Interrupted());
      output.write('\n');
      reader.close();
    });
    // The end of the input is no answer.
    reader.once('close', () => resolve(''));
    reader.question(question, (line) => {
      resolve(line);
      reader.close();
    });
  });
}
