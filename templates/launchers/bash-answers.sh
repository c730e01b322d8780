  # Octopus's own function starts an openssl for each name. This one gives the same answer, and knows it for the name at hand.
  encode_servicemessagevalue() {
    if [ "$1" = "$name" ]; then printf '%s' "$encoded"; else printf '%s' "$1" | openssl enc -base64 -A; fi
  }
  # Values go straight into the pipe, NUL-terminated: a command substitution would eat line feeds at their ends.
  while IFS= read -r pair; do
    encoded=${pair%% *} name=${pair#* }
    get_octopusvariable "$name"
    printf '\0'
  done
