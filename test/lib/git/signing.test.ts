import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ParameterError } from "../../../lib/step/errors.ts";
import { ourAuthor } from "../../../lib/git/commit-identity.ts";
import { listCommits } from "../../../lib/git/compare.ts";
import { commitMerge, tryMerge } from "../../../lib/git/merge.ts";
import { createCommitSigner } from "../../../lib/git/signing/create-commit-signer.ts";
import { toCommitIdentity } from "../../../lib/copies/to-commit-identity.ts";
import { pairOf, temporaryDirectory } from "./repositories.ts";
import { makeKeyring, stopAgent } from "./openpgp-keys.ts";
import { canSign, makeSshKey } from "./ssh-keys.ts";

const now = new Date();
const hasPrograms = canSign();
const author = { name: "Release Bot", email: "bot@example.com" };

/** Makes a merge that is signed by the key, and asks Git itself what it thinks of it. */
async function commitSigned(key: string): Promise<{ directory: string; commit: string }> {
  const pair = await pairOf({ upstream: [{ files: { "more.md": "more\n" } }] });
  const { repository, into, from } = await pair.look();
  const merge = await tryMerge(repository, { into, from });
  if (merge.outcome !== "mergeable") throw new Error(merge.outcome);
  const sign = createCommitSigner(key, { now });
  const message = "Merge the template’s changes\n\nFrom the template.";
  const commit = await commitMerge(repository, { into, from, tree: merge.tree, message, author, sign });
  return { directory: repository.git.directory, commit };
}

