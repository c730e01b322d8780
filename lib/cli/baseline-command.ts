import { writeFileSync } from "node:fs";
import { fromGraph } from "../baseline/graph-to-baseline.ts";
import { renderBaseline } from "../baseline/render-baseline.ts";
import { sections } from "../baseline/sections/index.ts";
import { describeEmpty, describeUnfit, type UnfitLine } from "../graph/list-unfit.ts";
import { readGraph, type GraphReading } from "../graph/read-graph.ts";
import type { Selection } from "../graph/select-resources.ts";
import { placeMachines } from "../mapping/place-machines.ts";
import { ownSpace, type GraphNode, type ResourceGraph } from "../model/graph.ts";
import { openSpace } from "../octopus/spaces.ts";
import { getKind } from "../resources/index.ts";
import { during, ParameterError } from "../step/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { connectionOptions } from "./connection-options.ts";
import { defineCommand, type GivenOf, type OptionDeclarations } from "./declare-command.ts";
import { UsageError } from "./usage-error.ts";

const baselineOptions = {
  "from-space": { type: "boolean", help: "Of what a space has: what a baseline is written of." },
  kind: { type: "string", multiple: true, value: "<kind>", help: "Only resources of this kind, such as account." },
  name: { type: "string", multiple: true, value: "<name or pattern>", help: "Only resources with this name." },
  "polling-machines": {
    type: "boolean",
    help: "Polling Tentacles, too, which would then work for two spaces.",
    formerly: ["with-polling"],
  },
  out: {
    type: "string",
    value: "<file>",
    help: "Into this file.",
    otherwise: "standard output",
    completes: "files",
  },
  replace: { type: "boolean", help: "Over the file that is there." },
  ...connectionOptions,
} as const satisfies OptionDeclarations;

type Given = GivenOf<typeof baselineOptions>;

/** `managed-spaces baseline`. */
export const baselineCommand = defineCommand({
  about: ["More is in docs/baseline.md."],
  options: baselineOptions,
  examples: [
    { title: "all that a space has", line: "managed-spaces baseline --from-space --space Golden --out baseline.yaml" },
    { title: "its accounts alone", line: "managed-spaces baseline --from-space --space Golden --kind account" },
  ],
  run: ({ given }, context) => writeBaseline(given, context),
});

async function writeBaseline(given: Given, context: CommandContext): Promise<number> {
  if (given["from-space"] !== true)
    throw new UsageError("A baseline is written of a space alone. Use managed-spaces baseline --from-space.");
  const { octopus, space: name } = toConnection(given, context);
  const { yaml, count, unfit } = await during(`write a baseline of the space "${name}" at ${octopus.url}`, async () => {
    const space = await openSpace(octopus, name);
    const read = await readGraph(space, ownSpace, { select: toSelection(given) });
    const placed = placeMachines(withoutOthers(read), "asTheyAre", { withPolling: given["polling-machines"] === true });
    const said = fromGraph(placed.graph);
    const reading = { ...said, remarks: [...placed.remarks, ...said.remarks] };
    const named = listUnfit(read, given);
    if (Object.keys(reading.baseline).length === 0)
      throw new ParameterError(`${describeEmpty({ ...read, unfit: named })} Nothing was written.`);
    const about = `What the space "${space.name}" has.`;
    return { yaml: renderBaseline(reading, { about }), count: reading.remarks.length, unfit: named };
  });
  if (given.out === undefined) context.write("stdout", yaml);
  else write(given.out, yaml, given.replace === true);
  for (const line of unfit) context.write("stderr", `${describeUnfit(line)}\n`);
  if (count > 0) context.write("stderr", `${describeCount(count)}\n`);
  return 0;
}

/** Companion projects carry runbooks of these steps: they are made by `managed-spaces install`. */
const companions = "project: __ .*";

function toSelection(given: Given): Selection {
  const { name: names = [] } = given;
  const resources = listWanted(given).flatMap((kind) =>
    names.length > 0 ? names.map((name) => `${kind}: ${name}`) : [kind],
  );
  return { resources, leftOut: [companions], needs: "lookUp" };
}

/** The kinds of which there is something to select. What a name is selected by alone is of any kind that a baseline says. */
function listWanted({ kind: kinds = [], name: names = [] }: Given): string[] {
  if (kinds.length > 0) return [...new Set(kinds)];
  return names.length > 0 ? [...new Set(sections.map((section) => section.kind))] : [];
}

/** Without the step templates that are there for steps alone: a baseline has no steps, and of each template the version that it has now. */
function withoutOthers({ graph, stepTemplates }: GraphReading): ResourceGraph {
  const own = new Set(stepTemplates.map((key) => JSON.stringify(key)));
  const isOwn = ({ kind, key }: GraphNode): boolean =>
    getKind(kind).isVersioned !== true || own.has(JSON.stringify(key));
  return { ...graph, nodes: graph.nodes.filter(isOwn) };
}

/** Of names that are looked for in several kinds, those that are in none. */
function listUnfit({ unfit, source: { space } }: GraphReading, given: Given): UnfitLine[] {
  const kinds = listWanted(given).length;
  return [...new Set(given.name)].flatMap((name) => {
    const own = unfit.filter(({ pattern }) => pattern === name.trim());
    const near = own.map((line) => line.near).find((sentence) => sentence !== "") ?? "";
    const text = `the name "${name}" selects nothing in the space "${space.name}"`;
    return own.length < kinds ? [] : [{ pattern: name, text, near }];
  });
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
