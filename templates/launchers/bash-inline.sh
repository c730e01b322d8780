# @@TITLE@@.
set +eu +o pipefail
IFS=$' \t\n'
@@CHECKS@@
export NODE_USE_ENV_PROXY=1
coproc MANAGED_SPACES {
  printf '%s\0' '
@@PAYLOAD@@'
@@ANSWERS@@
}
@@RUN@@
