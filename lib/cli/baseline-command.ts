import { writeFileSync } from "node:fs";
import { fromGraph } from "../baseline/graph-to-baseline.ts";
import { renderBaseline } from "../baseline/render-baseline.ts";
import { sections } from "../baseline/sections/index.ts";
import { readGraph } from "../graph/read-graph.ts";
import type { Selection } from "../graph/select-resources.ts";
import { placeMachines } from "../mapping/place-machines.ts";
import { ownSpace } from "../model/graph.ts";
import { openSpace } from "../octopus/spaces.ts";
import { during, ParameterError } from "../step/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { connectionOptions, parseOptions } from "./parse-options.ts";

const baselineOptions = {
  ...connectionOptions,
  "from-space": { type: "boolean" },
  kind: { type: "string", multiple: true },
  name: { type: "string", multiple: true },
  "with-polling": { type: "boolean" },
  out: { type: "string" },
  replace: { type: "boolean" },
} as const;

type Given = ReturnType<typeof parseOptions<typeof baselineOptions>>;

/** `managed-spaces baseline`. @returns the exit code */
export async function runBaseline(context: CommandContext): Promise<number> {
  const given = parseOptions(context.arguments, baselineOptions);
  if (given["from-space"] !== true)
    throw new ParameterError("A baseline is written of a space alone. Use managed-spaces baseline --from-space.");
  const { octopus, space: name } = toConnection(given, context);
  const { yaml, count } = await during(`write a baseline of the space "${name}" at ${octopus.url}`, async () => {
    const space = await openSpace(octopus, name);
    const { graph } = await readGraph(space, ownSpace, { select: toSelection(given) });
    const placed = placeMachines(graph, "asTheyAre", { withPolling: given["with-polling"] === true });
    const said = fromGraph(placed.graph);
    const reading = { ...said, remarks: [...placed.remarks, ...said.remarks] };
    const about = `What the space "${space.name}" has.`;
    return { yaml: renderBaseline(reading, { about }), count: reading.remarks.length };
  });
  if (given.out === undefined) context.write("stdout", yaml);
  else write(given.out, yaml, given.replace === true);
  if (count > 0) context.write("stderr", `${describeCount(count)}\n`);
  return 0;
}

/** Companion projects carry runbooks of these steps: they are made by `managed-spaces install`. */
const companions = "project: __ .*";

/** What a name is selected by alone is of any kind that a baseline says. */
function toSelection({ kind: kinds = [], name: names = [] }: Given): Selection {
  const all = [...new Set(sections.map((section) => section.kind))];
  const wanted = kinds.length > 0 ? kinds : names.length > 0 ? all : [];
  const resources = wanted.flatMap((kind) => (names.length > 0 ? names.map((name) => `${kind}: ${name}`) : [kind]));
  return { resources, leftOut: [companions], needs: "lookUp" };
}

function write(file: string, yaml: string, isReplacing: boolean): void {
  try {
    writeFileSync(file, yaml, { flag: isReplacing ? "w" : "wx" });
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    const advice = isThere
      ? "It is there already: use --replace to write over it."
      : "Name a file in a folder that is there.";
    throw new ParameterError(`The baseline cannot be written to "${file}". ${advice}`, { cause: error });
  }
}

function describeCount(count: number): string {
  return count === 1
    ? "One thing cannot be said in a baseline: a comment tells it."
    : `${count} things cannot be said in a baseline: comments tell them.`;
}
