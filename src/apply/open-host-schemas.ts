import type { SchemaValidator } from '#formats/xml/schema-validator';
import { openRelaxNgValidator } from '#formats/xml/validate-relaxng';
import type { FileTree } from '#transport/file-tree';

const folder = '/usr/share/libvirt/schemas';

/** Opens libvirt's schemas as they lie on a host; undefined where there are none. Whoever opens it disposes of it. */
export async function openHostSchemas(files: Pick<FileTree, 'read' | 'list'>): Promise<SchemaValidator | undefined> {
  const names = files.list(folder);
  if (names.outcome !== 'ok' || !names.value.includes('domain.rng')) return undefined;
  const schemas = new Map<string, Uint8Array>();
  for (const name of names.value.filter(one => one.endsWith('.rng'))) {
    const text = files.read(`${folder}/${name}`);
    if (text.outcome === 'ok') schemas.set(name, Buffer.from(text.value));
  }
  return openRelaxNgValidator(schemas);
}
