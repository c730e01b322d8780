// Runs in whatever Node the worker has: it is written for old ones until it knows the version.
// FLAVOR, MINIMUM_MAJOR, MINIMUM_MINOR, PACKAGE, VERSION and BUNDLE are given by build/launchers.ts.
const fs = require("fs");
const path = require("path");
const vm = require("vm");
const zlib = require("zlib");

const chunk = Buffer.alloc(65536);
let pending = Buffer.alloc(0);

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < MINIMUM_MAJOR || (major === MINIMUM_MAJOR && minor < MINIMUM_MINOR)) {
  fail(process.argv[1].replace("FOUND", process.versions.node));
} else if (FLAVOR === "inline") {
  runBundle(zlib.brotliDecompressSync(Buffer.from(nextField(), "base64")).toString(), require);
} else {
  runPackaged();
}

function runPackaged() {
  const directory = nextValue();
  const version = nextValue();
  if (version !== VERSION) {
    fail(
      `Failed to start this step: it needs version ${VERSION} of the package "${PACKAGE}", and Octopus brought ${version.trim() || "none"}. Run "managed-spaces install" again.`,
    );
    return;
  }
  const requireFromPackage = (id) => require(id === "undici" ? path.join(directory, "undici.cjs") : id);
  runBundle(fs.readFileSync(path.join(directory, BUNDLE), "utf8"), requireFromPackage);
}

function runBundle(source, requireModule) {
  const module = { exports: {} };
  const run = vm.compileFunction(source, ["require", "module", "exports", "launcher"], { filename: BUNDLE });
  run(requireModule, module, module.exports, { nextField });
}

function nextValue() {
  nextField();
  return nextField() || "";
}

// The bytes up to the next NUL, as text; undefined when the launcher has ended.
function nextField() {
  for (;;) {
    const end = pending.indexOf(0);
    if (end >= 0) {
      const field = pending.toString("utf8", 0, end);
      pending = pending.subarray(end + 1);
      return field;
    }
    const count = readChunk();
    if (count === 0) return undefined;
    pending = Buffer.concat([pending, chunk.subarray(0, count)]);
  }
}

function readChunk() {
  for (;;) {
    try {
      return fs.readSync(0, chunk, 0, chunk.length, null);
    } catch (error) {
      // Somebody made the pipe non-blocking: ask until there is something. Rare enough to be simple about.
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

function fail(message) {
  console.log(`##octopus[resultMessage message="${Buffer.from(message).toString("base64")}"]`);
  process.exitCode = 1;
}
