import { name, names } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { list, object } from "../shape.ts";
import { required } from "../value.ts";
import { anyOf, count, oneOf, text, word } from "../words.ts";

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export const deploymentFreezes: Section = {
  key: "deploymentFreezes",
  kind: "deploymentFreeze",
  about: "When nothing is deployed.",
  fields: {
    name: nameField,
    description,
    start: required(word("Start", "Such as `2026-12-24T00:00:00.000+00:00`.")),
    end: required(word("End")),
    projects: list("Projects", undefined, {
      fields: {
        project: required(name("project", "ProjectId")),
        environments: required(names("environment", "EnvironmentIds")),
      },
      identify: ({ project }) => String(project).toLowerCase(),
    }),
    tenants: list("Tenants", undefined, {
      fields: {
        tenant: required(name("tenant", "TenantId")),
        project: required(name("project", "ProjectId")),
        environment: required(name("environment", "EnvironmentId")),
      },
      identify: (said) => JSON.stringify(said).toLowerCase(),
    }),
    repeats: object("RecurringSchedule", undefined, {
      fields: {
        type: required(oneOf("Type", undefined, ["Daily", "Weekly", "Monthly", "Annually"])),
        every: count("Unit", "How many days, weeks and so on lie between."),
        ends: required(oneOf("EndType", undefined, ["Never", "OnDate", "AfterOccurrences"])),
        endDate: text("EndOnDate"),
        occurrences: count("EndAfterOccurrences"),
        monthly: oneOf("MonthlyScheduleType", undefined, ["DateOfMonth", "DayOfMonth"]),
        date: text("DateOfMonth"),
        dayNumber: text("DayNumberOfMonth"),
        day: oneOf("DayOfWeek", undefined, days),
        days: anyOf("DaysOfWeek", undefined, days),
        utcOffset: count("UserUtcOffsetInMinutes", "Minutes.", { least: -840 }),
      },
    }),
  },
  isWhole: true,
};
