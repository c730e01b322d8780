import { fleetNames } from "./runbook-names.ts";

/**
 * Posts what became worse as `{"text": "…"}`, which Slack, Mattermost, Teams workflows and most others take. The address is a secret: it goes
 * to curl by a pipe, and no message of curl's is shown, since they name it. Octopus evaluates expressions in a script first, so there is none.
 */
export const webhookScript = `url="$(get_octopusvariable "${fleetNames.webhookUrl}")"
text="$(get_octopusvariable "Octopus.Action[${fleetNames.reportStep}].Output.WorseText")"
if [ -z "$url" ]; then
  fail_step "There is no address to post to. Give the project the secret variable ${fleetNames.webhookUrl}, and publish the runbook."
fi

# As a text in JSON, and as a text in a configuration of curl.
text="\${text//\\\\/\\\\\\\\}"
text="\${text//\\"/\\\\\\"}"
text="\${text//$'\\t'/\\\\t}"
text="\${text//$'\\n'/\\\\n}"
text="$(printf '%s' "$text" | tr -d '\\000-\\037')"
url="\${url//[$'\\r\\n']/}"
url="\${url//\\\\/\\\\\\\\}"
url="\${url//\\"/\\\\\\"}"

status=0
answer="$(curl --silent --fail --max-time 30 --output /dev/null --write-out '%{http_code}' \\
  --config <(printf 'url = "%s"\\n' "$url") \\
  --header 'Content-Type: application/json' --data-binary @- <<< "{\\"text\\":\\"$text\\"}")" || status=$?
if [ "$status" -ne 0 ]; then
  fail_step "The webhook was not told: curl ended with $status, and the answer was $answer. Check the variable ${fleetNames.webhookUrl}."
fi
echo "The webhook was told ($answer)."
`;
