  # Values go straight into the pipe, NUL-terminated: a command substitution would eat line feeds at their ends.
  for name in @@NAMES@@; do
    printf '%s\0' "$name"
    get_octopusvariable "$name"
    printf '\0'
  done
  printf '\0'
  while IFS= read -r name; do
    get_octopusvariable "$(decode_servicemessagevalue "$name")"
    printf '\0'
  done
