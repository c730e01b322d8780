import { applicationTitles } from "../../lib/git-hosts/describe-hosts.ts";
import { gitParameters } from "../../lib/copies/copy-parameters.ts";
import { listByState } from "../../lib/fleet/list-by-state.ts";
import type { FleetReport } from "../../lib/fleet/fleet-report.ts";
import { createInstanceAccess } from "../../lib/fleet/instance-access.ts";
import { renderMailHtml, renderMarkdown, summarize } from "../../lib/fleet/render-markdown.ts";
import { defaultRingSet } from "../../lib/fleet/ring-set.ts";
import { lookOf } from "../../lib/fleet/states.ts";
import { connectToManagement } from "../../lib/octopus/connect.ts";
import { managementParameters } from "../../lib/octopus/connection-parameters.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep, type StepLog } from "../../lib/step/define-step.ts";
import { during, StepError } from "../../lib/step/errors.ts";
import { checkbox, lines, secret, select, text } from "../../lib/step/parameters.ts";

export const step = defineStep({
  id: "e8e9eb5a-1fee-4549-b3cf-ddb405f26163",
  name: "Managed Spaces - Report Fleet",
  version: 1,
  prefix: "ReportFleet",
  description:
    "Looks at all spaces that tenants stand for and at the instances behind them, and tells what needs a person: which copies are behind, changed, in conflict or gone, which spaces and instances are not well, what was deployed, and who has which version. Makes a page, tables, metrics and outputs for alerts, and changes nothing in any managed space.",

  parameters: {
    ...managementParameters({
      instance: "with the management space",
      may: "view its tenants and packages, and edit library variable sets",
      space: "with the tenants",
    }),
    tenants: lines({
      label: "Tenants",
      help: "Only these: names, or patterns of whole names such as `Apac .*`, one a line. Blank for all.",
    }),
    tags: lines({ label: "Tags", help: "Only tenants with one of these tags, such as `Region/Apac`, one a line." }),
    ring: text({ label: "Ring", help: "Of these, only the ones in this ring, such as `Canary`.", optional: true }),
    template: text({
      label: "Template Project",
      help: "Only tenants that are connected to this project.",
      optional: true,
    }),
    compares: checkbox({
      label: "Compare Copies",
      help: "Tells what people changed in copies and what is in conflict, by the plan that a deployment would carry out. The first time that takes up to twelve requests a copy; later only copies that somebody touched are compared.",
      default: true,
    }),
    anew: checkbox({
      label: "Read Everything Again",
      help: "Asks every space for everything and compares every copy, whatever the audit trail says.",
      default: false,
    }),
    ringSet: text({
      label: "Ring Tag Set",
      help: "Name of the tag set whose tags, in their order, are the rings of the fleet.",
      default: defaultRingSet,
    }),
    fails: select({
      label: "Fail the Run",
      help: "The report is made in any case.",
      options: {
        never: "Never",
        worse: "When something became worse",
        attention: "When something needs a person",
      },
      default: "never",
    }),
    ...gitParameters({ scopes: "read the repositories" }),
    gitToken: secret({
      label: "Git Token",
      help: `A token for the Git host that may read the repositories of copies in Git. Without it, and without ${applicationTitles}, their files are not looked at: such a copy is told by its version alone.`,
      optional: true,
      mayBeUnresolved: true,
    }),
  },

  outputs: {
    NeedsAttention: "How many things need a person.",
    Offline: "How many spaces cannot be reached, are not there, or refuse the key.",
    Failing: "In how many spaces something failed last.",
    Behind: "How many copies are behind.",
    Conflicts: "How many copies are in conflict.",
    Lists: "As JSON: `Attention`, `Offline`, `Failing`, `Behind` and `Conflicts`, each a list.",
    Worse:
      "`True` when something needs a person that did not at the look before; else `False`, and always the first time.",
    WorseText: "What became worse, as Markdown.",
    WorseHtml: "What became worse, as HTML for a mail.",
    Markdown: "The whole look, as Markdown for mail and chat.",
  },

  examples: [
    { title: "The whole fleet", parameters: {} },
    { title: "One region, without comparing", parameters: { tags: "Region/Apac", compares: "False" } },
    { title: "Fail when something became worse", parameters: { fails: "worse" } },
  ],

  async run({ input, log, setOutput, attach, mask, readVariable, workingDirectory, signal, now }) {
    const client = connectToManagement(input, { log, mask, signal, readVariable });
    const { files, look, openHostAccess } = await import("./later.ts");
    const report = await during("look at the fleet", async () => {
      const management = await openSpace(client, input.managementSpaceId);
      await warnOfOldServers([client], log);
      const access = createInstanceAccess({
        management: client,
        aliases: [readVariable("ThisInstance.Server.Url") ?? ""],
        readVariable: maskSecrets(readVariable, mask),
        run: { log, mask, signal },
      });
      const { tenants: names, tags, template, ring, ringSet } = input;
      const selection = { names, tags, template, ring, ringSet };
      const git = { access: input, openHost: openHostAccess, workingDirectory, mask };
      return look({ ...input, management, access, git, selection, readVariable, log, signal, now: now() });
    });
    tell(report, log);
    for (const path of await files(report, workingDirectory)) attach(path);
    setOutputs(report, setOutput);
    log.highlight(summarize(report));
    refuse(report, input.fails);
  },
});

