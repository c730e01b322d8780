#!/usr/bin/env bash
# `actiontemplates.Get` of go-octopusdeploy takes a search, as the other packages of this client do, and sends nothing of it. The first page of all
# step templates comes back, whatever was searched for; a caller that takes the first one has another template, and one beyond the page is never found.
# Seen: a search by id and one by name both ask for /api/Spaces-1/actiontemplates without a query, and both give the template "First".
# What to do: ask for one id with `actiontemplates.GetByID`, or read all pages and compare.
set -euo pipefail
module=github.com/OctopusDeploy/go-octopusdeploy/v2@v2.111.0
expected='by id:   asked for /api/Spaces-1/actiontemplates, the first of 2 is First
by name: asked for /api/Spaces-1/actiontemplates, the first of 2 is First'

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
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/OctopusDeploy/go-octopusdeploy/v2/pkg/actiontemplates"
	"github.com/OctopusDeploy/go-octopusdeploy/v2/pkg/client"
)

func main() {
	asked := ""
	// As much of an Octopus Server as lists the two step templates of one space, and filters them where a query says so.
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		response.Header().Set("Content-Type", "application/json")
		if !strings.HasSuffix(request.URL.Path, "/actiontemplates") {
			fmt.Fprint(response, `{"Id": "Spaces-1", "Name": "Default", "Links": {}}`)
			return
		}
		asked = request.URL.String()
		items := []string{}
		for number, name := range []string{"First", "Second"} {
			id := fmt.Sprintf("ActionTemplates-%d", number+1)
			query := request.URL.Query()
			if strings.Contains(name, query.Get("partialName")) && strings.Contains(id, query.Get("ids")) {
				items = append(items, fmt.Sprintf(`{"Id": "%s", "Name": "%s", "ActionType": "Octopus.Script"}`, id, name))
			}
		}
		fmt.Fprintf(response, `{"TotalResults": %d, "ItemsPerPage": 30, "Items": [%s]}`, len(items), strings.Join(items, ","))
	}))
	defer server.Close()

	address, _ := url.Parse(server.URL)
	octopus, err := client.NewClient(nil, address, "API-EXAMPLEEXAMPLEEXAMPLEEXAMPLE", "Spaces-1")
	if err != nil {
		panic(err)
	}
	show := func(how string, search actiontemplates.ActionTemplateSearch) {
		found, err := actiontemplates.Get(octopus, "Spaces-1", search)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%-8s asked for %s, the first of %d is %s\n", how, asked, len(found.Items), found.Items[0].Name)
	}
	show("by id:", actiontemplates.ActionTemplateSearch{ID: "ActionTemplates-2"})
	show("by name:", actiontemplates.ActionTemplateSearch{Name: "Second"})
}
PROGRAM

seen=$(go run . 2>/dev/null)
echo "$module"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "This has changed. It was:"; echo "$expected"; exit 1; }
