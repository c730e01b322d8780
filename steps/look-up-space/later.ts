// What the step needs only of a tenant whose space is not there yet, or is just being made: a part of the program of its own.
export { haveSpaceMade, waitUntilFilled } from "./have-space-made.ts";
