import { Client } from "pg";
import { parse, toClientConfig, type ConnectionOptions } from "pg-connection-string";
import { setTimeout as wait } from "node:timers/promises";
import { NotAllowedError, ParameterError, UnavailableError, type StepError } from "../step/errors.ts";

export interface DatabaseOptions {
  /** A `postgres://` address, as the backend `pg` takes it. */
  connection: string;
  onlyPlan: boolean;
  signal: AbortSignal;
}

export interface Database {
  name: string;
  /** `missing` only where nothing may be made. */
  is: "there" | "made" | "missing";
}

/**
 * The database of the backend `pg`, which Terraform puts a schema and tables into and does not make itself. Of runs that make it at the
 * same time one does, and all go on. No error tells the password.
 * @throws {@link ParameterError} for a connection that is none, {@link NotAllowedError} when the server refuses the user, and
 * {@link UnavailableError} when it cannot be reached
 */
export async function ensureDatabase(options: DatabaseOptions): Promise<Database> {
  const target = parseConnection(options.connection);
  const name = target.database ?? "";
  if (await tryToOpen(target, options)) return { name, is: "there" };
  if (options.onlyPlan) return { name, is: "missing" };
  await createDatabase(target, options);
  return { name, is: "made" };
}

/** As libpq, and Terraform's own client, read the address, but that they encrypt where it says nothing of that. */
function parseConnection(connection: string): ConnectionOptions {
  if (!/^postgres(?:ql)?:\/\//.test(connection))
    throw new ParameterError(
      "The connection string of the backend pg is no address. Give it as postgres://user:password@host:5432/database, with characters such as @ and # in the password percent-encoded.",
    );
  try {
    const parsed = parse(withEncryption(connection), { useLibpqCompat: true });
    return { ...parsed, database: parsed.database ?? parsed.user ?? "" };
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new ParameterError(
      missing
        ? "The connection string of the backend pg names a certificate that this worker does not have: check sslrootcert, sslcert and sslkey."
        : "The connection string of the backend pg cannot be read. Give it as postgres://user:password@host:5432/database, with characters such as @ and # in the password percent-encoded.",
    );
  }
}

function withEncryption(connection: string): string {
  if (/[?&]sslmode=/.test(connection) || /[?&]host=(?:\/|%2F)/i.test(connection)) return connection;
  return `${connection}${connection.includes("?") ? "&" : "?"}sslmode=require`;
}

/** @returns undefined where there is no such database */
async function open(target: ConnectionOptions, { signal }: DatabaseOptions): Promise<Client | undefined> {
  for (let attempt = 1; ; attempt++) {
    const client = new Client({ ...toClientConfig(target), connectionTimeoutMillis: 30_000 });
    // What breaks while nobody asks: the next question tells it.
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (codeOf(error) === codes.noDatabase) return undefined;
      if (attempt > mostRetries || !passing.includes(codeOf(error))) throw explain(error, target);
      await wait(2000, undefined, { signal });
    }
  }
}

async function tryToOpen(target: ConnectionOptions, options: DatabaseOptions): Promise<boolean> {
  const client = await open(target, options);
  await client?.end();
  return client !== undefined;
}

/** From a database that every server has: those that people made may be gone. */
async function createDatabase(target: ConnectionOptions, options: DatabaseOptions): Promise<void> {
  const client =
    (await open({ ...target, database: "postgres" }, options)) ??
    (await open({ ...target, database: "template1" }, options));
  if (client === undefined)
    throw new UnavailableError(
      `PostgreSQL at ${place(target)} has neither a database "postgres" nor "template1" to make "${target.database ?? ""}" from. Make it by hand.`,
    );
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(target.database ?? "")}`);
  } catch (error) {
    if (!alreadyMade.includes(codeOf(error))) throw explain(error, target);
  } finally {
    await client.end();
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const codes = { noDatabase: "3D000", notAllowed: "42501", password: "28P01", user: "28000" } as const;

/** Of two runs that make it at once, one is told either of these. */
const alreadyMade = ["42P04", "23505"];

/** The server starts, or has as many connections as it takes. */
const passing = ["57P03", "53300"];
const mostRetries = 5;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function explain(error: unknown, target: ConnectionOptions): StepError {
  const code = codeOf(error);
  const server = `PostgreSQL at ${place(target)}`;
  const user = `the user "${target.user ?? ""}"`;
  if (code === codes.password || code === codes.user)
    return new NotAllowedError(
      `${server} does not let ${user} in. Check the user and the password in the connection string, and the server's pg_hba.conf.`,
    );
  if (code === codes.notAllowed)
    return new NotAllowedError(
      `${server} has no database "${target.database ?? ""}", and does not let ${user} make it. Make it once (CREATE DATABASE … OWNER …), or give the user CREATEDB.`,
    );
  const said = error instanceof Error ? hide(error.message, target) : "";
  if (/does not support SSL/.test(said))
    return new UnavailableError(
      `${server} does not encrypt connections. Add sslmode=disable to the connection string where that is meant.`,
    );
  return new UnavailableError(
    `${server} cannot be used: ${[code, said].filter(Boolean).join(", ")}. Check the address, and that the worker reaches it.`,
  );
}

function place({ host, port }: ConnectionOptions): string {
  return `${host ?? "localhost"}:${port ?? 5432}`;
}

function hide(text: string, { password }: ConnectionOptions): string {
  return typeof password === "string" && password !== "" ? text.replaceAll(password, "****") : text;
}
