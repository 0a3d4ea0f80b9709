/** One parameter that modprobe gives to a module. */
export interface ModuleOption {
  /** With `_` for `-`, which are one in names of modules. */
  readonly module: string;
  readonly parameter: string;
  readonly value: string | undefined;
}

/** Reads the `options` lines of a file of modprobe.d(5), broken lines joined; other commands are passed over. */
export function moduleOptions(text: string): readonly ModuleOption[] {
  const options: ModuleOption[] = [];
  for (const line of text.replaceAll(/\\\n/g, ' ').split('\n')) {
    const [command, module, ...words] = line.trim().split(/\s+/);
    if (command !== 'options' || module === undefined) continue;
    for (const word of words) {
      const equals = word.indexOf('=');
      const parameter = equals < 0 ? word : word.slice(0, equals);
      options.push({
        module: module.replaceAll('-', '_'),
        parameter,
        value: equals < 0 ? undefined : word.slice(equals + 1),
      });
    }
  }
  return options;
}
