import { tmpdir } from "node:os";

/** What is wrong with the place, and what to do; `#` stands for the place. Codes as in Node's documentation, "Common system errors". */
const problems: Record<string, readonly [what: string, remedy: string]> = {
  ENOSPC: ["The disk that holds # is full.", "Free space there"],
  EDQUOT: ["The quota of disk space for # is used up.", "Free space there"],
  EROFS: ["Nothing can be written to #, since its file system is read-only.", "Mount it so that it can be written to"],
  EACCES: ["The user that this runs as has no access to #.", "Give that user access"],
  EPERM: ["The user that this runs as has no access to #.", "Give that user access"],
  ENOENT: ["There is no #.", "Make the folder"],
  ENOTDIR: ["A part of the path # is no folder.", "Make the folder"],
  EMFILE: ["This process may open no more files, such as #.", "Raise the limit of open files (ulimit -n)"],
};

/**
 * A sentence, or two, for what the operating system refused to do with a file or folder.
 * @returns undefined for anything else, and for what has no place in the disk's name
 */
export function describeDiskProblem(error: unknown, workingDirectory = process.cwd()): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", path, syscall }: NodeJS.ErrnoException = error;
  const problem = problems[code];
  // What is said of a process or a connection is no problem of the disk.
  if (problem === undefined || syscall === undefined || /^(spawn|kill|connect|listen|bind|read$)/.test(syscall))
    return undefined;
  if (path === undefined && !["ENOSPC", "EDQUOT", "EROFS", "EMFILE"].includes(code)) return undefined;
  const [what, remedy] = problem;
  // The system does not tell which file it was that had no room.
  const place = path === undefined ? `the folder "${workingDirectory}", or "${tmpdir()}",` : `"${path}"`;
  const isTemporary = path === undefined || path.startsWith(tmpdir());
  const other = isTemporary ? ", or set TMPDIR to another folder" : "";
  return `${what.replace("#", () => place)} ${remedy}${other}, and run it again.`;
}
