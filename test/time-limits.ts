/** Milliseconds after which a test hangs. It ends a hang and measures nothing, so it is longer than any test takes on the busiest machine. */
export const longestTest = 600_000;

/** Milliseconds after which what a test waits for does not come any more. */
export const longestWait = 300_000;
