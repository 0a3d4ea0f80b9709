/**
 * Reads a kernel configuration (/boot/config-VERSION, the unpacked /proc/config.gz): `CONFIG_X=y` and `# CONFIG_X is not set`
 * (linux: Documentation/kbuild/kconfig.rst). Gives the values by name with `CONFIG_`: `y`, `m`, a number, a text without its quotes;
 * `n` for what is said not to be set. Undefined where the text has no such line at all.
 */
export function parseKernelConfig(text: string): ReadonlyMap<string, string> | undefined {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const set = /^(CONFIG_[A-Za-z0-9_]{1,128})=(.*)$/.exec(line);
    const unset = set === null ? /^# (CONFIG_[A-Za-z0-9_]{1,128}) is not set\b/.exec(line) : null;
    if (set?.[1] !== undefined) options.set(set[1], (set[2] ?? '').trim().replace(/^"(.*)"$/, '$1'));
    else if (unset?.[1] !== undefined) options.set(unset[1], 'n');
  }
  return options.size === 0 ? undefined : options;
}
