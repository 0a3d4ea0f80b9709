import type { Answer } from '#collect/libvirt-answers';
import { maskOutput } from '#formats/secrets/mask-output';

/** Gives the answer of a call, or why there is none, with credentials in the reason masked. Faults of this program are thrown on. */
export async function answerOf<T>(call: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await call };
  } catch (error) {
    if (error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError)) {
      return { error: maskOutput(error.message), remedy: remedyOf(error) };
    }
    throw error;
  }
}

/** Gives an answer with its value computed on; an error stays what it is. */
export const mapAnswer = <T, U>(answer: Answer<T>, compute: (value: T) => U): Answer<U> =>
  'value' in answer ? { value: compute(answer.value) } : answer;

/** All errors of the libvirt room say what a person can do. */
const remedyOf = (error: Error): string | undefined =>
  'doThis' in error && typeof error.doThis === 'string' ? error.doThis : undefined;
