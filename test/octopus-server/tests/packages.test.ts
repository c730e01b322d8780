import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { startLocalOctopus } from "./local-octopus.ts";

const bytes = new Uint8Array([80, 75, 5, 6, 0, 255]);

test("a package comes back as it was pushed", async () => {
  const octopus = await startLocalOctopus();
  const pushed = await octopus.upload("packages/raw", { name: "Hello_World.2026.5.1-beta.2.zip", bytes });
  expect(pushed.status).toBe(201);
  expect(pushed.body).toMatchObject({
    PackageId: "Hello_World",
    Version: "2026.5.1-beta.2",
    FileExtension: ".zip",
    FeedId: "feeds-builtin",
    PackageSizeBytes: 6,
  });
  const raw = await fetch(`${octopus.url}/api/Spaces-1/packages/${pushed.body.Id ?? ""}/raw`, {
    headers: { "X-Octopus-ApiKey": octopus.server.apiKey },
  });
  expect(new Uint8Array(await raw.arrayBuffer())).toEqual(bytes);
});

test("a version is replaced only on request", async () => {
  const octopus = await startLocalOctopus();
  const file = { name: "Web.1.0.0.zip", bytes };
  await octopus.upload("packages/raw", file);
  const again = await octopus.upload("packages/raw", file);
  expect(again.status).toBe(409);
  expect(again.body.ErrorMessage).toContain("A package with the same name and version already exists");
  expect((await octopus.upload("packages/raw?overwriteMode=IgnoreIfExists", file)).status).toBe(200);
  expect(
    (await octopus.upload("packages/raw?overwriteMode=OverwriteExisting", { ...file, bytes: new Uint8Array([1]) }))
      .body,
  ).toMatchObject({ PackageSizeBytes: 1 });
  expect((await octopus.upload("packages/raw?replace=true", file)).status).toBe(201);
});

test.each(["../../etc.1.0.0.zip", "noversion.zip", "Web.1.0.0.exe", "Web.1.0.0", " .1.0.zip"])(
  "the file name %j is refused",
  async (name) => {
    const octopus = await startLocalOctopus();
    expect((await octopus.upload("packages/raw", { name, bytes })).status).toBe(400);
    expect(octopus.server.model.blobs.size).toBe(0);
  },
);

test("the built-in feed lists versions, newest first, and finds ids", async () => {
  const octopus = await startLocalOctopus();
  for (const version of ["1.2.0", "1.10.0", "1.10.0-rc.1", "1.9.0"])
    await octopus.upload("packages/raw", { name: `Web.${version}.zip`, bytes });
  const versions = async (query: string): Promise<unknown[]> =>
    (await octopus.get(`feeds/feeds-builtin/packages/versions?packageId=web${query}`)).body.Items.map(
      (item) => item["Version"],
    );
  expect(await versions("")).toEqual(["1.10.0", "1.10.0-rc.1", "1.9.0", "1.2.0"]);
  expect(await versions("&includePreRelease=false&take=1")).toEqual(["1.10.0"]);
  expect(await versions("&versionRange=[1.2,1.10)&preReleaseTag=^$")).toEqual(["1.9.0", "1.2.0"]);
  expect((await octopus.get("feeds/feeds-builtin/packages/search?term=we")).body.Items).toMatchObject([
    { Id: "Web", LatestVersion: "1.10.0" },
  ]);
  expect((await octopus.get("packages?nuGetPackageId=Web&latest=true")).body.Items).toMatchObject([
    { Version: "1.10.0" },
  ]);
});

test("spaces do not share packages", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("/api/spaces", { Name: "Second", SpaceManagersTeamMembers: ["Users-1"] });
  const first = await octopus.upload("packages/raw", { name: "Web.1.0.0.zip", bytes });
  const second = await octopus.upload("/api/Spaces-2/packages/raw", {
    name: "Web.1.0.0.zip",
    bytes: new Uint8Array([2]),
  });
  expect(second.status).toBe(201);
  await octopus.remove(`packages/${first.body.Id ?? ""}`);
  expect((await octopus.get("packages")).body.Items).toEqual([]);
  expect((await octopus.get("/api/Spaces-2/packages")).body.Items).toHaveLength(1);
});

