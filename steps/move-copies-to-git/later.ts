// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { moveAll } from "./move-all.ts";
