import type { HclBlock } from "./hcl.ts";
import { renderBlocks } from "./render-blocks.ts";

/** What a module's files get, as it is written. */
export interface ModuleFiles<Content> {
  add(file: string, blocks: readonly HclBlock[]): void;
  /** By path below the module. */
  contents: ReadonlyMap<string, Content>;
  /** Those that Terraform would read as another text: it normalizes every string to NFC. */
  listRecomposed(): string[];
}

/** Files as data, for who wants to look at the module. */
export function createBlockFiles(): ModuleFiles<HclBlock[]> {
  const contents = new Map<string, HclBlock[]>();
  return {
    add(file, blocks) {
      const known = contents.get(file) ?? [];
      known.push(...blocks);
      contents.set(file, known);
    },
    contents,
    listRecomposed: () =>
      [...contents].filter(([, blocks]) => isRecomposed(renderBlocks(blocks))).map(([file]) => file),
  };
}

/** Files as text: of a whole space, blocks and texts together would be twice as much. */
export function createTextFiles(): ModuleFiles<string> {
  const contents = new Map<string, string>();
  return {
    add(file, blocks) {
      if (blocks.length === 0) return;
      const known = contents.get(file);
      const text = renderBlocks(blocks);
      contents.set(file, known === undefined ? text : `${known}\n${text}`);
    },
    contents,
    listRecomposed: () => [...contents].filter(([, text]) => isRecomposed(text)).map(([file]) => file),
  };
}

function isRecomposed(text: string): boolean {
  return text !== text.normalize("NFC");
}
