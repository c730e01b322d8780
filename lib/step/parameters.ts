import * as z from "zod/mini";

/** One question of a step: a schema that turns what the form gives into what `run` gets. Its {@link ParameterForm} is registered beside it. */
export type Parameter<T = unknown> = z.ZodMiniType<T>;

export type ParameterControl = "SingleLineText" | "MultiLineText" | "Sensitive" | "Checkbox" | "Select" | "Package";

/** What the Octopus form shows for a parameter. Everything that leaves the form is a string. */
export interface ParameterForm {
  label: string;
  /** Markdown. */
  help: string;
  control: ParameterControl;
  /** The value that the form starts with; may hold Octostache, such as `#{ManagedTenant.Octopus.Url}`. */
  default: string;
  /** The whole Octopus variable name, where the derived one (`<prefix>.<Key>`) will not do. */
  variable: string | undefined;
  /** Whether it may be left empty. */
  optional: boolean;
  /** Choices of a select: value to display text. */
  options: Readonly<Record<string, string>>;
  /** Whether an Octostache token may be left in the value; elsewhere it is an unresolved variable and refused. */
  keepTokens: boolean;
  /** Whether a value that is nothing but a variable without a value in the run counts as none given. */
  mayBeUnresolved: boolean;
}

export interface TextOptions {
  label: string;
  help: string;
  default?: string;
  variable?: string;
  optional?: boolean;
  keepTokens?: boolean;
  mayBeUnresolved?: boolean;
}

export interface SecretOptions {
  label: string;
  help: string;
  default?: string;
  variable?: string;
  optional?: boolean;
  mayBeUnresolved?: boolean;
}

export interface CheckboxOptions {
  label: string;
  help: string;
  default: boolean;
  variable?: string;
}

export interface SelectOptions<Choices extends Readonly<Record<string, string>>> {
  label: string;
  help: string;
  /** Value to display text. */
  options: Choices;
  default: keyof Choices & string;
  variable?: string;
}

export interface PackageOptions {
  label: string;
  help: string;
  variable?: string;
  optional?: boolean;
}

type Optional = { optional: true };

/** A package that Octopus brought to the worker, and where it lies. */
export interface PackageReference {
  id: string;
  version: string;
  /** The directory that holds the extracted package; the package itself where a command line names a zip file. */
  path: string;
}

/** The form of each parameter, by its schema. */
export const parameterForms = z.registry<ParameterForm>();

/** One line of text, without space around it. */
export function text(options: TextOptions & Optional): Parameter<string | undefined>;
export function text(options: TextOptions): Parameter<string>;
export function text(options: TextOptions): Parameter<string | undefined> {
  return withForm(orAbsent(z.string().check(z.trim()), options), toForm("SingleLineText", options));
}

/** A sensitive value, exactly as entered. It is masked before anything is printed. */
export function secret(options: SecretOptions & Optional): Parameter<string | undefined>;
export function secret(options: SecretOptions): Parameter<string>;
export function secret(options: SecretOptions): Parameter<string | undefined> {
  return withForm(orAbsent(z.string(), options), toForm("Sensitive", options));
}

/** An http or https address, without a slash at its end. */
export function url(options: TextOptions & Optional): Parameter<string | undefined>;
export function url(options: TextOptions): Parameter<string>;
export function url(options: TextOptions): Parameter<string | undefined> {
  const address = z.string().check(
    z.trim(),
    z.refine((value) => value === "" || isWebAddress(value), {
      error: "enter an address that starts with https:// or http://.",
    }),
    z.overwrite((value) => value.replace(/\/+$/, "")),
  );
  return withForm(orAbsent(address, options), toForm("SingleLineText", options));
}

/** Many lines, one value each: trimmed, blank ones left out. Nothing entered gives an empty list. */
export function lines(options: TextOptions): Parameter<string[]> {
  return withForm(z.pipe(z.string(), z.transform(toLines)), toForm("MultiLineText", { ...options, optional: true }));
}

/** Text of many lines, exactly as entered. */
export function multilineText(options: TextOptions & Optional): Parameter<string | undefined>;
export function multilineText(options: TextOptions): Parameter<string>;
export function multilineText(options: TextOptions): Parameter<string | undefined> {
  return withForm(orAbsent(z.string(), options), toForm("MultiLineText", options));
}

/** Yes or no. */
export function checkbox(options: CheckboxOptions): Parameter<boolean> {
  const value = z.pipe(
    z.string().check(
      z.trim(),
      z.toLowerCase(),
      z.refine((entered) => ["true", "false", ""].includes(entered), { error: "enter True or False." }),
    ),
    z.transform((entered) => entered === "true"),
  );
  return withForm(value, toForm("Checkbox", { ...options, default: options.default ? "True" : "False" }));
}

/** One of a few values. */
export function select<const Choices extends Readonly<Record<string, string>>>(
  options: SelectOptions<Choices>,
): Parameter<keyof Choices & string> {
  const values = Object.keys(options.options);
  const isValue = (entered: string): entered is keyof Choices & string => values.includes(entered);
  const error = `choose one of ${values.join(", ")}.`;
  const value = z.pipe(
    z.string().check(z.trim(), z.refine(isValue, { error, abort: true })),
    z.transform((entered) => (isValue(entered) ? entered : z.NEVER)),
  );
  return withForm(value, { ...toForm("Select", options), options: options.options });
}

/** A package that the person who uses the step chooses; Octopus brings it to the worker and extracts it there. */
export function packageReference(options: PackageOptions & Optional): Parameter<PackageReference | undefined>;
export function packageReference(options: PackageOptions): Parameter<PackageReference>;
export function packageReference(options: PackageOptions): Parameter<PackageReference | undefined> {
  const reference = z.object({ id: chosen(), version: chosen(), path: chosen() }, { error: "choose a package." });
  return withForm(options.optional === true ? z.optional(reference) : reference, toForm("Package", options));
}

/** The form that was registered with `parameter`; a schema that was not made here is a mistake of the programmer. */
export function getParameterForm(parameter: Parameter): ParameterForm {
  const form = parameterForms.get(parameter);
  if (form === undefined) throw new TypeError("A parameter of a step must be made by lib/step/parameters.ts.");
  return form;
}

function withForm<T>(schema: z.ZodMiniType<T>, form: ParameterForm): Parameter<T> {
  return schema.register(parameterForms, form);
}

interface FormOptions extends Omit<SecretOptions, "optional"> {
  optional?: boolean;
  keepTokens?: boolean;
}

function toForm(control: ParameterControl, options: FormOptions): ParameterForm {
  const { label, help, default: initial = "", variable, optional = false, keepTokens = false } = options;
  const { mayBeUnresolved = false } = options;
  return {
    label,
    help,
    control,
    default: initial,
    variable,
    optional,
    options: {},
    keepTokens,
    mayBeUnresolved,
  };
}

function orAbsent(
  schema: z.ZodMiniType<string, string>,
  options: { optional?: boolean },
): z.ZodMiniType<string | undefined> {
  if (options.optional === true)
    return z.pipe(
      schema,
      z.transform((value) => (value === "" ? undefined : value)),
    );
  return schema.check(z.refine((value) => value !== "", { error: "enter a value." }));
}

function chosen(): z.ZodMiniType<string> {
  return z.string().check(z.minLength(1, { error: "choose a package." }));
}

function toLines(value: string): string[] {
  return value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function isWebAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}
