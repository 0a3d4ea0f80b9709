/** Reads the names of /proc/modules (linux: proc(5)): those loaded as modules, not what is built in. Gives undefined for a text that is something else. */
export function parseModules(text: string): readonly string[] | undefined {
  const names: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const match = /^(\w[\w-]{0,63}) \d{1,12} /.exec(line);
    if (match?.[1] === undefined) return undefined;
    names.push(match[1]);
  }
  return names;
}
