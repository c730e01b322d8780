# Lines of Node.js that begin with a mark that nobody can guess ask for variables. All others are for the log.
$mark = [Guid]::NewGuid().ToString('N')
$utf8 = [Text.UTF8Encoding]::new($false)
$start = [Diagnostics.ProcessStartInfo]::new($node.Path, "--no-warnings `"$program`" @@ARGUMENTS@@ $mark@@LAST@@")
$start.WorkingDirectory = $PWD.ProviderPath
$start.UseShellExecute = $false
$start.RedirectStandardInput = $start.RedirectStandardOutput = $true
$start.StandardOutputEncoding = $utf8
$env:NODE_USE_ENV_PROXY = $null
$process = [Diagnostics.Process]::Start($start)
$answers = [IO.StreamWriter]::new($process.StandardInput.BaseStream, $utf8)
$answers.AutoFlush = $true
# Ends the byte order mark that Windows PowerShell may have written.
$answers.Write("`0")
while ($null -ne ($line = $process.StandardOutput.ReadLine())) {
  if ($line.StartsWith($mark)) {
    $value = $OctopusParameters[$line.Substring($mark.Length)]
    # A line feed alone: there is no such variable.
    if ($null -eq $value) { $value = "`n" }
    $answers.Write($value.Replace("`0", '') + "`0")
  } else { [Console]::Out.WriteLine($line) }
}
$process.WaitForExit()
exit $process.ExitCode
