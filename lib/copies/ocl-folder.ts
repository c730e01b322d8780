/** What every project in Git has among its files. */
export const processFile = "deployment_process.ocl";

/** The base path of a project as Git knows it: without slashes at its ends, "" for the repository itself. */
export function toFolder(basePath: string): string {
  return basePath.replace(/^\/+|\/+$/g, "");
}
