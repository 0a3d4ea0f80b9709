import type { ErrorDetail, XmlDocument as LibxmlDocument, RelaxNGValidator } from 'libxml2-wasm';
import { type SchemaFault, type SchemaValidator, schemaFileFor } from '#formats/xml/schema-validator';
import type { XmlDocument } from '#formats/xml/xml-document';
import { elementsAt } from '#formats/xml/xml-path';

type Libxml2 = typeof import('libxml2-wasm');

/** libvirt's schemas do not work: not well-formed, no RelaxNG, or a file of them is missing. */
export class SchemaError extends Error {
  readonly code = 'schema';
  readonly doThis =
    'Install the schemas again (Debian: libvirt0, others: libvirt-common or libvirt-libs), or leave validation out.';

  constructor(file: string, cause: string) {
    super(`The schema ${file} cannot be used: ${cause}`);
    this.name = 'SchemaError';
  }
}

/**
 * Opens a validator over RelaxNG schemas, with libxml2, which libvirt uses too. Loads the WASM library when called, not
 * before. The schemas' includes come from `schemas` alone: neither the file system nor the network is reached, from
 * them or from a document. Each schema is compiled when first needed (domain.rng: about 0.1 s).
 *
 * @param schemas file name (`domain.rng`) → bytes, as read from /usr/share/libvirt/schemas
 */
export async function openRelaxNgValidator(schemas: ReadonlyMap<string, Uint8Array>): Promise<SchemaValidator> {
  const libxml2 = await import('libxml2-wasm');
  const compiled = new Map<string, RelaxNGValidator>();
  return {
    validate(document) {
      const file = schemaFileFor(document.root.name);
      if (file === undefined || !schemas.has(file)) return undefined;
      const schema = compiled.get(file) ?? compile(libxml2, schemas, file);
      compiled.set(file, schema);
      return validateWith(libxml2, schema, document);
    },
    dispose() {
      for (const schema of compiled.values()) schema.dispose();
      compiled.clear();
    },
  };
}

/** @throws SchemaError */
function compile(libxml2: Libxml2, schemas: ReadonlyMap<string, Uint8Array>, file: string): RelaxNGValidator {
  // a folder of our own keeps the names apart from whatever libxml2 might otherwise look for
  const inFolder = (name: string) => `libvirt-schemas/${name}`;
  const buffers = Object.fromEntries([...schemas].map(([name, bytes]) => [inFolder(name), bytes]));
  libxml2.xmlRegisterInputProvider(new libxml2.XmlBufferInputProvider(buffers));
  try {
    const source = libxml2.XmlDocument.fromBuffer(schemas.get(file) ?? new Uint8Array(), { url: inFolder(file) });
    try {
      return libxml2.RelaxNGValidator.fromDoc(source);
    } finally {
      source.dispose();
    }
  } catch (error) {
    if (error instanceof libxml2.XmlError) throw new SchemaError(file, error.message.trim());
    throw error;
  } finally {
    libxml2.xmlCleanupInputProvider();
  }
}

function validateWith(libxml2: Libxml2, schema: RelaxNGValidator, document: XmlDocument): readonly SchemaFault[] {
  let copy: LibxmlDocument | undefined;
  try {
    // fails for a prefix that is not declared: our own reader, like libvirt's, lets that pass
    copy = libxml2.XmlDocument.fromString(document.sourceOf(document.root));
    schema.validate(copy);
    return [];
  } catch (error) {
    if (!(error instanceof libxml2.XmlLibError)) throw error;
    return error.details.map(detail => faultAt(document, detail));
  } finally {
    copy?.dispose();
  }
}

/** What libxml2 quotes may be a secret. */
const withoutValues = (message: string) => message.trim().replace(/'[^']*'/g, '‹value›');

/** libxml2 counts lines of the root element's text and often gives none; the path of the element is better. */
function faultAt(document: XmlDocument, { message, xpath = '', line, col }: ErrorDetail): SchemaFault {
  const [path] = /^(?:\/[\w:.-]+(?:\[\d+\])?)+/.exec(xpath) ?? [];
  const [element] = path === undefined ? [] : elementsAt(document, path);
  const start = document.positionOf((element ?? document.root).start);
  if (element || line < 1) return { ...start, message: withoutValues(message) };
  return { line: start.line + line - 1, column: Math.max(1, col), message: withoutValues(message) };
}
