import { CALL_TIMEOUT_MILLISECONDS } from './jsforce-client.ts';

/** jsforce's own timeout ends with the first byte of an answer; this one bounds the whole call. */
export const DEADLINE_MILLISECONDS = CALL_TIMEOUT_MILLISECONDS + 5_000;

/** The result, or an error named `DeadlineExceeded` when it does not come in time. */
export async function withDeadline<T>(
  call: PromiseLike<T>,
  milliseconds = DEADLINE_MILLISECONDS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`no answer within ${milliseconds} ms`);
      error.name = 'DeadlineExceeded';
      reject(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([call, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
