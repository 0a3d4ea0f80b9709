/** A folder and how its clients get it. */
export interface ExportLine {
  readonly path: string;
  /** Options of each client, the line's own defaults (`-sync,…`) before them; of sync and async the last counts. */
  readonly clients: readonly (readonly string[])[];
  /** Counts from 1. */
  readonly line: number;
}

/**
 * Reads /etc/exports (nfs-utils: exports(5)): a folder, then clients with options in parentheses right behind; a backslash at the end of
 * a line joins it to the next, a folder with blanks is quoted or has them in octal. A line without a folder is passed over.
 */
export function parseExports(text: string): readonly ExportLine[] {
  const found: ExportLine[] = [];
  let joined = '';
  let first = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    if (joined === '') first = index + 1;
    if (raw.endsWith('\\')) {
      joined += `${raw.slice(0, -1)} `;
      continue;
    }
    const line = (joined + raw).replace(/(?:^|\s)#.*$/, '').trim();
    joined = '';
    const [, quoted, bare, rest = ''] = /^(?:"([^"]{1,4096})"|([^\s"]{1,4096}))(?:\s+(.*))?$/.exec(line) ?? [];
    const path = quoted ?? bare?.replaceAll(/\\([0-3][0-7]{2})/g, (_, octal: string) => character(octal));
    if (path === undefined || !path.startsWith('/')) continue;
    let defaults: readonly string[] = [];
    const clients: (readonly string[])[] = [];
    for (const word of rest.split(/\s+/)) {
      if (word.startsWith('-')) defaults = word.slice(1).split(',');
      else if (word !== '') clients.push([...defaults, ...(/\(([^)]*)\)?$/.exec(word)?.[1]?.split(',') ?? [])]);
    }
    found.push({ path, clients, line: first });
  }
  return found;
}

const character = (octal: string): string => String.fromCharCode(Number.parseInt(octal, 8));
