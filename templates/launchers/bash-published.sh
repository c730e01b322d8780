# @@TITLE@@
#
# Runs a step of the npm package "@@PACKAGE@@", which npm fetches once for each worker. The variable ManagedSpaces.Registry
# may name another registry. Only one file of the package runs, if its SHA-512 is the one below, at each start. Variables
# reach it by a pipe: they are in no argument, environment or file.
set +eu +o pipefail
IFS=$' \t\n'
package=@@PACKAGE@@@@@VERSION@@
sha512=@@SHA512@@

if ! command -v openssl >/dev/null; then
  echo "@@OPENSSL_MISSING@@" >&2
  exit 1
fi
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || fail_step "Failed to start this step: it needs Bash 4.4 or newer, and the worker has $BASH_VERSION."
command -v node >/dev/null || fail_step '@@NODE_MISSING@@'

# A copy of this step's own is checked and run, so that nobody changes it in between.
scratch=$PWD/.managed-spaces
program=$scratch/step.cjs
cache=${XDG_CACHE_HOME:-${HOME:-$scratch}/.cache}/managed-spaces
is_genuine() {
  [ -f "$1" ] && cp "$1" "$program" && [ "$(openssl dgst -sha512 -r "$program")" = "$sha512 *$program" ]
}
mkdir -p "$scratch"
if ! is_genuine "$cache/$package.cjs"; then
  command -v npm >/dev/null || fail_step '@@NPM_MISSING@@'
  registry=$(get_octopusvariable ManagedSpaces.Registry)
  source=${registry:-the registry of npm}
  # In a shell of its own, so that nothing after it has the registry's name in its environment.
  (
    [ -z "$registry" ] || export npm_config_registry="$registry"
    npm install "$package" --prefix "$scratch" --ignore-scripts --no-audit --no-fund 2>&1 </dev/null
  ) || fail_step "@@FETCH_FAILED@@"
  is_genuine "$scratch/node_modules/@@PACKAGE@@/dist/step.cjs" || fail_step "@@NOT_GENUINE@@"
  # Whoever starts meanwhile, or after a kill, finds the whole file or none.
  mkdir -p "$cache" && kept=$(mktemp "$cache/XXXXXX") && cp "$program" "$kept" && mv -f "$kept" "$cache/$package.cjs"
fi

# Lines of Node.js that begin with a mark that nobody can guess ask for variables. All others are for the log.
mark=$(openssl rand -hex 16)
mkfifo -m 600 "$scratch/answers"
exec 5<>"$scratch/answers"
trap 'kill -TERM $!' TERM INT
printf '\0' >&5
while IFS= read -r line; do
  if [[ $line == "$mark"* ]]; then
    get_octopusvariable "${line#"$mark"}" >&5
    printf '\0' >&5
  else
    printf '%s\n' "$line"
  fi
done < <(unset NODE_USE_ENV_PROXY && exec node --no-warnings "$program" @@SLUG@@ "$mark" <"$scratch/answers" 5>&-)
wait $!
exit
