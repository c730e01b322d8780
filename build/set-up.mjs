// Makes a clone ready to use: the first thing that every script of package.json runs. It needs nothing but Node, and says nothing
// when there is nothing to do. Options: --no-build.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const nodes = join(root, "test/bundle/nodes");
const registry = join(root, "test/bundle/registry");

setUp();

function setUp() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    stop(
      `This project needs Node.js 20.19 or newer, and this is ${process.versions.node}. Install a newer one from https://nodejs.org.`,
    );
  }
  if (!isInstalled(root)) npmInstall(root, "the project's dependencies");
  const isTest = process.env["npm_lifecycle_event"] === "test";
  if (isTest && process.platform === "linux" && process.arch === "x64")
    ensureInstalled(nodes, "the versions of Node.js that the bundles are tested on");
  if (isTest) ensureInstalled(registry, "the npm registry that published step templates are tested with");
  if (!process.argv.includes("--no-build")) ensureBuilt();
}

/** What only tests need: those that miss it say so and skip. */
function ensureInstalled(directory, what) {
  if (!isInstalled(directory)) run("npm", ["ci", "--ignore-scripts"], { cwd: directory, what: `Installing ${what}` });
}

function npmInstall(directory, what) {
  if (run("npm", ["ci"], { cwd: directory, what: `Installing ${what}` }) !== 0)
    stop(`Failed to install ${what}: see above.`);
}

/** Whether what the lock file names is there, by version; what is optional may be missing on this platform. */
function isInstalled(directory) {
  const areOptionalNeeded = directory === nodes;
  const locked = readPackages(join(directory, "package-lock.json"));
  const installed = readPackages(join(directory, "node_modules/.package-lock.json"));
  return Object.entries(locked).every(([path, { version, optional = false }]) => {
    if (path === "" || (optional && !areOptionalNeeded)) return true;
    return installed[path]?.version === version;
  });
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

function ensureBuilt() {
  const stamp = join(root, "dist/.inputs");
  const inputs = digestInputs();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return;
  const status = run(process.execPath, ["--import", "tsx", "build/build.ts", "--dist-only"], {
    cwd: root,
    what: "Building the step templates",
  });
  if (status !== 0) stop("Failed to build: see above.");
  writeFileSync(stamp, inputs);
}

/** A digest of all that the build reads. */
function digestInputs() {
  const hash = createHash("sha256");
  const files = ["lib", "steps", "build", "templates"].flatMap((folder) => listFiles(join(root, folder)));
  for (const file of [...files, join(root, "package.json"), join(root, "package-lock.json")]) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".md"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .toSorted();
}

function run(command, args, { cwd, what }) {
  console.error(`${what} …`);
  // What these print is of interest only if they fail; standard output belongs to the script that runs next.
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) console.error(`${stdout ?? ""}${stderr ?? ""}`);
  return status;
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
