import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadProblem } from '#cli/open-options';
import { inputError } from '#cli/request-error';
import type { StoredDefinition } from '#collect/guest/stored-definitions';
import { SchemaError } from '#formats/relaxng/schema-error';
import { parseXml } from '#formats/xml/parse-xml';
import { openRelaxNgValidator } from '#formats/xml/validate-relaxng';
import type { XmlDocument } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';

/** Where libvirt keeps its schemas, below the root. */
const folder = 'usr/share/libvirt/schemas';

/** Takes domain documents; gives each departure from the schemas of a host, with file, line and column. Without schemas it is an input error. */
export async function validateDomains(
  documents: readonly XmlDocument[],
  root: string,
): Promise<readonly ReadProblem[]> {
  const validator = await openRelaxNgValidator(readSchemas(join(root, folder)));
  try {
    return documents.flatMap(document =>
      (validator.validate(document) ?? []).map(fault => ({
        message: `${document.file}:${fault.line}:${fault.column}: ${fault.message}`,
        place: { file: document.file, line: fault.line, column: fault.column },
      })),
    );
  } catch (error) {
    throw error instanceof SchemaError ? inputError(error.message, error.doThis) : error;
  } finally {
    validator.dispose();
  }
}

/** The same for definitions that a host has stored; a text that is no XML is a departure, too. */
export async function validateDefinitions(
  definitions: readonly StoredDefinition[],
  root: string,
): Promise<readonly ReadProblem[]> {
  const problems: ReadProblem[] = [];
  const documents = definitions.flatMap(({ source, text }) => {
    try {
      return [parseXml(text, { file: source })];
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      problems.push({
        message: error.message,
        doThis: error.doThis,
        place: { file: source, line: error.line, column: error.column },
      });
      return [];
    }
  });
  return [...problems, ...(await validateDomains(documents, root))];
}

/** The root whose schemas judge: a tree's own where it holds them, else this machine's. */
export const schemaRootOf = (tree: string): string => (existsSync(join(tree, folder, 'domain.rng')) ? tree : '/');

function readSchemas(path: string): ReadonlyMap<string, Uint8Array> {
  try {
    const names = readdirSync(path).filter(name => name.endsWith('.rng'));
    if (names.includes('domain.rng')) return new Map(names.map(name => [name, readFileSync(join(path, name))]));
  } catch {
    // told below: no schemas is one thing, whatever the reason
  }
  throw inputError(
    `there are no schemas of libvirt in ${path}`,
    'install libvirt (Debian: libvirt0, SUSE: libvirt-libs) or leave out --validate',
  );
}
