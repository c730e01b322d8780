// Starts a bundle with what the launcher's script sends. FLAVOR, MINIMUM_MAJOR, MINIMUM_MINOR and VERSION are given by build/launchers.ts:
// the inline flavor is run by `node -e`, with the sentence for old Nodes as argument, and takes the bundle from standard input; the
// packaged one is launch.cjs of the runtime package, with the bundle's name and the version that the script needs as further arguments;
// the published one is step.cjs of the npm package, which has the sentence as WRONG_NODE and the program of all steps as STEPS, and gets
// the name of one. Where the script reads standard output itself, it adds to the arguments what questions there begin with.
// It has to start in whatever Node the worker has, so it is written for old ones.
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const chunk = Buffer.alloc(65536);
let pending = Buffer.alloc(0);

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < MINIMUM_MAJOR || (major === MINIMUM_MAJOR && minor < MINIMUM_MINOR)) {
  fail(
    (FLAVOR === "published" ? WRONG_NODE : process.argv[process.argv.length - 1]).replace(
      "FOUND",
      process.versions.node,
    ),
  );
} else if (FLAVOR === "inline") {
  runBundle("step.cjs", require("zlib").brotliDecompressSync(decode(nextField())).toString(), require, {});
} else if (FLAVOR === "published") {
  runBundle("step.cjs", STEPS, require, { step: process.argv[2], mark: startAnswers(process.argv[3]) });
} else {
  runPackaged(process.argv[2], process.argv[3], process.argv[5] && startAnswers(process.argv[4]));
}

function runPackaged(name, version, mark) {
  if (version !== VERSION) {
    fail(
      `Failed to start this step: it needs version ${version} of the package "managed-spaces", and Octopus brought ${VERSION}. Run "managed-spaces install" again.`,
    );
    return;
  }
  runBundle(name, fs.readFileSync(path.join(__dirname, name), "utf8"), require, { mark });
}

// What PowerShell writes by itself comes before the first NUL.
function startAnswers(mark) {
  nextField();
  return mark;
}

// A program is in parts, which build/bundle.ts joined: the first one starts, and asks for others when it needs them.
function runBundle(filename, source, requireModule, launcher) {
  launcher.nextField = nextField;
  const parts = source.split("\0");
  const loaded = [];
  function loadPart(index) {
    if (loaded[index] === undefined) {
      loaded[index] = { exports: {} };
      const run = vm.compileFunction(parts[index], ["require", "part", "loadPart", "launcher"], { filename });
      run(requireModule, loaded[index], loadPart, launcher);
    }
    return loaded[index].exports;
  }
  loadPart(0);
}

// The opposite of build/base32768.ts: a character is 15 bits, or the last 7.
function decode(text) {
  const bytes = [];
  let value = 0;
  let bits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Line breaks are there for editors.
    if (code < 33) continue;
    const isLast = code >= 49316;
    value = (value << (isLast ? 7 : 15)) | toDigit(code);
    bits += isLast ? 7 : 15;
    for (; bits > 7; value &= (1 << bits) - 1) {
      bits -= 8;
      bytes.push(value >> bits);
    }
  }
  return Buffer.from(bytes);
}

function toDigit(code) {
  if (code >= 49316) return code - 49316;
  if (code >= 44032) return code - 16548;
  return code < 19968 ? code + 7590 : code - 19968;
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
      // So Node.js says on Windows that there is no more.
      if (error.code === "EOF") return 0;
      // Somebody made the pipe non-blocking: ask until there is something. Rare enough to be simple about.
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

function fail(message) {
  console.log(`##octopus[resultMessage message="${Buffer.from(message).toString("base64")}"]`);
  process.exitCode = 1;
}
