import { expect, test } from "vitest";
import { hasSignIn, listSignInSecrets, readSignIn, type SignInInput } from "../../../lib/git-hosts/read-sign-in.ts";

const nothing: SignInInput = { gitToken: undefined, gitUsername: undefined };
const app = { gitAppId: "12345", gitAppPrivateKey: "-----BEGIN sentinel" };

test("a token signs in, with a user name where one is given; nothing given signs in nowhere", () => {
  expect(readSignIn("gitea", { ...nothing, gitToken: "t" })).toEqual({ token: "t", username: undefined });
  expect(readSignIn("gitea", { gitToken: "t", gitUsername: "barry" })).toEqual({ token: "t", username: "barry" });
  expect(readSignIn("github", nothing)).toBeUndefined();
  expect([nothing, { ...nothing, gitToken: "t" }, { ...nothing, gitAppId: "1" }].map(hasSignIn)).toEqual([
    false,
    true,
    true,
  ]);
});

test("an application signs in with all that it has, in place of a token", () => {
  expect(readSignIn("github", { ...nothing, ...app, gitToken: "t" })).toEqual({ application: app });
});

test("an application of which something is missing, or that is another host's, is refused", () => {
  expect(() => readSignIn("github", { ...nothing, gitAppId: "12345" })).toThrow(
    'To sign in as a GitHub App takes "GitHub App" and "GitHub App Private Key". Enter all of them, or none.',
  );
  expect(() => readSignIn("gitea", { ...nothing, ...app })).toThrow(
    'Gitea or Forgejo does not sign in by "GitHub App". Leave it empty, or choose the Git host that it belongs to.',
  );
});

test("its secrets are told from what is none", () => {
  expect(listSignInSecrets({ ...nothing, ...app, gitToken: "t" })).toEqual(["t", app.gitAppPrivateKey]);
});
