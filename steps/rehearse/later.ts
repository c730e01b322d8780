// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { leaveRehearsal } from "../../lib/deployment/rehearsal-record.ts";
export { toRecord } from "../../lib/fleet/describe-rehearsal.ts";
export { rehearseContent } from "./rehearse-content.ts";
export { reportRehearsal } from "./report-rehearsal.ts";
