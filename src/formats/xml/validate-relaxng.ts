import type { ErrorDetail, XmlDocument as LibxmlDocument, RelaxNGValidator } from 'libxml2-wasm';
import { Derivatives } from '#formats/relaxng/derivatives';
import { explainFaults } from '#formats/relaxng/explain-faults';
import { type Pattern, Patterns } from '#formats/relaxng/pattern';
import { readGrammar } from '#formats/relaxng/read-grammar';
import { SchemaError } from '#formats/relaxng/schema-error';
import { type SchemaFault, type SchemaValidator, schemaFileFor } from '#formats/xml/schema-validator';
import type { XmlDocument } from '#formats/xml/xml-document';
import { elementsAt } from '#formats/xml/xml-path';

type Libxml2 = typeof import('libxml2-wasm');

/**
 * Opens a validator over RelaxNG schemas. libxml2 gives the verdict, because libvirt validates with it and its verdict is
 * the one that counts; our own reading of the schema says where the faults are and what would be right. Loads the WASM
 * library when called, not before. The schemas' includes come from `schemas` alone: neither the file system nor the
 * network is reached, from them or from a document. A schema is compiled when first needed (domain.rng: about 0.1 s).
 *
 * @param schemas file name (`domain.rng`) → bytes, as read from /usr/share/libvirt/schemas
 * @returns a validator; its `validate` throws SchemaError when a schema it needs does not work
 */
export async function openRelaxNgValidator(schemas: ReadonlyMap<string, Uint8Array>): Promise<SchemaValidator> {
  const libxml2 = await import('libxml2-wasm');
  const compiled = new Map<string, RelaxNGValidator>();
  const explain = faultExplainer(schemas);
  return {
    validate(document) {
      const file = schemaFileFor(document.root.name);
      if (file === undefined || !schemas.has(file)) return undefined;
      const schema = compiled.get(file) ?? compile(libxml2, schemas, file);
      compiled.set(file, schema);
      const faults = validateWith(libxml2, schema, document);
      return faults.length === 0 ? faults : (explain(document, file) ?? faults.map(unexplained));
    },
    dispose() {
      for (const schema of compiled.values()) schema.dispose();
      compiled.clear();
    },
  };
}

/** Patterns are kept for the next document, but not for ever more of them. */
const mostPatterns = 200_000;

/** Gives a function that explains what is wrong; it gives undefined where our reading of the schema finds nothing wrong. */
function faultExplainer(schemas: ReadonlyMap<string, Uint8Array>) {
  let patterns = new Patterns();
  let derivatives = new Derivatives(patterns);
  const wholes = new Map<string, Pattern>();
  return (document: XmlDocument, file: string): readonly SchemaFault[] | undefined => {
    if (patterns.size > mostPatterns) {
      patterns = new Patterns();
      derivatives = new Derivatives(patterns);
      wholes.clear();
    }
    try {
      const whole = wholes.get(file) ?? readGrammar(patterns, schemas, file);
      wholes.set(file, whole);
      const faults = explainFaults(derivatives, whole, document);
      return faults.length === 0 ? undefined : faults;
    } catch (error) {
      // a schema of times to come may use more of RelaxNG than we read; the verdict stands without explanation
      if (error instanceof SchemaError) return undefined;
      throw error;
    }
  };
}

/**
 * libxml2 refuses some documents that the schema allows: it loses track of elements of an inner interleave that others
 * stand between (name, memory, uuid). libvirt refuses them with it.
 */
function unexplained(fault: SchemaFault): SchemaFault {
  if (/^(?:Namespace|xmlns)/.test(fault.message)) return fault;
  return { ...fault, message: `${fault.message} (libvirt's validator says so; it may be the order of the elements)` };
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
