import { onTestFinished } from "vitest";
import { createApi, type Api } from "../api.ts";
import {
  createOctopusServer,
  type OctopusServer,
  type OctopusServerOptions,
} from "../octopus-server/octopus-server.ts";
import { prepareTenants, type Tenants } from "./prepare-tenants.ts";

/** A local Octopus for the length of one test. */
export interface TestServer {
  server: OctopusServer;
  url: string;
  apiKey: string;
  api: Api;
}

export async function startOctopus(options: OctopusServerOptions = {}): Promise<TestServer> {
  const server = createOctopusServer(options);
  const url = await server.listen();
  onTestFinished(() => server.close());
  return { server, url, apiKey: server.apiKey, api: createApi({ url, apiKey: server.apiKey }) };
}

/** A management space with the variable set that says where managed spaces are, and a project that tenants can be connected to. */
export interface ManagementSpace extends TestServer, Tenants {}

export async function startManagementSpace(options: OctopusServerOptions = {}): Promise<ManagementSpace> {
  return toManagementSpace(await startOctopus(options));
}

/** Gives a server's default space what tells where managed spaces are. */
export async function toManagementSpace(octopus: TestServer): Promise<ManagementSpace> {
  return { ...octopus, ...(await prepareTenants(octopus)) };
}
