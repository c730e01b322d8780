/** What a script body that never pushes has no use for: a host's rules are about pushes. */
export const refusedByRules = [];
