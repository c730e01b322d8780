import type { OclBlock } from "./read-ocl.ts";

const named: readonly string[] = ["step", "variable"];

/** For sentences: `the step "deploy" in deployment_process.ocl`. @param above - the blocks around what uses something */
export function describeUser(above: readonly OclBlock[], fileName: string): string {
  const block = above.find(({ name }) => name !== "process");
  const label = block?.labels[0]?.value;
  if (block === undefined || label === undefined) return fileName;
  if (block.name === "process_template") return `the step "${label}" in ${fileName}`;
  return named.includes(block.name) ? `the ${block.name} "${label}" in ${fileName}` : fileName;
}