/** Keys are asked for by name as the instances become known, so that no form has declared them. */
function maskSecrets(
  readVariable: (name: string) => string | undefined,
  mask: (secret: string) => void,
): (name: string) => string | undefined {
  return (name) => {
    const value = readVariable(name);
    if (value !== undefined && /\.(ApiKey|Jwt)$/.test(name)) mask(value);
    return value;
  };
}

/** So many lines of what needs a person stand in the log; the page has all. */
const mostLines = 50;

function tell({ attention, notes, instances }: FleetReport, log: StepLog): void {
  for (const { state, text: sentence, mend } of attention.slice(0, mostLines))
    log.info(
      `${lookOf(state).label}: ${sentence}${mend === undefined ? "" : ` ${mend.text}${mend.command === undefined ? "" : ` ${mend.command}`}`}`,
    );
  if (attention.length > mostLines) log.info(`… and ${attention.length - mostLines} more; the page has all.`);
  for (const { url, limits } of instances) for (const limit of limits) log.info(`${url}: ${limit}`);
  for (const note of notes) log.info(note);
}

function setOutputs(report: FleetReport, setOutput: (name: keyof typeof step.outputs, value: string) => void): void {
  const { attention } = report;
  const lists = listByState(report);
  const worse = attention.filter(({ isNew }) => isNew);
  setOutput("NeedsAttention", String(attention.length));
  setOutput("Offline", String(lists.Offline.length));
  setOutput("Failing", String(lists.Failing.length));
  setOutput("Behind", String(lists.Behind.length));
  setOutput("Conflicts", String(lists.Conflicts.length));
  setOutput("Lists", JSON.stringify({ Attention: attention, ...lists }));
  setOutput("Worse", worse.length > 0 ? "True" : "False");
  setOutput("WorseText", worse.length > 0 ? renderMarkdown(report, worse) : "");
  setOutput("WorseHtml", worse.length > 0 ? renderMailHtml(report, worse) : "");
  setOutput("Markdown", renderMarkdown(report));
}

/** After everything was told and handed out. */
function refuse(report: FleetReport, when: "never" | "worse" | "attention"): void {
  const found = report.attention.filter(({ isNew }) => when === "attention" || (when === "worse" && isNew));
  const [first] = found;
  if (first === undefined) return;
  throw new StepError(
    `${found.length === 1 ? "One thing" : `${found.length} things`} ${found.length === 1 ? "needs" : "need"} a person${when === "worse" ? " and did not at the look before" : ""}; the worst: ${first.text} The report is made.`,
  );
}
