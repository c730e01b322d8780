#!/bin/sh
# Builds the Gitea that go.mod names, and puts it where the tests look for it. Its templates and options stay in Go's module cache.
set -eu
cd "$(dirname "$0")"
target=../../node_modules/.cache/gitea
mkdir -p "$target"
go build -tags "sqlite sqlite_unlock_notify" -o "$target/gitea" code.gitea.io/gitea
ln -sfn "$(go list -m -f '{{.Dir}}' code.gitea.io/gitea)" "$target/static"
