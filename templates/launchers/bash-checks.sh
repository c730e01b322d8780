# fail_step needs openssl itself, so that this message is encoded already.
if ! command -v openssl >/dev/null; then
  echo "##octopus[resultMessage message='@@OPENSSL_MISSING@@']"
  exit 1
fi
# From 4.1 on, Bash has coprocesses and chooses descriptors; macOS comes with 3.2.
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] > 400)) || fail_step "Failed to start this step: it needs Bash 4.1 or newer, and the worker has $BASH_VERSION. Install a newer one."
wrong=@@WRONG_NODE@@
command -v node >/dev/null || fail_step "${wrong/FOUND/none}"
