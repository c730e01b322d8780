import { readdirSync, readFileSync } from "node:fs";

/** What processes were started with. */
export interface ProcessWatch {
  /** What any user of the machine could list. */
  commandLines: ReadonlySet<string>;
  /** What only a process's own user can see. */
  environments: ReadonlySet<string>;
  stop(): void;
}

/** Looks, again and again, at every process that this one starts from now on, and at those that they start. */
export function watchProcesses(): ProcessWatch {
  const commandLines = new Set<string>();
  const environments = new Set<string>();
  if (process.platform !== "linux") return { commandLines, environments, stop: () => undefined };
  let strangers = new Set([...listProcesses(), String(process.pid)]);
  const look = (): void => {
    const ids = listProcesses();
    strangers = new Set(ids.filter((id) => strangers.has(id) || isOfStranger(id, strangers)));
    for (const id of ids.filter((known) => !strangers.has(known))) {
      commandLines.add(read(id, "cmdline"));
      environments.add(read(id, "environ"));
    }
  };
  const timer = setInterval(look, 5);
  return { commandLines, environments, stop: () => clearInterval(timer) };
}

function listProcesses(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

/** A busy machine has hundreds of processes: looking at them all would cost more than what is looked for. One that lost its parent may be ours. */
function isOfStranger(id: string, strangers: ReadonlySet<string>): boolean {
  const [, parent = "1"] = /\) \S (\d+) /.exec(read(id, "stat")) ?? [];
  return parent !== "1" && parent !== String(process.pid) && strangers.has(parent);
}

/** @returns "" for a process that has ended in between */
function read(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "latin1");
  } catch {
    return "";
  }
}
