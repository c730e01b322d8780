import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Gitea {
  readonly url: string;
  /** An administrator called `barry`; the tokens are his. */
  createToken(name: string, scopes: string): string;
  close(): Promise<void>;
}

/** The Gitea that this machine has: named by MANAGED_SPACES_GITEA, built by build.sh, or on PATH. */
export function findGitea(): string | undefined {
  const built = join(import.meta.dirname, "../../node_modules/.cache/gitea/gitea");
  const onPath = (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, "gitea"));
  return [process.env["MANAGED_SPACES_GITEA"] ?? "", built, ...onPath].find((path) => path !== "" && existsSync(path));
}

/** Runs it on loopback with SQLite, in a temporary directory. */
export async function startGitea(program: string): Promise<Gitea> {
  const directory = mkdtempSync(join(tmpdir(), "gitea-"));
  const port = await findFreePort();
  const config = join(directory, "app.ini");
  mkdirSync(join(directory, "home"));
  writeFileSync(config, renderConfig({ directory, port, program }));
  const environment = { PATH: process.env["PATH"], HOME: join(directory, "home"), GITEA_WORK_DIR: directory };
  const run = (...args: string[]): string =>
    execFileSync(program, ["--config", config, ...args], { env: environment, stdio: ["ignore", "pipe", "pipe"] })
      .toString()
      .trim();
  run("migrate");
  run(
    "admin",
    "user",
    "create",
    "--admin",
    "--username",
    "barry",
    "--password",
    "correct-horse-battery",
    "--email",
    "barry@example.com",
    "--must-change-password=false",
  );
  const server = spawn(program, ["--config", config, "web"], { env: environment, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswering(url, { server, directory });

  return {
    url,
    // Warnings come first, on the same stream.
    createToken: (name, scopes) =>
      run(
        "admin",
        "user",
        "generate-access-token",
        "--username",
        "barry",
        "--token-name",
        name,
        "--scopes",
        scopes,
        "--raw",
      )
        .split("\n")
        .at(-1) ?? "",
    async close() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface ConfigOptions {
  directory: string;
  port: number;
  program: string;
}

function renderConfig({ directory, port, program }: ConfigOptions): string {
  const resources = join(dirname(program), "static");
  return [
    `I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = ${process.getuid?.() === 0}`,
    "RUN_MODE = prod",
    "[server]",
    `HTTP_ADDR = 127.0.0.1\nHTTP_PORT = ${port}\nROOT_URL = http://127.0.0.1:${port}/`,
    existsSync(resources) ? `STATIC_ROOT_PATH = ${resources}` : "",
    "DISABLE_SSH = true\nOFFLINE_MODE = true",
    `[database]\nDB_TYPE = sqlite3\nPATH = ${join(directory, "gitea.db")}`,
    `[repository]\nROOT = ${join(directory, "repositories")}`,
    "[security]\nINSTALL_LOCK = true\nPASSWORD_HASH_ALGO = pbkdf2_v1",
    `[log]\nMODE = file\nROOT_PATH = ${join(directory, "log")}\nLEVEL = warn`,
    "[cron]\nENABLED = false",
    "[actions]\nENABLED = false",
    "[indexer]\nISSUE_INDEXER_TYPE = db",
    "",
  ].join("\n");
}

async function untilAnswering(
  url: string,
  { server, directory }: { server: ChildProcess; directory: string },
): Promise<void> {
  for (let attempt = 0; attempt < 300 && server.exitCode === null; attempt += 1) {
    const isAnswering = await fetch(`${url}/api/v1/version`).then(
      (response) => response.ok,
      () => false,
    );
    if (isAnswering) return;
    await sleep(200);
  }
  const log = join(directory, "log", "gitea.log");
  throw new Error(
    `Gitea does not answer at ${url}: ${existsSync(log) ? readFileSync(log, "utf8").slice(-2000) : "it wrote no log"}`,
  );
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close((error) => (error ? reject(error) : resolve(port)));
    });
  });
}
