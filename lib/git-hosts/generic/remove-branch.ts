import { describeRequest } from "../../http/http-request.ts";
import { NotAllowedError } from "../../step/errors.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { parsePktLines, renderPktLines } from "./pkt-lines.ts";
import type { Remote } from "./read-refs.ts";

/**
 * Pushes that there is no such branch any more, which takes no objects (gitprotocol-pack, "Reference Update Request").
 * @param commit - the one that it has: a branch with another one stays
 */
export async function removeBranch(
  { http, url, headers }: Remote,
  { name, commit }: { name: string; commit: string },
): Promise<void> {
  const ref = `refs/heads/${name}`;
  const command = `${commit} ${"0".repeat(commit.length)} ${ref}\0 report-status`;
  const request = {
    method: "POST",
    url: `${url}/git-receive-pack`,
    headers: { ...headers, "content-type": "application/x-git-receive-pack-request" },
    body: renderPktLines([{ text: command }, "flush"]),
    returnsRedirect: true,
  } as const;
  const response = await http.send(request);
  if (response.status >= 300)
    throw explainRefusal(response, { request: describeRequest(request), isSignedIn: "authorization" in headers });
  const texts = (parsePktLines(response.content) ?? []).flatMap((line) => (typeof line === "object" ? line.text : []));
  if (texts.includes(`ok ${ref}`)) return;
  const reason = texts.find((text) => text.startsWith("ng "))?.slice(`ng ${ref} `.length) ?? "it does not say why";
  throw new NotAllowedError(`The Git server keeps the branch (${reason}). Look at its rules.`);
}
