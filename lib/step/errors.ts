import { describeDiskProblem } from "./disk-problem.ts";

/**
 * A failure that the person running a step can understand and act on. Its message is one whole sentence, or two: what was being
 * done, with which thing, what went wrong; then what to do. It never holds a secret.
 */
export class StepError extends Error {
  override readonly name: string = "StepError";
}

/** A parameter, an option or a document given by the user is wrong. */
export class ParameterError extends StepError {
  override readonly name = "ParameterError";
}

/** Something that is named does not exist, or is hidden from the user whose key is used. */
export class NotFoundError extends StepError {
  override readonly name = "NotFoundError";
}

/** The server knows the user and refuses, or does not know the user. */
export class NotAllowedError extends StepError {
  override readonly name = "NotAllowedError";
}

/** The server does not know who asks: a key or token that is wrong, or that expired on the way. */
export class UnknownUserError extends NotAllowedError {}

/** What is there already contradicts what is asked for. */
export class ConflictError extends StepError {
  override readonly name = "ConflictError";
}

/** The server cannot be reached, or cannot answer now. */
export class UnavailableError extends StepError {
  override readonly name = "UnavailableError";
}

/** The server failed at what it was asked for, and would again. */
export class ServerFailureError extends UnavailableError {}

/** A write left this machine and no answer to it came: only the server knows whether it arrived. */
export class LostAnswerError extends UnavailableError {}

/**
 * Runs `work`; a {@link StepError} that leaves it, or what the operating system says of the disk, is given the context "Failed to <doing>: …",
 * keeping its class.
 * @param doing - an infinitive with the named thing, such as `read the project "Hello World"`
 */
export async function during<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = toStepError(thrown);
    if (error === undefined) throw thrown;
    const context = `Failed to ${doing}: `;
    throw error.message.startsWith(context) ? error : retell(error, `${context}${lowerFirst(error.message)}`);
  }
}

/** The error where it is made for the reader, and what a full disk or a missing folder is told by; undefined for a mistake of ours. */
export function toStepError(error: unknown): StepError | undefined {
  if (error instanceof StepError) return error;
  const sentence = describeDiskProblem(error);
  return sentence === undefined ? undefined : new UnavailableError(sentence, { cause: error });
}

/** The same failure in other words. A new error, since several may wait for the one that failed, and each has a context of its own. */
export function retell(error: StepError, message: string): StepError {
  const again: StepError = Reflect.construct(error.constructor, [message, { cause: error.cause ?? error }]);
  return Object.assign(again, { ...error });
}

/** A sentence as it goes on behind a colon. Only words that begin a sentence and nothing else; a product's or a person's name keeps its capital. */
export function lowerFirst(sentence: string): string {
  return sentence.replace(
    /^(A|An|All|Failed|It|Its|No|Not|Nothing|Several|That|The|There|These|This|Whether)(?=\s)/,
    (word) => word.toLowerCase(),
  );
}
