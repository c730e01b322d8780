import { ConflictError, NotAllowedError, StepError, UnavailableError } from "../step/errors.ts";

/**
 * What is told of pushes alone, the special ones first. What rules of a host refuse is in the words of GitHub, GitLab, Gitea and Forgejo,
 * Bitbucket and Azure Repos, of lines that the host wrote, since names of branches and repositories may hold any of these words.
 */
export const refusedPushes: readonly (readonly [pattern: RegExp, error: typeof StepError, sentence: string])[] = [
  [
    /^remote:.*(?:(?:was|is|been) archived|(?:an|the) archived (?:project|repository))/im,
    NotAllowedError,
    "The repository is archived, so it takes no pushes. Unarchive it on its host, or take the project that uses it off this step.",
  ],
  [
    /^remote:.*(?:locked for migration|(?:repository|repo) (?:is|has been) (?:disabled|locked)|access to this repository has been disabled|mirror repository is read-only)/im,
    NotAllowedError,
    "The repository is locked or disabled on its host, and takes no pushes. Ask an administrator of the host to unlock it.",
  ],
  [
    /^remote:.*(?:exceeded (?:its|the|your) [\w ]*(?:size|storage|user|quota)|quota exceeded|(?:over|above|exceeds) (?:its|the) (?:[\w ]*size limit|storage|quota)|pack exceeds maximum)/im,
    NotAllowedError,
    "The repository, or its owner, has used up what the host lets it store. Free space there or have the limit raised, and run the step again.",
  ],
  [
    /^remote:.*(?:read[- ]only (?:mode|access)|(?:repository|repo) is (?:temporarily |currently )?(?:in )?read[- ]only)/im,
    UnavailableError,
    "The repository only lets itself be read for now. Hosts do that during maintenance, and where a plan's limit is exceeded: look at the repository there, and run the step again.",
  ],
  [
    /GH001|^remote:.*(?:exceeds GitHub's file size limit|larger than the (?:allowed|maximum) (?:file )?size|(?:maximum|max) file size)/im,
    NotAllowedError,
    "The commits hold a file that is larger than the host takes. Take it out of the template's history, or keep it in Git LFS.",
  ],
  [
    /^remote:.*(?:GITHUB PUSH PROTECTION|push cannot contain secrets|secrets detected|VS403654|contains? (?:one or more )?secrets)/im,
    NotAllowedError,
    "The host found a secret in the commits and refuses them. Take it out of the template's history and have it replaced where it is used, or allow it on the host.",
  ],
  [
    /^remote:.*(?:verified signature|valid signature|commit must be signed|commits? (?:is|are) not signed|unverified commit|unsigned commit|signature is required)/im,
    NotAllowedError,
    'The branch takes signed commits only. Enter a "Commit Signing Key" whose public key the host knows, and as "Commit Email" an address that goes with it; where commits of the template itself are meant, sign these.',
  ],
  [
    /GH007|^remote:.*(?:committer(?:'s)? email|author(?:'s)? email|(?:author|committer) '[^']*' is not a member|expected committer|committer is not|you can only push commits if)/im,
    NotAllowedError,
    'A rule of the host does not take whom the commits are by. Enter as "Commit Name" and "Commit Email" those of the user whose token is used; where commits of the template itself are meant, have the rule leave them out.',
  ],
  [
    /^remote:.*(?:merge queue)/im,
    NotAllowedError,
    "The branch is merged into by a merge queue alone. Merge by pull request; one that waits in the queue has to be taken out of it before it changes.",
  ],
  [
    /^remote:.*(?:must not contain merge commits|linear history|merge commits are not allowed)/im,
    NotAllowedError,
    'The branch takes no merge commits, and what this step brings is one. Set "Merge Method" to a squash or a rebase, or merge by pull request.',
  ],
  [
    /^remote:.*(?:CODEOWNERS|code owner)/im,
    NotAllowedError,
    "The code owners of the repository have to approve these changes. Merge by pull request, which asks them.",
  ],
  [
    /GH006|protected branch|branch is protected|branch is restricted|TF402455|push declined due to repository rule/i,
    NotAllowedError,
    "The branch is protected and takes no direct pushes. Merge by pull request, or let this user push to the branch.",
  ],
  [
    /GH008|missing LFS object|LFS objects are missing|Git LFS/i,
    NotAllowedError,
    "The host refuses commits whose Git LFS files it does not have. Fork the repository on its host, which keeps these files, in place of a copy.",
  ],
  [/pre-receive hook declined|hook declined|remote rejected/i, NotAllowedError, "The host refused the push."],
  [
    /non-fast-forward|fetch first|stale info|\[rejected\]/i,
    ConflictError,
    "The branch got other commits in the meantime. Run the step again.",
  ],
  [/does not support --force-with-lease|atomic/i, StepError, "The host does not take this kind of push."],
];
