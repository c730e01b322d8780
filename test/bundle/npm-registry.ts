import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Verdaccio, as `npm test` installs it; undefined where it did not. */
const program = join(import.meta.dirname, "registry/node_modules/verdaccio/bin/verdaccio");

/** A real npm registry on loopback, whose packages come from nowhere else. */
export interface NpmRegistry {
  url: string;
  /** The environment of npm for those who may publish here; nothing of the machine's own configuration. */
  env: Record<string, string>;
  publish(folder: string): void;
  stop(): Promise<void>;
}

/** @returns undefined where there is no registry to start */
export async function startNpmRegistry(): Promise<NpmRegistry | undefined> {
  if (!existsSync(program)) return undefined;
  const home = mkdtempSync(join(tmpdir(), "npm registry "));
  const port = await findPort();
  const url = `http://127.0.0.1:${port}/`;
  const anybody = { access: "$all", publish: "$all" };
  const settings = {
    storage: join(home, "storage"),
    packages: { "**": anybody },
    uplinks: {},
    log: { type: "stdout", format: "json", level: "warn" },
  };
  // JSON is YAML.
  writeFileSync(join(home, "config.yaml"), JSON.stringify(settings));
  writeFileSync(join(home, "npmrc"), `registry=${url}\n//127.0.0.1:${port}/:_authToken=anybody\n`);
  const server = spawn(
    process.execPath,
    [program, "--config", join(home, "config.yaml"), "--listen", `127.0.0.1:${port}`],
    {
      cwd: home,
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  for await (const line of createInterface(server.stdout)) if (line.includes("http address")) break;
  server.stdout.resume();
  const env = {
    npm_config_userconfig: join(home, "npmrc"),
    npm_config_globalconfig: join(home, "none"),
    npm_config_cache: join(home, "cache"),
    npm_config_fetch_retries: "0",
    npm_config_update_notifier: "false",
  };
  return {
    url,
    env,
    publish(folder) {
      const { status, stderr } = spawnSync("npm", ["publish", folder], {
        env: { ...process.env, ...env },
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`npm publish: ${stderr}`);
    },
    async stop() {
      server.kill();
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function findPort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
