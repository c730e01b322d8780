/** Whether a field of a body is the graph's own and not Octopus's, such as the `$id` of an item: no module says it. */
export function isOwnField(field: string): boolean {
  return field.startsWith("$");
}
