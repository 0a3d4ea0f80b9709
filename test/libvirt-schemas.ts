import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = '/usr/share/libvirt/schemas';

/** The RelaxNG schemas of the installed libvirt (Debian: package libvirt0) by file name; undefined where it is not installed. */
export function libvirtSchemas(): ReadonlyMap<string, Uint8Array> | undefined {
  if (!existsSync(join(folder, 'domain.rng'))) return undefined;
  return new Map(readdirSync(folder).map(name => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}
