/** How a command ended, for scripts. */
export const EXIT = {
  done: 0,
  /** Salesforce did not accept what was brought. */
  refused: 1,
  /** What was given on the command line, or what was brought, cannot be used. */
  badInput: 2,
  /** It was not tried: nothing waits for it, or something else stands in the way. */
  declined: 3,
  /** Nobody answered, or nobody knows the answer. */
  noAnswer: 4,
  /** Nothing is wrong, and it goes on when a person, a mail or its time comes. */
  waits: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0    done: accepted, and swapped as far as was waited for; status: nobody is waited for
  1    Salesforce refused it
  2    what was given or brought cannot be used; nothing was tried
  3    declined: nothing waits for it, or the rotation is blocked; the sentence says what to do
  4    no answer, or no clear one
  5    not done yet: it waits for a person, a mail or its time;
       status: a person is waited for, or a credential is blocked;
       doctor: something is wrong
  130  stopped by Ctrl-C; nothing is lost`;

/** Something that ends a command with one sentence. The sentence never holds what a person brought. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
