/**
 * Reads an entry of the Boot Loader Specification, type #1 (/boot/loader/entries/*.conf): `key value`, comments after `#`; `options` may be
 * given more than once (uapi-group.org/specifications/specs/boot_loader_specification).
 */
export interface BootEntry {
  /** Name of the file without `.conf`. */
  readonly id: string;
  readonly title: string | undefined;
  readonly version: string | undefined;
  readonly sortKey: string | undefined;
  readonly options: readonly { readonly text: string; readonly line: number; readonly column: number }[];
}

/** Takes the entry's name and text. */
export function parseBootEntry(id: string, text: string): BootEntry {
  const values = new Map<string, string>();
  const options: { text: string; line: number; column: number }[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const match = /^[ \t]*([a-z][\w-]{0,63})[ \t]+(\S.*)$/.exec(raw.slice(0, 65_536).trimEnd());
    if (match?.[1] === undefined || match[2] === undefined) continue;
    if (match[1] === 'options') {
      options.push({ text: match[2], line: index + 1, column: match[0].length - match[2].length + 1 });
    } else values.set(match[1], match[2]);
  }
  return { id, title: values.get('title'), version: values.get('version'), sortKey: values.get('sort-key'), options };
}

/** Reads GRUB's environment block (grubenv): `name=value` lines behind its heading, padded with `#`; a backslash takes the next character as it is. */
export function parseGrubEnvironment(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z_][\w.-]{0,127})=(.*)$/.exec(line);
    if (match?.[1] !== undefined) variables.set(match[1], (match[2] ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return variables;
}
