if ! command -v openssl >/dev/null; then
  # Octopus's own functions need openssl, to tell this too.
  echo "##octopus[resultMessage message='@@OPENSSL_MISSING@@']"
  exit 1
fi
command -v node >/dev/null || fail_step @@NODE_MISSING@@