/** As a person would look, with `gpg.ssh.allowedSignersFile` or a keyring. */
function verifyByGit({ directory, commit }: { directory: string; commit: string }, settings: string[], home?: string) {
  const environment = { PATH: process.env["PATH"], GNUPGHOME: home, GIT_CONFIG_GLOBAL: "/dev/null" };
  const args = ["-C", directory, ...settings.flatMap((setting) => ["-c", setting]), "verify-commit", "-v", commit];
  const { status, stderr, stdout } = spawnSync("git", args, { env: environment, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

test.runIf(hasPrograms).for([
  ["Ed25519", ["-t", "ed25519"]],
  ["RSA", ["-t", "rsa", "-b", "2048"]],
  ["ECDSA P-256", ["-t", "ecdsa", "-b", "256"]],
  ["ECDSA P-384", ["-t", "ecdsa", "-b", "384"]],
  ["ECDSA P-521", ["-t", "ecdsa", "-b", "521"]],
  ["RSA, as an old PEM file", ["-t", "rsa", "-b", "2048", "-m", "PEM"]],
  ["ECDSA, as PKCS #8", ["-t", "ecdsa", "-m", "PKCS8"]],
] as const)("Git itself accepts a commit that is signed by an SSH key: %s", async ([, options]) => {
  const { text, allowedSigners } = makeSshKey(author.email, ...options);

  const signed = await commitSigned(text);

  const { status, said } = verifyByGit(signed, [`gpg.ssh.allowedSignersFile=${allowedSigners}`]);
  expect(said).toContain('Good "git" signature for bot@example.com');
  expect(status).toBe(0);
  expect(said).toContain("Merge the template’s changes");
});

test.runIf(hasPrograms)("what signs one key is not signed by another", async () => {
  const signed = await commitSigned(makeSshKey(author.email, "-t", "ed25519").text);

  const { status } = verifyByGit(signed, [
    `gpg.ssh.allowedSignersFile=${makeSshKey(author.email, "-t", "ed25519").allowedSigners}`,
  ]);

  expect(status).not.toBe(0);
});

const user = `${author.name} <${author.email}>`;

test.runIf(hasPrograms).for([["rsa2048"], ["ed25519"], ["nistp256"], ["nistp384"], ["nistp521"]] as const)(
  "GnuPG itself accepts a commit that is signed by an OpenPGP key: %s",
  async ([kind]) => {
    const keyring = makeKeyring();
    keyring.run("--passphrase", "", "--quick-generate-key", user, kind, "sign,cert", "never");
    const key = keyring.exportSecret();
    stopAgent(keyring);

    const signed = await commitSigned(key);

    const { status, said } = verifyByGit(signed, [], keyring.home);
    expect(said).toContain(`Good signature from "${user}"`);
    expect(status).toBe(0);
  },
);

test.runIf(hasPrograms)(
  "a part that may sign goes before a key that only certifies, whose own secret may be left at home",
  async () => {
    const keyring = makeKeyring();
    keyring.run("--passphrase", "", "--quick-generate-key", user, "ed25519", "cert", "never");
    const [, fingerprint = ""] = /^fpr:+([0-9A-F]{40}):/m.exec(keyring.run("--with-colons", "--list-keys")) ?? [];
    keyring.run("--passphrase", "", "--quick-add-key", fingerprint, "cv25519", "encr", "never");
    expect(() => createCommitSigner(keyring.exportSecret(), { now })).toThrow("meant for other things");

    keyring.run("--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", "sign", "2d");
    const key = keyring.run("--passphrase", "", "--armor", "--export-secret-subkeys");
    const signed = await commitSigned(key);
    stopAgent(keyring);

    const { status, said } = verifyByGit(signed, [], keyring.home);
    expect(said).toContain(`Good signature from "${user}"`);
    expect(status).toBe(0);
    const later = new Date(now.getTime() + 3 * 24 * 3_600_000);
    expect(() => createCommitSigner(key, { now: later })).toThrow("it expired or was revoked");
  },
);

test.runIf(hasPrograms)("a signature is never older than its key, since that would not count", async () => {
  const keyring = makeKeyring();
  keyring.run("--passphrase", "", "--quick-generate-key", user, "ed25519", "sign,cert", "never");
  const payload = join(keyring.home, "payload");
  writeFileSync(payload, "tree\n");
  const sign = createCommitSigner(keyring.exportSecret(), { now });

  writeFileSync(`${payload}.asc`, sign(readFileSync(payload), { at: new Date("2001-02-03T04:05:06Z") }));
  const { status } = spawnSync("gpg", ["--homedir", keyring.home, "--verify", `${payload}.asc`, payload]);
  stopAgent(keyring);

  expect(status).toBe(0);
});

test.runIf(hasPrograms)("a key that a form put into one line is read all the same", async () => {
  const { text, allowedSigners } = makeSshKey(author.email, "-t", "ed25519");

  for (const form of [text.replaceAll("\n", " "), text.replaceAll("\n", "\\n"), text.replaceAll("\n", "\r\n")]) {
    const { status } = verifyByGit(await commitSigned(form), [`gpg.ssh.allowedSignersFile=${allowedSigners}`]);
    expect(status).toBe(0);
  }
});

test.runIf(hasPrograms)("a key with a passphrase is refused in a sentence that says how to have one without", () => {
  const directory = temporaryDirectory();
  const ssh = (name: string, ...more: string[]): string => {
    execFileSync("ssh-keygen", ["-q", "-f", join(directory, name), "-N", "secret words", ...more]);
    return readFileSync(join(directory, name), "utf8");
  };
  const keyring = makeKeyring();
  keyring.run("--passphrase", "secret words", "--quick-generate-key", user, "ed25519", "sign,cert", "never");
  const openPgp = keyring.run("--passphrase", "secret words", "--armor", "--export-secret-keys");
  stopAgent(keyring);

  for (const key of [ssh("a", "-t", "ed25519"), ssh("b", "-t", "rsa", "-b", "2048", "-m", "PEM"), openPgp])
    expect(() => createCommitSigner(key, { now })).toThrow("is protected by a passphrase");
});

test("a text that is no private key is refused without being shown", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const texts: readonly (readonly [text: string, sentence: string])[] = [
    ["hunter2", "cannot be read"],
    [pem.slice(0, -30), "cannot be read"],
    [pem.replace("MC4C", "AAAA"), "cannot be read"],
    [publicKey.export({ type: "spki", format: "pem" }).toString(), "is a public key"],
    ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA somebody", "is a public key"],
    [generateKeyPairSync("x25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(), '"X25519"'],
  ];
  for (const [text, sentence] of texts) {
    expect(() => createCommitSigner(text, { now })).toThrow(sentence);
    expect(() => createCommitSigner(text, { now })).not.toThrow(text.slice(30, 60) || text);
  }
});

test.runIf(hasPrograms)("a key of which any bytes are wrong is refused in a sentence, or signs", () => {
  const keyring = makeKeyring();
  keyring.run("--passphrase", "", "--quick-generate-key", user, "ed25519", "sign,cert", "never");
  const keys = [
    keyring.exportSecret(),
    makeSshKey(author.email, "-t", "ed25519").text,
    makeSshKey(author.email, "-t", "rsa", "-b", "1024").text,
  ];
  stopAgent(keyring);
  const bodies = keys.map((key) => {
    const [, begin = "", body = "", end = ""] = /^(-+BEGIN.*\n+)([^]*?)(?:\n=.{4})?(\n-+END.*)$/m.exec(key) ?? [];
    return { begin, bytes: Buffer.from(body, "base64"), end };
  });
  const wrong = fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { minLength: 1, maxLength: 4 });
  const cut = fc.option(fc.nat(3000), { freq: 5 });

  const signsOrRefuses = fc.property(
    fc.constantFrom(...bodies),
    wrong,
    cut,
    ({ begin, bytes, end }, changes, length) => {
      const changed = Buffer.from(bytes);
      for (const [at, value] of changes) changed[at % changed.length] = value;
      const text = `${begin}${changed.subarray(0, length ?? undefined).toString("base64")}${end}`;
      try {
        return createCommitSigner(text, { now })(Buffer.from("tree\n"), { at: now }).includes("SIGNATURE");
      } catch (error) {
        return error instanceof ParameterError;
      }
    },
  );
  expect(() => fc.assert(signsOrRefuses, { numRuns: 600 })).not.toThrow();
});

test.runIf(hasPrograms)("neither the folder that Git works in nor Git's arguments ever hold the key", async () => {
  const { text } = makeSshKey(author.email, "-t", "ed25519");
  const secret = text.split("\n")[3] ?? "";
  const { directory, commit } = await commitSigned(text);

  expect(execFileSync("git", ["-C", directory, "cat-file", "commit", commit]).toString()).not.toContain(secret);
  expect(spawnSync("grep", ["-r", "-F", secret, directory]).status).toBe(1);
  expect(readdirSync(directory).filter((name) => name.startsWith("commit-"))).toEqual([]);
});

test("commits of ours are known by a name of their own, and by another name as long as nobody changes them", async () => {
  const pair = await pairOf({ upstream: [{ files: { "more.md": "more\n" } }] });
  const { repository, into, from } = await pair.look();
  const tree = (await repository.git.run(["rev-parse", `${from}^{tree}`])).trim();
  const lisa = toCommitIdentity(
    { commitName: "Lisa", commitEmail: " lisa@example.com ", commitSigningKey: undefined },
    { now: () => now },
  );

  const asOurselves = await commitMerge(repository, { into, from, tree, message: "Ours", author: ourAuthor });
  const asLisa = await commitMerge(repository, { into: asOurselves, from, tree, message: "Ours\n", ...lisa });
  const told = await repository.git.run(["log", "-1", "--format=%B", asLisa]);
  const other = (await repository.git.run(["rev-parse", `${into}^{tree}`])).trim();
  const commitAs = ["commit-tree", other, "-p", asLisa, "-m", told];
  const environment = { GIT_AUTHOR_NAME: "Lisa", GIT_AUTHOR_EMAIL: "lisa@example.com" };
  const committer = { GIT_COMMITTER_NAME: "Lisa", GIT_COMMITTER_EMAIL: "lisa@example.com" };
  const amended = (await repository.git.run(commitAs, { environment: { ...environment, ...committer } })).trim();

  const list = await repository.git.run(["log", "-1", "--format=%an <%ae> %cn <%ce>", asLisa]);
  expect(list.trim()).toBe("Lisa <lisa@example.com> Lisa <lisa@example.com>");
  expect(told).toContain(`\n\nManaged-Spaces-Contents: ${tree}`);
  expect(await listCommits(repository, { base: asLisa, head: amended })).toMatchObject([
    { author: "Lisa", isOurs: false },
  ]);
});

test("a name that no commit can hold is refused", () => {
  const name =
    (commitName: string): (() => unknown) =>
    () =>
      toCommitIdentity({ commitName, commitEmail: "a@example.com", commitSigningKey: undefined }, { now: () => now });

  for (const bad of ["<script>", "Two\nlines", "...", " "]) expect(name(bad)).toThrow('"Commit Name" cannot stand');
  expect(name("Acme Inc.")()).toMatchObject({ author: { name: "Acme Inc", email: "a@example.com" } });
});
