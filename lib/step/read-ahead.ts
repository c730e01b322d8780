import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";

/** Begins what is waited for later. What goes wrong is told to who waits; where something else went wrong before, nobody does. */
export function readAhead<T>(reading: Promise<T>): Promise<T> {
  reading.catch(() => undefined);
  return reading;
}

/** Milliseconds in which a request that was begun has left, as a rule: Node.js neither connects nor sends while it reads a program. */
const leavingTime = 3;

/**
 * Loads the part of the program that a run needs when the server has answered, while it waits for that: reading it takes longer
 * than all that comes before the first request.
 * @param answer - to a request that was begun just now
 */
export async function loadDuring<T>(answer: Promise<unknown>, load: () => Promise<T>): Promise<T> {
  const isAnswered = answer.catch(() => undefined);
  // After the pause a turn of the loop: a connection that is made by then has its request written in it.
  await Promise.race([isAnswered, pause(leavingTime).then(() => turn())]);
  return load();
}
