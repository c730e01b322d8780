#!/usr/bin/env bash
# OCL, in which Octopus keeps projects in Git, looks like HCL, and HashiCorp's own parser reads it without complaint. Step properties are a map whose
# keys have dots and no quotation marks; HCL takes such a key for a reference.
# Seen: hcl/v2 parses the file with no diagnostics, and fails when the map's value is asked for: "Ambiguous attribute key". Each key and value asked for
# by itself can be had.
# What to do: do not take "it parses" for "it can be read"; go through the items of the map's expression, or use a reader made for OCL.
set -euo pipefail
module=github.com/hashicorp/hcl/v2@v2.25.0
expected='parsed: no diagnostics
value of properties: Ambiguous attribute key
keys of properties: Octopus.Action.RunOnServer, Octopus.Action.Script.Syntax'

folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
export GOMODCACHE="$folder/modules" GOFLAGS=-mod=mod
go mod init finding 2>/dev/null
go get "$module" 2>/dev/null

cat >main.go <<'PROGRAM'
package main

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
)

const process = `properties = {
    Octopus.Action.RunOnServer = "true"
    Octopus.Action.Script.Syntax = "Bash"
}
`

func main() {
	file, problems := hclparse.NewParser().ParseHCL([]byte(process), "deployment_process.ocl")
	fmt.Println("parsed:", problems)
	attributes, _ := file.Body.JustAttributes()
	expression := attributes["properties"].Expr
	_, problems = expression.Value(nil)
	fmt.Println("value of properties:", problems[0].Summary)
	pairs, _ := hcl.ExprMap(expression)
	var keys []string
	for _, pair := range pairs {
		key := pair.Key.Range().SliceBytes([]byte(process))
		keys = append(keys, string(key))
	}
	fmt.Println("keys of properties:", strings.Join(keys, ", "))
}
PROGRAM

seen=$(go run . 2>/dev/null)
echo "$module"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "This has changed. It was:"; echo "$expected"; exit 1; }
