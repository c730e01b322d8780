import type { Api } from "../api.ts";
import { buildLargeProject } from "./large-project.ts";

/** Fills a space with so many projects of 10 steps and 2 runbooks, 40 tenants, 60 library variable sets and 60 accounts. */
export async function buildLargeSpace(api: Api, projects: number): Promise<void> {
  for (let index = 1; index <= 60; index += 1) await addShared(api, index);
  for (let index = 1; index <= projects; index += 1)
    await buildLargeProject(api, { name: `Project ${index}`, steps: 10, runbooks: 2, variables: 10 });
  const [environment] = await api.list("/environments");
  const known = await api.list("/projects?take=40");
  for (const [index, project] of known.slice(0, 40).entries()) {
    const ProjectEnvironments = { [project.Id]: [environment?.Id] };
    await api.post("/tenants", { Name: `Tenant ${index + 1}`, ProjectEnvironments });
  }
}

async function addShared(api: Api, index: number): Promise<void> {
  const set = await api.post("/libraryvariablesets", { Name: `Set ${index}`, ContentType: "Variables" });
  const path = `/variables/variableset-${set.Id}`;
  const Variables = [{ Name: `Shared.${index}`, Value: `value ${index}`, Type: "String", Scope: {} }];
  await api.put(path, { ...(await api.get(path)), Variables });
  await api.post("/accounts", {
    Name: `Account ${index}`,
    AccountType: "UsernamePassword",
    Username: `user ${index}`,
    Password: { HasValue: true, NewValue: "secret" },
  });
}
