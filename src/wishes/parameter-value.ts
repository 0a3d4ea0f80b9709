/** What must be known of a parameter to read its value. */
export interface ParameterShape {
  readonly default: number;
  readonly unit: string;
  /** Least and most that make sense, where the unit does not tell. */
  readonly range?: readonly [least: number, most: number];
}

/** How a unit is read and what it allows. */
interface UnitKind {
  /** Factors from the units that may be written to the parameter's own. */
  readonly factors: Readonly<Record<string, number>>;
  readonly range: readonly [least: number, most: number];
  readonly isWhole: boolean;
  /** As it may be written. */
  readonly examples: string;
}

const sizes: Readonly<Record<string, number>> = {
  bytes: 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const times: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, min: 60e9, h: 3600e9 };
const counted =
  /^(?:pages|vCPUs|threads|scans|retries|queues|paths|guests|disks|devices|contexts|clusters|major versions)(?: an? |$)|number of the kernel/;

function kindOf(unit: string): UnitKind {
  const factorsTo = (table: Readonly<Record<string, number>>, own: number): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.entries(table).map(([name, size]) => [name, size / own]));
  const size = sizes[unit];
  if (size !== undefined)
    return {
      factors: factorsTo(sizes, size),
      range: [0, 2 ** 53 / size],
      isWhole: unit === 'bytes',
      examples: `2 GiB, 512 MiB, or a number of ${unit}`,
    };
  const time = times[unit];
  if (time !== undefined)
    return {
      factors: factorsTo(times, time),
      range: [0, 1e21 / time],
      isWhole: false,
      examples: `10 s, 500 ms, or a number of ${unit}`,
    };
  if (unit.startsWith('%')) return { factors: { '%': 1 }, range: [0, 100], isWhole: false, examples: '20 or 20%' };
  if (unit.startsWith('of '))
    return { factors: { '%': 0.01 }, range: [0, 1], isWhole: false, examples: 'a share such as 0.5 or 50%' };
  if (unit === 'vm.swappiness')
    return { factors: {}, range: [0, 200], isWhole: true, examples: 'a number from 0 to 200' };
  return {
    factors: {},
    range: [0, 2 ** 53],
    isWhole: counted.test(unit) && !/ an? /.test(unit),
    examples: `a number of ${unit}`,
  };
}

/**
 * Takes what is written for a parameter (`10`, `2 GiB`, `50%`) and gives the number in the parameter's own unit; or, as a text, why it
 * is none that makes sense.
 */
export function parameterValue(written: string | number, shape: ParameterShape): number | string {
  const kind = kindOf(shape.unit);
  const value = typeof written === 'number' ? written : numberOf(written, kind.factors, shape.unit);
  if (value === undefined || !Number.isFinite(value))
    return `"${written}" is no value of it, which is ${kind.examples.trim()}`;
  if (kind.isWhole && !Number.isInteger(value))
    return `${written} is no whole number, of which ${shape.unit} are counted`;
  // where more than the whole is the default, more makes sense
  const isOverWhole = shape.unit.startsWith('of ') && shape.default > 1;
  const [least, most] = shape.range ?? (isOverWhole ? [0, 10] : kind.range);
  if (value < least || value > most) return `${written} is out of its range, ${rangeWords(least, most, shape.unit)}`;
  return value;
}

/** The range of a parameter in words of its unit. */
const rangeWords = (least: number, most: number, unit: string): string =>
  most >= 2 ** 40 ? `${least} and more` : `${least} to ${most} ${unit}`.trimEnd();

function numberOf(text: string, factors: Readonly<Record<string, number>>, own: string): number | undefined {
  const match = /^([+-]?\d{1,15}(?:\.\d{1,9})?)\s*(\S.{0,80})?$/u.exec(text.trim());
  if (match === null) return undefined;
  const [, digits = '', unit] = match;
  if (unit === undefined || unit === own) return Number(digits);
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  // 10 % is 0.1, not 0.1000000000000000055
  return factor === undefined ? undefined : Number((Number(digits) * factor).toPrecision(15));
}
