/** What a script body that never pushes has no use for. */
export const refusedPushes = [];
