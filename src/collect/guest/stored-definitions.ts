import { fileText, folderNames } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { valueIfKnown } from '#model/known';

/** The domain XML that the next start of a guest uses. */
export interface StoredDefinition {
  /** What to call it in a message: `db01 (qemu:///system)`, a path. */
  readonly source: string;
  readonly text: string;
}

/** Where libvirt's drivers keep definitions. */
const folders = ['/etc/libvirt/qemu', '/etc/libvirt/libxl'];

/** Gives the stored definitions of all guests: those that libvirt gave, else those of its own files. One that could not be read is not among them. */
export function storedDefinitions(sources: Sources): readonly StoredDefinition[] {
  const { libvirt } = sources;
  if (!('state' in libvirt) && 'value' in libvirt.domains) {
    return libvirt.domains.value.flatMap(({ name, xml }) =>
      'value' in xml ? [{ source: `${name} (${libvirt.uri})`, text: xml.value }] : [],
    );
  }
  return folders.flatMap(folder =>
    (valueIfKnown(folderNames(sources, folder)) ?? [])
      .filter(name => name.endsWith('.xml'))
      .flatMap(name => {
        const text = valueIfKnown(fileText(sources, `${folder}/${name}`));
        return text === undefined ? [] : [{ source: `${folder}/${name}`, text }];
      }),
  );
}
