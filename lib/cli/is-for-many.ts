/** Whether the words behind `managed-spaces run` mean a runbook for many tenants, and no step. */
export function isForMany(given: readonly string[]): boolean {
  return given.some((one) => /^--(tenants|tag|ring)(=|$)/.test(one));
}
