# What a Bash script can call inside a step: the names and the observable behavior of Calamari's functions.
# Sourced with the key of the variables as $1. Lines in double braces are filled in for each script.

__octopus_key=$1

encode_servicemessagevalue() {
  printf '%s' "$1" | openssl base64 -A
}

decode_servicemessagevalue() {
  printf '%s' "$1" | openssl base64 -A -d
}

# Both streams are read on their own, so each of them is told.
__mask_sensitive_value() {
  local message
  message="##octopus[mask value='$(encode_servicemessagevalue "$1")']"
  echo "$message"
  echo "$message" >&2
}

__mask_sensitive_value "$__octopus_key"

# decrypt_variable BASE64 IV
decrypt_variable() {
  printf '%s\n' "$1" | openssl enc -d -aes-256-cbc -nosalt -base64 -A -K "$__octopus_key" -iv "$2"
}

get_octopusvariable() {
  case "$(encode_servicemessagevalue "$1")" in
{{cases}}
    *) echo "" ;;
  esac
}

fail_step() {
  [ -n "${1:-}" ] && echo "##octopus[resultMessage message='$(encode_servicemessagevalue "$1")']"
  exit 1
}

# An empty name or value leaves its attribute out, and such a message sets nothing.
set_octopusvariable() {
  local message="##octopus[setVariable"
  [ -n "${1:-}" ] && message+=" name='$(encode_servicemessagevalue "$1")'"
  [ -n "${2:-}" ] && message+=" value='$(encode_servicemessagevalue "$2")'"
  [ "${3:-}" = "-sensitive" ] && message+=" sensitive='$(encode_servicemessagevalue True)'"
  echo "$message]"
}

set_environmentstate() {
  local message="##octopus[set-environmentstate"
  [ -n "${1:-}" ] && message+=" key='$(encode_servicemessagevalue "$1")'"
  [ -n "${2:-}" ] && message+=" value='$(encode_servicemessagevalue "$2")'"
  [ "${3:-}" = "-sensitive" ] && message+=" sensitive='$(encode_servicemessagevalue True)'"
  echo "$message type='$(encode_servicemessagevalue "${4:-State}")']"
}

set_environmenturl() {
  set_environmentstate "$1" "$2" "" Url
}

new_octopusartifact() {
  echo "The file $1 becomes an artifact"
  if [ ! -e "$1" ]; then
    echo "The file $1 is not there, so it cannot become an artifact" >&2
    exit 1
  fi
  local path name
  path="$(cd "$(dirname "$1")" && pwd -P)/$(basename "$1")"
  name="${2:-$(basename "$path")}"
  echo "##octopus[stdout-verbose]"
  echo "The artifact $name is taken from $path when the step is over"
  echo "##octopus[stdout-default]"
  echo "##octopus[createArtifact path='$(encode_servicemessagevalue "$path")' name='$(encode_servicemessagevalue "$name")' length='$(encode_servicemessagevalue "$(wc -c <"$1")")']"
}

remove-octopustarget() {
  echo "##octopus[delete-target machine='$(encode_servicemessagevalue "$1")']"
}

new_octopustarget() (
  attributes=""
  while [ $# -gt 0 ]; do
    case "$1" in
      -n | --name) attributes+=" name='$(encode_servicemessagevalue "$2")'"; shift 2 ;;
      -t | --target-id) attributes+=" targetId='$(encode_servicemessagevalue "$2")'"; shift 2 ;;
      --inputs) attributes+=" inputs='$(encode_servicemessagevalue "$2")'"; shift 2 ;;
      --roles) attributes+=" octopusRoles='$(encode_servicemessagevalue "$2")'"; shift 2 ;;
      --worker-pool) attributes+=" octopusDefaultWorkerPoolIdOrName='$(encode_servicemessagevalue "$2")'"; shift 2 ;;
      --update-if-existing) attributes+=" updateIfExisting='$(encode_servicemessagevalue true)'"; shift ;;
      --) break ;;
      -*) echo "Error: Unknown option: $1" >&2; exit 1 ;;
      *) break ;;
    esac
  done
  echo "##octopus[createStepPackageTarget$attributes]"
)

update_progress() {
  echo "##octopus[progress percentage='$(encode_servicemessagevalue "$1")' message='$(encode_servicemessagevalue "$2")']"
}

# The message is not quoted, so spaces collapse, as they do on a real worker.
__octopus_write() {
  echo "##octopus[stdout-$1]"
  echo $2
  echo "##octopus[stdout-default]"
}

write_verbose() { __octopus_write verbose "$1"; }
write_highlight() { __octopus_write highlight "$1"; }
write_wait() { __octopus_write wait "$1"; }
write_warning() { __octopus_write warning "$1"; }

# report_kubernetes_manifest YAML NAMESPACE: one message for each document
report_kubernetes_manifest() {
  local document="" line
  while IFS= read -r line || [ -n "$line" ]; do
    if [ "$line" = "---" ]; then
      __octopus_report_manifest "$document" "${2:-}"
      document=""
    else
      document+="$line"$'\n'
    fi
  done <<<"$1"
  __octopus_report_manifest "$document" "${2:-}"
}

__octopus_report_manifest() {
  [ -z "$1" ] && return 0
  local message="##octopus[k8s-manifest-applied manifest='$(encode_servicemessagevalue "$1")'"
  [ -n "$2" ] && message+=" ns='$(encode_servicemessagevalue "$2")'"
  echo "$message]"
}

report_kubernetes_manifest_file() {
  if [ ! -f "$1" ]; then
    write_verbose "There is no Kubernetes manifest at $1"
    return 0
  fi
  report_kubernetes_manifest "$(cat "$1")" "${2:-}"
}

if [ "$(get_octopusvariable "Octopus.Action.Script.SuppressEnvironmentLogging")" != "True" ]; then
  echo "##octopus[stdout-verbose]"
  echo "The script runs in this environment:"
  echo "  System:     $(uname -a)"
  echo "  User:       $(whoami) on $(hostname)"
  echo "  Processors: $(getconf _NPROCESSORS_ONLN)"
  echo "  Directory:  $(pwd)"
  echo "  Process:    $$"
  echo "##octopus[stdout-default]"
fi

{{parameters}}
