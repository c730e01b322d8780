import { expect, test } from "vitest";
import { fieldsOf, listOf } from "../model/fields.ts";
import { createApiStage } from "./api-stage.ts";

const hidden = { HasValue: true, NewValue: null, Hint: null };

test("Platform Hub keeps accounts without a space, and their secrets", async () => {
  const stage = await createApiStage();
  const account = {
    Name: "AWS",
    AccountType: "AmazonWebServicesAccount",
    AccessKey: "AKIA",
    SecretKey: { HasValue: true, NewValue: "secret" },
  };

  const { Id: id } = await stage.post("/api/platformhub/accounts", account);
  const path = `/api/platformhub/accounts/${String(id)}`;
  const made = await stage.get(path);
  await stage.put(path, { ...made, Description: "for all", SecretKey: hidden });
  const changed = await stage.get(path);

  expect(made).toMatchObject({ Name: "AWS", AccessKey: "AKIA", SecretKey: hidden });
  expect(made).not.toHaveProperty("SpaceId");
  expect(changed).toMatchObject({ Description: "for all", SecretKey: hidden });
  expect(await stage.refusal("POST", "/api/platformhub/accounts", account)).toContain("already exists");
  expect(listOf(await stage.get("/api/Spaces-1/accounts"), "Items")).toEqual([]);
  expect((await stage.call("DELETE", path)).status).toBe(200);
  expect((await stage.call("GET", path)).status).toBe(404);
});

test("Platform Hub keeps Git credentials with their restrictions", async () => {
  const stage = await createApiStage();

  const { Id: id } = await stage.post("/api/platformhub/git-credentials", {
    Name: "Git",
    Details: { Type: "UsernamePassword", Username: "octopus", Password: { HasValue: true, NewValue: "secret" } },
    RepositoryRestrictions: { Enabled: true, AllowedRepositories: ["https://git.example.com/*"] },
  });

  expect(await stage.get(`/api/platformhub/git-credentials/${String(id)}`)).toMatchObject({
    Details: { Username: "octopus", Password: hidden },
    RepositoryRestrictions: { Enabled: true },
  });
});

test("Platform Hub has no repository until one is set, and its password stays when a PUT leaves it out", async () => {
  const stage = await createApiStage();
  const path = "/api/platformhub/versioncontrol";
  const settings = { Url: "https://git.example.com/hub.git", DefaultBranch: "main", BasePath: ".octopus" };
  const credentials = { Type: "UsernamePassword", Username: "octopus" };

  expect((await stage.call("GET", path)).status).toBe(404);
  await stage.put(path, { ...settings, Credentials: { ...credentials, Password: { HasValue: true, NewValue: "s" } } });
  const kept = await stage.put(path, { ...settings, Credentials: { ...credentials, Password: hidden } });
  const anonymous = await stage.put(path, { ...settings, Credentials: { Type: "Anonymous" } });

  expect(kept).toMatchObject({ ...settings, Credentials: { Username: "octopus", Password: hidden } });
  expect(fieldsOf(anonymous, "Credentials")).toEqual({ Type: "Anonymous" });
});
