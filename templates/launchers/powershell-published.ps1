# @@TITLE@@
#
# Runs a step of the npm package "@@PACKAGE@@", which npm fetches once for each worker. The variable ManagedSpaces.Registry
# may name another registry. Only one file of the package runs, if its SHA-512 is the one below, at each start. Variables
# reach it by a pipe: they are in no argument, environment or file.
$package = '@@PACKAGE@@@@@VERSION@@'
$sha512 = '@@SHA512@@'

$node = @(Get-Command node -CommandType Application -ErrorAction 0)[0]
if (-not $node) { Fail-Step '@@NODE_MISSING@@' }

# A copy of this step's own is checked and run, so that nobody changes it in between.
$scratch = "$($PWD.ProviderPath)/.managed-spaces"
$program = "$scratch/step.cjs"
$cache = "$([Environment]::GetFolderPath('LocalApplicationData'))/managed-spaces"
function Test-Program($file) {
  if (-not [IO.File]::Exists($file)) { return $false }
  [IO.File]::Copy($file, $program, $true)
  (Get-FileHash -LiteralPath $program -Algorithm SHA512).Hash -eq $sha512
}
$null = New-Item $scratch, $cache -ItemType Directory -Force -ErrorAction 0
if (-not (Test-Program "$cache/$package.cjs")) {
  if (-not (Get-Command npm -ErrorAction 0)) { Fail-Step '@@NPM_MISSING@@' }
  $source = $OctopusParameters['ManagedSpaces.Registry']
  if ($source) { $env:npm_config_registry = $source } else { $source = 'the registry of npm' }
  npm install $package --prefix $scratch --ignore-scripts --no-audit --no-fund
  if ($LASTEXITCODE -ne 0) { Fail-Step "@@FETCH_FAILED@@" }
  if (-not (Test-Program "$scratch/node_modules/@@PACKAGE@@/dist/step.cjs")) { Fail-Step "@@NOT_GENUINE@@" }
  # Whoever starts meanwhile, or after a kill, finds the whole file or none.
  try {
    [IO.File]::Copy($program, "$cache/$PID", $true)
    Move-Item "$cache/$PID" "$cache/$package.cjs" -Force
  } catch { Write-Verbose "It is not kept on this worker: $_" }
}

@@RUN@@
