/** A version of a kernel, QEMU, libvirt, Xen or a distribution: the numbers that decide, and the text as it was read. */
export interface Version {
  /** Major, minor, patch; a number that the text lacks is 0. */
  readonly numbers: readonly [number, number, number];
  /** The text read: `6.4.0-150600.23.25-default`. */
  readonly text: string;
}

/** Takes `6.4.0-150600.23-default`, `8.2.2 (openSUSE…)`, `15.6`, `12`; gives undefined where the text does not begin with a number. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\s*v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?/.exec(text);
  if (match === null) return undefined;
  return { numbers: [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)], text: text.trim() };
}

/** Takes the number that libvirt's API uses: major × 1,000,000 + minor × 1,000 + release. */
export function versionOfLibvirtNumber(number: number): Version {
  const numbers = [Math.floor(number / 1_000_000), Math.floor(number / 1000) % 1000, number % 1000] as const;
  return { numbers, text: numbers.join('.') };
}

/** Gives a negative number, 0 or a positive one, as `a` is older than, equal to or newer than `b`. What follows the three numbers does not count. */
export function compareVersions(a: Version, b: Version): number {
  for (const at of [0, 1, 2] as const) if (a.numbers[at] !== b.numbers[at]) return a.numbers[at] - b.numbers[at];
  return 0;
}

/** Takes a range such as `>=5.8` or `>=4.0 <6.1`. Gives whether the version is in it. Throws TypeError for a range that is none: ranges are written by us. */
export function isInRange(version: Version, range: string): boolean {
  return bordersOf(range).every(({ operator, at }) => {
    const order = compareVersions(version, at);
    if (operator === '>=') return order >= 0;
    if (operator === '>') return order > 0;
    if (operator === '<') return order < 0;
    if (operator === '<=') return order <= 0;
    return order === 0;
  });
}

/** Gives the borders named in a range, for tests that stand on both sides of each. */
export function bordersOf(range: string): readonly { readonly operator: string; readonly at: Version }[] {
  return range
    .trim()
    .split(/\s+/)
    .map(part => {
      const match = /^(>=|<=|>|<|=)(\d.*)$/.exec(part);
      const at = match?.[2] === undefined ? undefined : parseVersion(match[2]);
      if (match?.[1] === undefined || at === undefined) throw new TypeError(`not a version range: ${range}`);
      return { operator: match[1], at };
    });
}
