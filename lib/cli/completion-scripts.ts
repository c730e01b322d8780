/**
 * What makes a shell complete `managed-spaces`, by the shell. Each hands over the word at the cursor and those before it as they are,
 * never as text to be evaluated: what somebody has typed and not sent must not run.
 */
export const completionScripts = {
  bash: `# bash completion for managed-spaces; needs no other package
_managed_spaces() {
  local value meaning
  COMPREPLY=()
  while IFS=$'\\t' read -r value meaning; do
    case "$value" in
      :files) compopt -o default 2>/dev/null ;;
      :folders) compopt -o dirnames 2>/dev/null ;;
      *) COMPREPLY+=("$value") ;;
    esac
  done < <("$1" complete "=\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null </dev/null)
}
complete -F _managed_spaces managed-spaces
`,
  zsh: `#compdef managed-spaces
# zsh completion for managed-spaces
_managed_spaces() {
  local value meaning kind=
  local -a offers
  while IFS=$'\\t' read -r value meaning; do
    case "$value" in
      :files) kind=files ;;
      :folders) kind=folders ;;
      *) offers+=("\${value//:/\\\\:}\${meaning:+:$meaning}") ;;
    esac
  done < <("\${words[1]}" complete "=\${words[CURRENT]}" "\${(@)words[2,CURRENT-1]}" 2>/dev/null </dev/null)
  (( \${#offers} )) && _describe -V managed-spaces offers
  [[ $kind == files ]] && _files
  [[ $kind == folders ]] && _files -/
  return 0
}
if [[ "\${funcstack[1]}" == _managed_spaces ]]; then
  _managed_spaces "$@"
else
  compdef _managed_spaces managed-spaces
fi
`,
  fish: `# fish completion for managed-spaces
function __managed_spaces_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    for line in ($before[1] complete "=$word" $before[2..-1] 2>/dev/null </dev/null)
        switch "$line"
            case ':files'
                __fish_complete_path "$word"
            case ':folders'
                __fish_complete_directories "$word" ''
            case '*'
                printf '%s\\n' "$line"
        end
    end
end
complete -c managed-spaces -f -a '(__managed_spaces_complete)'
`,
  powershell: `# PowerShell completion for managed-spaces (5.1 and 7)
Register-ArgumentCompleter -Native -CommandName 'managed-spaces' -ScriptBlock {
  param($word, $ast, $position)
  $before = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object {
    if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
  })
  & managed-spaces complete "=$word" $before 2>$null | ForEach-Object {
    $value, $meaning = $_ -split "\`t", 2
    if ($value -and -not $value.StartsWith(':')) {
      if (-not $meaning) { $meaning = $value }
      [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $meaning)
    }
  }
}
`,
} as const;
