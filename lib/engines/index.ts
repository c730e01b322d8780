import type { ResourceGraph } from "../model/graph.ts";
import type { Engine, PackedPart, PackOptions } from "./engine.ts";
import { rest } from "./rest.ts";
import { terraform } from "./terraform.ts";

/** Every engine, by what it is called where one is chosen. */
export const engines = { apply: rest, terraform } satisfies Record<string, Engine>;

export type EngineId = keyof typeof engines;

export function isEngineId(id: string): id is EngineId {
  return Object.hasOwn(engines, id);
}

/** What all engines need in a package, so that each can deploy it. */
export function packForEngines(graph: ResourceGraph, options: PackOptions): PackedPart {
  const all: Engine[] = Object.values(engines);
  const parts = all.flatMap((engine) => engine.pack?.(graph, options) ?? []);
  return {
    files: new Map(parts.flatMap(({ files }) => [...files])),
    remarks: parts.flatMap(({ remarks }) => remarks),
  };
}
