import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { onTestFinished } from "vitest";

/** Where the programs of a PostgreSQL server are, where this machine has one; what needs it is skipped elsewhere. */
export const postgresPrograms = findPrograms();

/** A PostgreSQL server with nothing in it, for the length of a test. */
export interface Postgres {
  host: string;
  /** Of a role that may make databases. */
  user: string;
  password: string;
  /** As the backend `pg` and we take it. */
  addressOf(database: string, more?: { user?: string; password?: string; query?: string }): string;
  /** As the superuser, in the database `postgres` or another one. @returns the rows */
  query(text: string, database?: string): Promise<Record<string, unknown>[]>;
}

const superuser = { user: "postgres", password: "the password of the superuser" };

/** Passwords with characters that addresses, shells and Terraform have a meaning for. */
export async function startPostgres(): Promise<Postgres> {
  const port = await findPort();
  const [user, password] = ["terraform", "p@ss:w/rd#1 \"${x}'%41"];
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const data = join(folder, "data");
  mkdirSync(data);
  writeFileSync(join(folder, "password"), superuser.password);
  const owner = findOwner();
  // The other user has to get through to its folder.
  const { mode } = statSync(tmpdir());
  if (owner !== undefined && (mode & 0o001) === 0) chmodSync(tmpdir(), mode | 0o011);
  for (const path of [folder, data, join(folder, "password")])
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
  const run = (program: string, ...parameters: string[]): void => {
    const path = join(postgresPrograms ?? "", program);
    execFileSync(path, parameters, {
      ...owner,
      cwd: folder,
      stdio: "ignore",
      env: { LANG: "C", PATH: "/usr/bin:/bin" },
    });
  };
  run("initdb", "-D", data, "-U", superuser.user, "-A", "scram-sha-256", "--pwfile", join(folder, "password"), "-N");
  const settings = [`-p ${port}`, "-h 127.0.0.1", `-k ${folder}`, "-c fsync=off"].join(" ");
  run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", settings, "start");
  onTestFinished(() => {
    run("pg_ctl", "-D", data, "-m", "immediate", "stop");
    rmSync(folder, { recursive: true, force: true });
  });

  const addressOf: Postgres["addressOf"] = (database, more = {}) => {
    const given = [more.user ?? user, more.password ?? password].map(encodeURIComponent).join(":");
    return `postgres://${given}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable${more.query ?? ""}`;
  };
  const query: Postgres["query"] = async (text, database = "postgres") => {
    const client = new Client({ host: "127.0.0.1", port, database, ...superuser });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  await query(`CREATE ROLE ${user} LOGIN CREATEDB PASSWORD '${password.replaceAll("'", "''")}'`);
  return { host: `127.0.0.1:${port}`, user, password, addressOf, query };
}

/** PostgreSQL refuses to be root's. */
function findOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string, name: string): number =>
    Number(spawnSync("id", [option, name], { encoding: "utf8" }).stdout.trim() || Number.NaN);
  const name = ["postgres", "nobody"].find((one) => Number.isInteger(idOf("-u", one))) ?? "nobody";
  return { uid: idOf("-u", name), gid: idOf("-g", name) };
}

function findPrograms(): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(":");
  const versions = "/usr/lib/postgresql";
  const packaged = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, "bin")) : [];
  return [...onPath, ...packaged].find(
    (folder) => folder !== "" && existsSync(join(folder, "initdb")) && existsSync(join(folder, "pg_ctl")),
  );
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