test("a package that nobody pushed yet has no delta", async () => {
  const octopus = await startLocalOctopus();
  expect((await octopus.get("packages/Web/1.0.0/delta-signature")).status).toBe(404);
});

test("a delta and the version that it was made of give the new version", async () => {
  const octopus = await startLocalOctopus();
  const old = Buffer.from("0123456789".repeat(500));
  const changed = Buffer.concat([Buffer.from("new "), old.subarray(0, 4096)]);
  await octopus.upload("packages/raw", { name: "Web.1.0.0.zip", bytes: new Uint8Array(old) });

  const { body } = await octopus.get("packages/Web/2.0.0/delta-signature");
  const signature = Buffer.from(String(body["Signature"]), "base64");
  const delta = deltaOf(changed, [{ write: "new " }, { start: 0, length: 4096 }]);
  const pushed = await octopus.upload("packages/Web/1.0.0/delta", { name: "Web.2.0.0.zip", bytes: delta });

  expect(body["BaseVersion"]).toBe("1.0.0");
  expect(signature.subarray(0, 8)).toEqual(Buffer.from("OCTOSIG\u0001"));
  expect(signature.readUInt16LE(24)).toBe(2048);
  expect(pushed.body).toMatchObject({ Version: "2.0.0", Hash: createHash("sha1").update(changed).digest("hex") });
});

test("a delta that leads to other bytes than it promises is refused", async () => {
  const octopus = await startLocalOctopus();
  await octopus.upload("packages/raw", { name: "Web.1.0.0.zip", bytes });

  for (const delta of [deltaOf(Buffer.from("promised"), [{ write: "other" }]), bytes]) {
    const answer = await octopus.upload("packages/Web/1.0.0/delta", { name: "Web.2.0.0.zip", bytes: delta });
    expect(answer.status).toBe(400);
  }
  expect((await octopus.upload("packages/Web/9.0.0/delta", { name: "Web.2.0.0.zip", bytes })).status).toBe(404);
});

type DeltaCommand = { write: string } | { start: number; length: number };

/** As Octodiff writes it: a command is 0x60 with a range of the old file, or 0x80 with new bytes. */
function deltaOf(result: Buffer, commands: readonly DeltaCommand[]): Uint8Array<ArrayBuffer> {
  const parts = commands.map((command) =>
    "write" in command
      ? Buffer.concat([Buffer.from([0x80]), int64(command.write.length), Buffer.from(command.write)])
      : Buffer.concat([Buffer.from([0x60]), int64(command.start), int64(command.length)]),
  );
  const header = Buffer.concat([Buffer.from("OCTODELTA\u0001\u0004SHA1"), Buffer.from([20, 0, 0, 0])]);
  const hash = createHash("sha1").update(result).digest();
  return new Uint8Array(Buffer.concat([header, hash, Buffer.from(">>>"), ...parts]));
}

function int64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(value));
  return buffer;
}

test("build information belongs to a package version", async () => {
  const octopus = await startLocalOctopus();
  const information = {
    PackageId: "Web",
    Version: "1.0.0",
    OctopusBuildInformation: { BuildNumber: "7", Commits: [{ Id: "abc", Comment: "Fix" }] },
  };
  expect((await octopus.post("build-information", information)).status).toBe(201);
  expect((await octopus.post("build-information", information)).body.ErrorMessage).toContain(
    "Metadata for the specified Package ID and version already exists.",
  );
  await octopus.upload("packages/raw", { name: "Web.1.0.0.zip", bytes });
  expect((await octopus.get("packages/packages-Web.1.0.0")).body).toMatchObject({
    PackageVersionBuildInformation: { BuildNumber: "7" },
  });
});
