# @@TITLE@@
set +eu +o pipefail
IFS=$' \t\n'
@@CHECKS@@
unset NODE_USE_ENV_PROXY
package=$(get_octopusvariable 'Octopus.Action.Package[@@PACKAGE@@].ExtractedPath')
[ -f "$package/launch.cjs" ] || fail_step 'Failed to start this step: it needs version @@VERSION@@ of the package "@@PACKAGE@@", and Octopus brought none. Run "managed-spaces install" again.'
coproc MANAGED_SPACES {
@@ANSWERS@@
}
@@RUN@@
