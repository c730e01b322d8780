#!/usr/bin/env bash
# ZipPackageBuilder of @octopusdeploy/api-client writes its `compressionLevel` where a zip entry says by which *method* it is compressed
# (8 is deflate; 1, 6 and 9 are "shrunk", "imploded" and "deflate64"). The data stay deflated at one level, whatever the number.
# Seen: packages of levels 1, 6 and 9 are as long as that without a level, and Python's zipfile refuses to read their file.
# What to do: leave `compressionLevel` out.
set -euo pipefail
package=@octopusdeploy/api-client@3.11.0
expected='no level: method 8, same length, read
level 1: method 1, same length, NotImplementedError
level 6: method 6, same length, NotImplementedError
level 8: method 8, same length, read
level 9: method 9, same length, NotImplementedError'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "$package"

mkdir content packages
for number in $(seq 1 500); do echo "line $number of a web site"; done >content/index.html
cat >program.cjs <<'PROGRAM'
const { ZipPackageBuilder } = require("@octopusdeploy/api-client");

async function main() {
  for (const compressionLevel of [undefined, 1, 6, 8, 9]) {
    const version = `1.0.${compressionLevel ?? 0}`;
    const what = { packageId: "Site", version, basePath: "content", inputFilePatterns: ["index.html"], outputFolder: "packages" };
    await new ZipPackageBuilder().pack({ ...what, compressionLevel, logger: {} });
  }
}
void main();
PROGRAM
cat >read.py <<'PROGRAM'
import zipfile

plain = zipfile.ZipFile("packages/Site.1.0.0.zip").infolist()[0].compress_size
for level in [0, 1, 6, 8, 9]:
    archive = zipfile.ZipFile(f"packages/Site.1.0.{level}.zip")
    entry = archive.infolist()[0]
    try:
        result = "read" if len(archive.read(entry)) == entry.file_size else "other content"
    except Exception as error:
        result = type(error).__name__
    length = "same length" if entry.compress_size == plain else "another length"
    print(f"{f'level {level}' if level else 'no level'}: method {entry.compress_type}, {length}, {result}")
PROGRAM

node program.cjs
seen=$(python3 read.py)
echo "$package"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "This has changed. It was:"; echo "$expected"; exit 1; }
