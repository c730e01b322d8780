import { describe, expect, test } from "vitest";
import { ensureDatabase, type Database } from "../../../lib/terraform/pg-database.ts";
import { postgresPrograms, startPostgres } from "./postgres.ts";

const { signal } = new AbortController();

function ensure(connection: string, { onlyPlan = false } = {}): Promise<Database> {
  return ensureDatabase({ connection, onlyPlan, signal });
}

async function readSentence(connection: string): Promise<string> {
  return ensure(connection).then(
    () => "it worked",
    (error: unknown) => (error instanceof Error ? error.message : ""),
  );
}

describe.skipIf(postgresPrograms === undefined)("with a PostgreSQL server, where this machine has one", () => {
  test("a database that is missing is made once, by whichever of many runs comes first, whatever it is called", async () => {
    const postgres = await startPostgres();
    const name = 'Zustände "der" Räume 🚀';
    const address = postgres.addressOf(name);

    expect(await ensure(address, { onlyPlan: true })).toEqual({ name, is: "missing" });
    const made = await Promise.all(Array.from({ length: 6 }, () => ensure(address)));

    expect(made.every(({ is }) => is === "made" || is === "there")).toBe(true);
    expect(await ensure(address)).toEqual({ name, is: "there" });
    const rows = await postgres.query("SELECT datname, pg_get_userbyid(datdba) AS owner FROM pg_database");
    expect(rows.filter(({ datname }) => datname === name)).toEqual([{ datname: name, owner: postgres.user }]);
  });

  test("what is wrong is one sentence about the server and the user, and never has the password", async () => {
    const postgres = await startPostgres();
    await postgres.query("CREATE ROLE reader LOGIN PASSWORD 'the password of the reader'");
    const reader = { user: "reader", password: "the password of the reader" };

    const said = {
      refused: await readSentence(postgres.addressOf("states", { password: "a wrong password" })),
      notAllowed: await readSentence(postgres.addressOf("states", reader)),
      plain: await readSentence(postgres.addressOf("states").replace("?sslmode=disable", "")),
    };

    expect(said.refused).toBe(
      `PostgreSQL at ${postgres.host} does not let the user "terraform" in. Check the user and the password in the connection string, and the server's pg_hba.conf.`,
    );
    expect(said.notAllowed).toBe(
      `PostgreSQL at ${postgres.host} has no database "states", and does not let the user "reader" make it. Make it once (CREATE DATABASE … OWNER …), or give the user CREATEDB.`,
    );
    expect(said.plain).toContain("does not encrypt connections. Add sslmode=disable");
    for (const password of [postgres.password, reader.password, "a wrong password"])
      expect(JSON.stringify(said)).not.toContain(password);
  });
});

test("a server that nobody is at is told by its address", async () => {
  expect(await readSentence("postgres://me:secret@127.0.0.1:1/states?sslmode=disable")).toMatch(
    /^PostgreSQL at 127\.0\.0\.1:1 cannot be used: ECONNREFUSED.*Check the address, and that the worker reaches it\.$/,
  );
});

test.each(["host=db user=me password=secret", "mysql://me:secret@db/states", "postgres://me:sec%ret@db:port/x"])(
  "a connection string that is no address is refused without being shown: %s",
  async (connection) => {
    const said = await readSentence(connection);

    expect(said).toMatch(/^The connection string of the backend pg .*Give it as postgres:\/\/user:password@host:5432/);
    expect(said).not.toMatch(/secret|sec%ret/);
  },
);

test("a certificate that the worker does not have is told", async () => {
  expect(
    await readSentence("postgres://me:secret@127.0.0.1:1/states?sslmode=verify-full&sslrootcert=/no/such.pem"),
  ).toBe(
    "The connection string of the backend pg names a certificate that this worker does not have: check sslrootcert, sslcert and sslkey.",
  );
});
