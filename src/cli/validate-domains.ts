import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadProblem } from '#cli/open-options';
import { inputError } from '#cli/request-error';
import { openRelaxNgValidator } from '#formats/xml/validate-relaxng';
import type { XmlDocument } from '#formats/xml/xml-document';

/** Where libvirt keeps its schemas, below the root. */
const folder = 'usr/share/libvirt/schemas';

/** Takes domain documents; gives each departure from the host's own schemas, with file, line and column. Without schemas it is an input error. */
export async function validateDomains(
  documents: readonly XmlDocument[],
  root: string,
): Promise<readonly ReadProblem[]> {
  const schemas = readSchemas(join(root, folder));
  const validator = await openRelaxNgValidator(schemas);
  try {
    return documents.flatMap(document =>
      (validator.validate(document) ?? []).map(fault => ({
        message: `${document.file}:${fault.line}:${fault.column}: ${fault.message}`,
        doThis: undefined,
      })),
    );
  } finally {
    validator.dispose();
  }
}

function readSchemas(path: string): ReadonlyMap<string, Uint8Array> {
  try {
    const names = readdirSync(path).filter(name => name.endsWith('.rng'));
    if (names.length > 0) return new Map(names.map(name => [name, readFileSync(join(path, name))]));
  } catch {
    // told below: no schemas is one thing, whatever the reason
  }
  throw inputError(
    `there are no schemas of libvirt in ${path}`,
    'install libvirt (Debian: libvirt0, SUSE: libvirt-libs) or leave out --validate',
  );
}
