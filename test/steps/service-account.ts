import { createApi } from "../api.ts";
import type { TestServer } from "./managed-tenants.ts";

export interface RobotAccount {
  userId: string;
  /** The id that is entered in forms. */
  serviceAccountId: string;
}

/** A service account of the server that may do everything, and that trusts these runs. */
export async function createServiceAccount(
  server: Pick<TestServer, "url" | "apiKey">,
  identity: { issuer: string; subject: string; audience?: string },
): Promise<RobotAccount> {
  const system = createApi(server, "/api");
  const user = await system.post("/users", { Username: "robot", DisplayName: "Robot", IsService: true });
  const administrators = await system.get("/teams/teams-administrators");
  await system.put("/teams/teams-administrators", { ...administrators, MemberUserIds: ["Users-1", user.Id] });
  const path = `/serviceaccounts/${user.Id}/oidcidentities`;
  await system.act(`${path}/create/v1`, {
    Name: "Runs",
    Issuer: identity.issuer,
    Subject: identity.subject,
    Audience: identity.audience ?? null,
  });
  const response = await fetch(`${server.url}/api${path}/v1`, { headers: { "X-Octopus-ApiKey": server.apiKey } });
  const told: unknown = await response.json();
  const id = typeof told === "object" && told !== null && "ExternalId" in told ? String(told.ExternalId) : "";
  return { userId: user.Id, serviceAccountId: id };
}
