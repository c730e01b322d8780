  # Octopus's own function starts an openssl for each name. This one gives the same answer, and knows it for the name at hand.
  encode_servicemessagevalue() {
    if [ "$1" = "$name" ]; then printf '%s' "$encoded"; else printf '%s' "$1" | openssl enc -base64 -A; fi
  }
  # Values go straight into the pipe, NUL-terminated: a command substitution would eat line feeds at their ends.
  answer() {
    get_octopusvariable "$name"
    printf '\0'
  }
  for pair in @@NAMES@@; do
    encoded=${pair%% *} name=${pair#* }
    printf '%s\0' "$name"
    answer
  done
  printf '\0'
  while IFS= read -r pair; do
    encoded=${pair%% *} name=${pair#* }
    answer
  done
