# @@TITLE@@.
set +eu +o pipefail
IFS=$' \t\n'
@@CHECKS@@
unset NODE_USE_ENV_PROXY
coproc MANAGED_SPACES {
  printf '%s\0' '
@@PAYLOAD@@'
@@ANSWERS@@
}
@@RUN@@
