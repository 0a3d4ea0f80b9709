// The datatypes of W3C XML Schema part 2 that libvirt's schemas use, with their parameters.

/** A datatype with its parameters. */
export interface DataType {
  /** `string`, `unsignedInt` … */
  readonly name: string;
  readonly minimum: bigint | undefined;
  readonly maximum: bigint | undefined;
  readonly maxLength: number | undefined;
  /** As in the schema, for messages. */
  readonly pattern: string | undefined;
  readonly expression: RegExp | undefined;
}

/** Ranges of the whole-number types. */
const integers: Readonly<Record<string, readonly [bigint | undefined, bigint | undefined]>> = {
  integer: [undefined, undefined],
  positiveInteger: [1n, undefined],
  nonNegativeInteger: [0n, undefined],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  byte: [-128n, 127n],
  unsignedLong: [0n, 2n ** 64n - 1n],
  unsignedInt: [0n, 2n ** 32n - 1n],
  unsignedShort: [0n, 2n ** 16n - 1n],
  unsignedByte: [0n, 255n],
};

const forms: Readonly<Record<string, RegExp>> = {
  string: /^/,
  token: /^/,
  anyURI: /^/,
  double: /^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|-?INF|NaN)\s*$/,
  boolean: /^\s*(?:true|false|0|1)\s*$/,
  dateTime: /^\s*-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?\s*$/,
  NCName: /^\s*[\p{L}_][\p{L}\p{N}._-]*\s*$/u,
};

/** Texts longer than this are not held against a pattern, which might take long; libvirt's values are far shorter. */
const longestTested = 4096;

/**
 * Makes a datatype.
 *
 * @param parameters name and value, as in `<param name='pattern'>`
 * @returns undefined for a type or parameter that is not known
 */
export function dataType(name: string, parameters: readonly (readonly [string, string])[]): DataType | undefined {
  const range = Object.hasOwn(integers, name) ? integers[name] : undefined;
  if (!range && !Object.hasOwn(forms, name)) return undefined;
  const given = new Map(parameters);
  for (const [parameter, value] of parameters) {
    const isNumber = /^(?:minInclusive|maxInclusive|maxLength)$/.test(parameter) && /^-?\d{1,20}$/.test(value);
    if (parameter !== 'pattern' && !isNumber) return undefined;
  }
  const bound = (parameter: string) => (given.has(parameter) ? BigInt(given.get(parameter) ?? '') : undefined);
  const pattern = given.get('pattern');
  const maxLength = given.get('maxLength');
  return {
    name,
    minimum: bound('minInclusive') ?? range?.[0],
    maximum: bound('maxInclusive') ?? range?.[1],
    maxLength: maxLength === undefined ? undefined : Number(maxLength),
    pattern,
    expression: pattern === undefined ? undefined : expressionOf(pattern),
  };
}

/** A pattern of XML Schema covers the whole value, and knows no anchors: `^` and `$` are letters like others there. */
function expressionOf(pattern: string): RegExp | undefined {
  const plain = pattern.replace(/\\.|\[\^?(?:\\.|[^\]\\])*\]|[$^]/g, part =>
    part === '$' || part === '^' ? `\\${part}` : part,
  );
  try {
    return new RegExp(`^(?:${plain})$`);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a text is of the type. */
export function isOf(type: DataType, text: string): boolean {
  if (text.length > longestTested) return true;
  if (Object.hasOwn(integers, type.name) && !isInteger(type, text)) return false;
  if (Object.hasOwn(forms, type.name) && forms[type.name]?.test(text) === false) return false;
  if (type.maxLength !== undefined && Array.from(text).length > type.maxLength) return false;
  const plain = type.name === 'string' ? text : text.trim();
  return type.expression?.test(plain) ?? true;
}

function isInteger({ minimum, maximum }: DataType, text: string): boolean {
  const digits = text.trim();
  if (!/^[+-]?\d{1,40}$/.test(digits)) return false;
  const value = BigInt(digits.replace(/^\+/, ''));
  return (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum);
}
