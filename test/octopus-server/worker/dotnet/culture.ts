/** How numbers and dates are read and written. */
export interface DotnetCulture {
  name: string;
  numbers: NumberCulture;
  dates: DateCulture;
}

export interface NumberCulture {
  decimal: string;
  group: string;
  infinity: string;
  /** Patterns: `n` is the number, `$` the sign of the currency. */
  currency: { sign: string; positive: string; negative: string };
  percent: { positive: string; negative: string };
}

export interface DateCulture {
  /** The order in which days, months and years are read where digits alone tell them. */
  order: "MDY" | "DMY";
  separator: string;
  /** By the letters of standard formats. */
  patterns: Readonly<Record<"d" | "D" | "t" | "T" | "M" | "Y", string>>;
  months: readonly string[];
  shortMonths: readonly string[];
  days: readonly string[];
  shortDays: readonly string[];
  halves: readonly [string, string];
  era: string;
}

const english = {
  separator: "/",
  months: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
  shortMonths: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  days: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  shortDays: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
  halves: ["AM", "PM"],
} as const;

const invariant: DotnetCulture = {
  name: "",
  numbers: {
    decimal: ".",
    group: ",",
    infinity: "Infinity",
    currency: { sign: "¤", positive: "$n", negative: "($n)" },
    percent: { positive: "n %", negative: "-n %" },
  },
  dates: {
    ...english,
    order: "MDY",
    patterns: {
      d: "MM/dd/yyyy",
      D: "dddd, dd MMMM yyyy",
      t: "HH:mm",
      T: "HH:mm:ss",
      M: "MMMM dd",
      Y: "yyyy MMMM",
    },
    era: "A.D.",
  },
};

const american: DotnetCulture = {
  name: "en-US",
  numbers: {
    decimal: ".",
    group: ",",
    infinity: "∞",
    currency: { sign: "$", positive: "$n", negative: "-$n" },
    percent: { positive: "n%", negative: "-n%" },
  },
  dates: {
    ...english,
    order: "MDY",
    patterns: {
      d: "M/d/yyyy",
      D: "dddd, MMMM d, yyyy",
      t: "h:mm tt",
      T: "h:mm:ss tt",
      M: "MMMM d",
      Y: "MMMM yyyy",
    },
    era: "AD",
  },
};

const german: DotnetCulture = {
  name: "de-DE",
  numbers: {
    decimal: ",",
    group: ".",
    infinity: "∞",
    currency: { sign: "€", positive: "n $", negative: "-n $" },
    percent: { positive: "n %", negative: "-n %" },
  },
  dates: {
    order: "DMY",
    separator: ".",
    patterns: {
      d: "dd.MM.yyyy",
      D: "dddd, d. MMMM yyyy",
      t: "HH:mm",
      T: "HH:mm:ss",
      M: "d. MMMM",
      Y: "MMMM yyyy",
    },
    months: [
      "Januar",
      "Februar",
      "März",
      "April",
      "Mai",
      "Juni",
      "Juli",
      "August",
      "September",
      "Oktober",
      "November",
      "Dezember",
    ],
    shortMonths: ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    days: ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
    shortDays: ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"],
    halves: ["AM", "PM"],
    era: "n. Chr.",
  },
};

/** The cultures that are known here: that of a server in a container, and two that people have. */
export const cultures = { invariant, "en-US": american, "de-DE": german } as const;

export type CultureName = keyof typeof cultures;
