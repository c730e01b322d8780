import { ServerFailureError, StepError, UnavailableError, UnknownUserError } from "../step/errors.ts";

/** What came of a question that the user may not be allowed to ask. */
export type Answer<T> = { value: T } | { refusal: string; isFailure: boolean };

/**
 * Asks, and takes a refusal for an answer.
 * @throws what tells that nothing else would be answered either: a key that is not known, a server that does not answer
 */
export async function ask<T>(question: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await question() };
  } catch (error) {
    if (isEndOfTalk(error) || !(error instanceof StepError)) throw error;
    return { refusal: error.message, isFailure: error instanceof ServerFailureError };
  }
}

/** Whether the whole instance is silent, or does not know who asks. */
export function isEndOfTalk(error: unknown): boolean {
  if (error instanceof ServerFailureError) return false;
  return error instanceof UnknownUserError || error instanceof UnavailableError;
}
