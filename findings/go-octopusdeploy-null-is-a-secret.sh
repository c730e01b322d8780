#!/usr/bin/env bash
# `core.PropertyValue` of go-octopusdeploy, which holds what a step's property is, takes JSON's null for a sensitive value. The Octopus REST API
# answers null where a property or a parameter's default is empty.
# Seen: {"Url": null} is read as sensitive, and written back as a secret that has no value; {"Url": ""} stays what it is.
# What to do: take out properties that are null before the client reads them.
set -euo pipefail
module=github.com/OctopusDeploy/go-octopusdeploy/v2@v2.111.0
expected='{"Url": ""} is sensitive: false, written as {"Url":""}
{"Url": null} is sensitive: true, written as {"Url":{"HasValue":false,"Hint":null,"NewValue":null}}'

folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
export GOMODCACHE="$folder/modules" GOFLAGS=-mod=mod
go mod init finding 2>/dev/null
go get "$module" 2>/dev/null

cat >main.go <<'PROGRAM'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/OctopusDeploy/go-octopusdeploy/v2/pkg/core"
)

func main() {
	for _, text := range []string{`{"Url": ""}`, `{"Url": null}`} {
		var properties map[string]core.PropertyValue
		if err := json.Unmarshal([]byte(text), &properties); err != nil {
			panic(err)
		}
		written, err := json.Marshal(properties)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s is sensitive: %t, written as %s\n", text, properties["Url"].IsSensitive, written)
	}
}
PROGRAM

seen=$(go run . 2>/dev/null)
echo "$module"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "This has changed. It was:"; echo "$expected"; exit 1; }
