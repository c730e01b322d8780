import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { neverChangesParameter, templateParameters } from "../../lib/copies/copy-parameters.ts";
import { count } from "../../lib/copies/describe-update.ts";
import { renderTable } from "../../lib/copies/render-table.ts";
import { managedSpaceParameters } from "../../lib/octopus/connection-parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";
import { openSpaces } from "../../lib/copies/open-spaces.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during, ParameterError } from "../../lib/step/errors.ts";
import { secret, select, text } from "../../lib/step/parameters.ts";
import { listFromReceipts, listFromStates, type DownstreamProject } from "./list-projects.ts";
import { readLocalStates, readPgStates, type StateProject } from "./read-terraform-state.ts";
import { renderProjects } from "./render-projects.ts";

export const step = defineStep({
  id: "94f1c3ab-2e60-4b7d-8f15-d0a86c59e707",
  name: "Managed Spaces - List Downstream Projects",
  version: 1,
  prefix: "ListDownstreamProjects",
  description:
    "Lists the copies of a template in a managed space, as the receipts there tell; and those that Terraform made from modules of octoterra, as Terraform's state tells. Changes nothing.",

  parameters: {
    ...templateParameters(),
    ...managedSpaceParameters({
      may: "view projects, library variable sets and, for the last change, events (`EventView`) in the managed space",
    }),
    terraformBackend: select({
      label: "Terraform Backend",
      help: "Where the state of projects is that Terraform made. Every workspace is read.",
      options: { none: "None", local: "local: state files", pg: "pg: a PostgreSQL database" },
      default: "none",
    }),
    terraformDirectory: text({
      label: "Terraform State Directory",
      help: "For `local`: the directory on the worker that has `terraform.tfstate` and `terraform.tfstate.d`.",
      optional: true,
    }),
    terraformConnection: secret({
      label: "Terraform Connection",
      help: "For `pg`: the connection string, such as `postgres://user:password@host:5432/hello_world`. The worker needs Terraform 1.6 or newer.",
      optional: true,
    }),
    terraformSchema: text({
      label: "Terraform Schema",
      help: "For `pg`: the schema with the state. Blank for Terraform's own.",
      optional: true,
    }),
    onlyPlan: neverChangesParameter(),
  },

  outputs: {
    Projects:
      "The projects, as JSON: a list with `space`, `spaceId`, `project`, `projectId`, `url`, `repository`, `branch`, `packageVersion`, `commit`, `lastChange`, `source` and `isDeleted`.",
    Count: "How many there are.",
  },

  examples: [
    { title: "The copies in the space of the tenant", parameters: {} },
    {
      title: "With those that Terraform made",
      parameters: { terraformBackend: "local", terraformDirectory: "/var/lib/terraform/hello_world" },
    },
  ],

  async run({ input, log, setOutput, attach, mask, workingDirectory, signal, readVariable }) {
    const opening = readAhead(openSpaces(input, { log, mask, signal, readVariable }));
    const { openTemplate } = await loadDuring(opening, () => import("../../lib/copies/open-template.ts"));
    const { template, space, projects } = await during(`list the copies of "${input.project}"`, async () => {
      const open = await openTemplate(await opening, input);
      const copies = await listFromReceipts(open.copies);
      const states = await readStates(input, { workingDirectory, signal });
      return {
        template: open.template.name,
        space: open.managed.name,
        projects: [...copies, ...listFromStates(states, copies)],
      };
    });

    if (projects.length > 0) for (const line of renderTable(headings, projects.map(toRow))) log.info(line);
    const page = join(workingDirectory, "downstream-projects.html");
    await writeFile(page, renderProjects(projects, { template }));
    attach(page, `Downstream projects of ${template} in ${space}.html`);
    setOutput("Projects", JSON.stringify(projects));
    setOutput("Count", String(projects.length));
    const names = projects.slice(0, 5).map(({ project, isDeleted }) => `"${project}"${isDeleted ? " (deleted)" : ""}`);
    const more = projects.length > names.length ? ` and ${projects.length - names.length} more` : "";
    log.highlight(
      projects.length === 0
        ? `The space "${space}" has no copy of "${template}".`
        : `${count(projects.length, "downstream project")} of "${template}" known in the space "${space}": ${names.join(", ")}${more}.`,
    );
  },
});

interface StateInput {
  terraformBackend: "none" | "local" | "pg";
  terraformDirectory: string | undefined;
  terraformConnection: string | undefined;
  terraformSchema: string | undefined;
}

async function readStates(
  { terraformBackend, terraformDirectory, terraformConnection, terraformSchema }: StateInput,
  { workingDirectory, signal }: { workingDirectory: string; signal: AbortSignal },
): Promise<StateProject[]> {
  if (terraformBackend === "none") return [];
  if (terraformBackend === "local") {
    if (terraformDirectory === undefined)
      throw new ParameterError(
        'The backend `local` needs "Terraform State Directory". Enter the directory with the state files.',
      );
    return readLocalStates(terraformDirectory);
  }
  if (terraformConnection === undefined)
    throw new ParameterError(
      'The backend `pg` needs "Terraform Connection". Enter the connection string of the database.',
    );
  return readPgStates({ connection: terraformConnection, schema: terraformSchema, workingDirectory, signal });
}

const headings = ["Space", "Project", "Repository", "Package", "Commit", "Last change", "Known by"];

function toRow(project: DownstreamProject): string[] {
  const { space, repository, packageVersion, commit, lastChange, source, isDeleted } = project;
  const name = isDeleted ? `${project.project} (deleted)` : project.project;
  return [space, name, repository, packageVersion, commit.slice(0, 10), lastChange.slice(0, 10), source];
}
