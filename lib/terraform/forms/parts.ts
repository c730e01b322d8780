import type { PartForm } from "../form.ts";
import { inputs } from "../inputs.ts";

export const space: PartForm = () => inputs.spaceId;

/** A tag is known by its name everywhere. */
export const tag: PartForm = ({ key }) => key.join("/");
