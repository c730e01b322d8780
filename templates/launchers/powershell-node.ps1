$wrong = @@WRONG_NODE@@
$node = @(Get-Command node -CommandType Application -ErrorAction 0)[0]
if (-not $node) { Fail-Step ($wrong.Replace('FOUND', 'none')) }
