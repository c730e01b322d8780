import { spawn } from "node:child_process";

/** Has the machine's own program open a page or a file; where there is none, nothing happens. */
export async function openInBrowser(address: string): Promise<void> {
  const [program, ...options] = openers[process.platform] ?? ["xdg-open"];
  if (program === undefined) return;
  await new Promise<void>((resolve) => {
    const opened = spawn(program, [...options, address], { stdio: "ignore", detached: true });
    opened.once("error", () => resolve());
    opened.once("spawn", () => {
      opened.unref();
      resolve();
    });
  });
}

const openers: Readonly<Partial<Record<NodeJS.Platform, string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};
