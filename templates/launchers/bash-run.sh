trap 'kill -TERM "$node" 2>/dev/null' TERM INT
answers=${MANAGED_SPACES[0]} questions=${MANAGED_SPACES[1]} launcher=$MANAGED_SPACES_PID
node --no-warnings -e @@LOADER@@ <&"$answers" 3>&"$questions" &
node=$!
exec {answers}<&- {questions}>&-
wait "$node"
code=$?
# A trapped signal ends a wait early.
while kill -0 "$node" 2>/dev/null; do
  wait "$node"
  code=$?
done
disown "$launcher" 2>/dev/null
kill "$launcher" 2>/dev/null
exit "$code"
