# @@TITLE@@
@@NODE@@
$program = "$($OctopusParameters['Octopus.Action.Package[@@PACKAGE@@].ExtractedPath'])/launch.cjs"
if (-not [IO.File]::Exists($program)) {
  Fail-Step 'Failed to start this step: it needs version @@VERSION@@ of the package "@@PACKAGE@@", and Octopus brought none. Run "managed-spaces install" again.'
}
@@RUN@@
