# fail_step needs openssl itself, so that this message is encoded already.
if ! command -v openssl >/dev/null; then
  echo "##octopus[resultMessage message='@@OPENSSL_MISSING@@']"
  exit 1
fi
wrong=@@WRONG_NODE@@
command -v node >/dev/null || fail_step "${wrong/FOUND/none}"
