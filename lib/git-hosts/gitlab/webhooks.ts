import { ParameterError } from "../../step/errors.ts";
import type { Webhook, Webhooks } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { projectAt } from "./project-at.ts";
import { GitLabWebhook } from "./schema.ts";

/** Hooks bring headers of one's own since 17.1, and a secret as `X-Gitlab-Token` always ("Project webhooks API"). */
export function createWebhooks(api: HostApi): Webhooks {
  return {
    async ensure(repository, hook) {
      const found = await findWebhook(api, repository, hook.url);
      const at = hookAt(repository, found);
      const method = found === undefined ? "POST" : "PUT";
      const made = await api.send({ method, ...at, body: toBody(hook), schema: GitLabWebhook });
      if (!bringsHeader(made, hook)) {
        await api.send({ method: "DELETE", ...hookAt(repository, made), schema: Anything });
        throw new ParameterError(
          `Webhooks of GitLab before version 17.1 bring no header "${hook.header.name}". Use a newer GitLab, or a CI job instead.`,
        );
      }
      return found === undefined ? "created" : "updated";
    },
    async remove(repository, url) {
      const found = await findWebhook(api, repository, url);
      if (found === undefined) return false;
      await api.send({ method: "DELETE", ...hookAt(repository, found), schema: Anything });
      return true;
    },
  };
}

function hookAt(repository: RepositoryPath, hook: GitLabWebhook | undefined): ReturnType<typeof projectAt> {
  return projectAt(repository, hook === undefined ? "/hooks" : `/hooks/${hook.id}`);
}

async function findWebhook(api: HostApi, repository: RepositoryPath, url: string): Promise<GitLabWebhook | undefined> {
  const all = { ...projectAt(repository, "/hooks"), query: { per_page: 100 }, schema: GitLabWebhook };
  for await (const found of api.list(all)) if (found.url === url) return found;
  return undefined;
}

/** Without a word about it GitLab tells of pushes. */
function toBody({ url, events, header }: Webhook): Record<string, unknown> {
  const secret = isOwnHeader(header) ? { token: header.value } : { custom_headers: [toCustomHeader(header)] };
  const wanted = { push_events: events.includes("push"), merge_requests_events: events.includes("pullRequest") };
  return { url, ...wanted, ...secret };
}

function toCustomHeader({ name, value }: Webhook["header"]): { key: string; value: string } {
  return { key: name, value };
}

function isOwnHeader({ name }: Webhook["header"]): boolean {
  return name.toLowerCase() === "x-gitlab-token";
}

function bringsHeader({ custom_headers: headers }: GitLabWebhook, { header }: Webhook): boolean {
  return isOwnHeader(header) || (headers ?? []).some(({ key }) => key === header.name);
}
