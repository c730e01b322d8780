#!/usr/bin/env bash
# ZipPackageBuilder of @octopusdeploy/api-client changes the working directory of the process while it packs, and looks for files there.
# Two packages that are built at once take each other's files, though each was given a `basePath` of its own.
# Seen: the package "one" holds the file of "two", without an error; "two" looks in the folder in which the program began, and does not find its file.
# What to do: build one package after the other.
set -euo pipefail
package=@octopusdeploy/api-client@3.11.0
expected='one after the other: one holds "file of one", two holds "file of two"
at once: one holds "file of two", two fails with ENOENT'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "$package"

for name in one two; do
  mkdir "$name"
  printf 'file of %s' "$name" >"$name/index.html"
done
cat >program.cjs <<'PROGRAM'
const AdmZip = require("adm-zip");
const { ZipPackageBuilder } = require("@octopusdeploy/api-client");

const folder = __dirname;

async function pack(packageId, outputFolder) {
  const files = { basePath: `${folder}/${packageId}`, inputFilePatterns: ["index.html"] };
  const file = await new ZipPackageBuilder().pack({ ...files, packageId, version: "1.0.0", outputFolder, logger: {} });
  return `holds "${new AdmZip(`${outputFolder}/${file}`).readAsText("index.html")}"`;
}

const orCode = (work) => work.catch((error) => `fails with ${error.code}`);

async function main() {
  console.log(`one after the other: one ${await pack("one", `${folder}/first`)}, two ${await pack("two", `${folder}/first`)}`);
  const [one, two] = await Promise.all(["one", "two"].map((name) => orCode(pack(name, `${folder}/second`))));
  console.log(`at once: one ${one}, two ${two}`);
}
void main();
PROGRAM

seen=$(node program.cjs)
echo "$package"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "This has changed. It was:"; echo "$expected"; exit 1; }
