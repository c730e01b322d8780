import type { Api } from "../api.ts";

/** A project whose manifest has 1.7 MB, as scripts, manual instructions and settings of years make it: no two lines are alike. */
export async function buildRichProject(api: Api): Promise<void> {
  const [[lifecycle], [group]] = await Promise.all([api.list("/lifecycles"), api.list("/projectgroups")]);
  const project = await api.post("/projects", { Name: "Rich", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  const path = `/projects/${project.Id}/deploymentprocesses`;
  const steps = Array.from({ length: 150 }, (_, index) => step(`Step ${index + 1}`, 100));
  await api.put(path, { ...(await api.get(path)), Steps: steps });
  for (let index = 1; index <= 10; index += 1) {
    const runbook = await api.post("/runbooks", { Name: `Runbook ${index}`, ProjectId: project.Id });
    const runbookPath = `/runbookProcesses/RunbookProcess-${runbook.Id}`;
    await api.put(runbookPath, { ...(await api.get(runbookPath)), Steps: [step("Only step", 100)] });
  }
  const Variables = Array.from({ length: 1000 }, (_, index) => ({
    Name: `Setting.${index}.${pick(index)}`,
    Value: write(index, 2),
    Type: "String",
    Scope: {},
  }));
  const variablesPath = `/variables/variableset-${project.Id}`;
  await api.put(variablesPath, { ...(await api.get(variablesPath)), Variables });
}

function step(name: string, lines: number): unknown {
  const Properties = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": write(name.length * 1000 + Number(name.split(" ")[1]) * lines, lines),
  };
  return { Name: name, Actions: [{ Name: name, ActionType: "Octopus.Script", Properties }] };
}

const words =
  "deploy service cluster config region gateway invoice billing customer order payment audit archive search cache queue worker tenant report storage backup mirror release metrics alert token ledger catalog session profile image render batch stream index schema notify".split(
    " ",
  );

/** Lines of a script, the same for the same `first`. */
function write(first: number, count: number): string {
  return Array.from({ length: count }, (_, index) => writeLine((first + index) * 7)).join("\n");
}

function writeLine(seed: number): string {
  const [a, b, c, d] = [pick(seed), pick(seed + 1), pick(seed + 2), pick(seed + 3)];
  const number = scramble(seed) % 600;
  const lines = [
    `kubectl rollout status deployment/${a}-${b} --namespace "$${c.toUpperCase()}" --timeout=${number}s`,
    `echo "Checking that the ${a} ${b} of the ${c} answers within ${number} seconds"`,
    `${a}=$(get_octopusvariable "${b}.${c}.${d}")`,
    `if [[ "$${a}" != "${b}" ]]; then fail_step "The ${c} has no ${d}"; fi`,
    `curl --fail --silent "https://${a}.example.com/${b}/${c}?id=${scramble(seed + 4).toString(36)}" | jq -r .${d}`,
  ];
  return lines[scramble(seed + 5) % lines.length] ?? "";
}

function pick(seed: number): string {
  return words[scramble(seed) % words.length] ?? "";
}

/** Numbers without a pattern that a compressor would find. */
function scramble(seed: number): number {
  let value = Math.imul(seed + 1, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 15), 0x85ebca77);
  return (value ^ (value >>> 13)) >>> 0;
}
