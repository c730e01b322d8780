/** Said of a file whose bytes would be others if it were written again. */
export function describeUntranslated(path: string): string {
  return `The file "${path}" names something that is called otherwise in this space, and stays as the template has it, since it is no UTF-8: save it as UTF-8 in the template's repository.`;
}
