trap 'kill -TERM "$node" 2>/dev/null' TERM INT
launcher=$MANAGED_SPACES_PID
# Copies: Bash keeps a coprocess's own descriptors from background jobs.
exec {answers}<&"${MANAGED_SPACES[0]}" {questions}>&"${MANAGED_SPACES[1]}"
eval "exec ${MANAGED_SPACES[0]}<&- ${MANAGED_SPACES[1]}>&-"
# By way of descriptor 1: Bash marks copies of a coprocess's descriptors close-on-exec, except on 0, 1 and 2.
{ exec node --no-warnings @@PROGRAM@@ "$wrong" 3>&1 >&4 4>&-; } <&"$answers" 4>&1 >&"$questions" &
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
