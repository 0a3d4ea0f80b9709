import type { Distribution } from '#model/host';
import { parseVersion } from '#units/version';

/**
 * Reads /etc/os-release (man 5 os-release): shell assignments, one a line, the last of a name wins. Gives the fields by name, values
 * without quotes; lines of another form are passed over, as the manual asks.
 */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n', 1024)) {
    const match = /^([A-Z][A-Z0-9_]{0,63})=(.{0,1024})$/.exec(line.trim());
    const value = match?.[2] === undefined ? undefined : unquote(match[2].trim());
    if (match?.[1] !== undefined && value !== undefined) fields.set(match[1], value);
  }
  return fields;
}

/** Gives the distribution that an os-release file names; undefined where the file names none: the manual's default `linux` says nothing. */
export function distributionOf(fields: ReadonlyMap<string, string>): Distribution | undefined {
  const id = fields.get('ID');
  const name = fields.get('PRETTY_NAME') ?? fields.get('NAME');
  if (id === undefined && name === undefined) return undefined;
  const like = (fields.get('ID_LIKE') ?? '').split(/\s+/).filter(word => word !== '');
  const own = id ?? 'linux';
  return {
    id: own,
    family: [own, ...like.filter(word => word !== own)],
    version: parseVersion(fields.get('VERSION_ID') ?? ''),
    name: name ?? own,
  };
}

function unquote(value: string): string | undefined {
  const quote = value.charAt(0);
  if (quote !== '"' && quote !== "'") return /\s/.test(value) ? undefined : value.replace(/\\(.)/g, '$1');
  if (value.length < 2 || !value.endsWith(quote)) return undefined;
  const inner = value.slice(1, -1);
  return quote === "'" ? inner : inner.replace(/\\(["$`\\])/g, '$1');
}
