import { dataType } from '#formats/relaxng/data-type';
import type { NameClass, Pattern, Patterns, QualifiedName } from '#formats/relaxng/pattern';
import { SchemaError } from '#formats/relaxng/schema-error';
import { decodeXmlBytes } from '#formats/xml/decode-xml-bytes';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { attribute, child, children, localName, namespaceOf, text } from '#formats/xml/xml-tree';

const relaxNg = 'http://relaxng.org/ns/structure/1.0';

/** A name that is defined twice says how both join. */
type Combine = 'choice' | 'interleave';

interface Definition {
  readonly bodies: XmlElement[];
  combine: Combine | undefined;
}

/** One `<grammar>`: its definitions, those of included files among them. */
interface Grammar {
  readonly definitions: Map<string, Definition>;
  readonly made: Map<string, Pattern | 'in the making'>;
}

/** The name under which `<start>` is kept; no definition can have it. */
const start = '<start>';

/**
 * Reads a schema in RELAX NG's XML form (https://relaxng.org/spec-20011203.html), as far as libvirt's schemas go.
 * Not known: externalRef, parentRef, names with exceptions.
 *
 * @param schemas file name → bytes; `file` and what it includes are taken from here alone
 * @returns the pattern of a whole document
 * @throws SchemaError
 */
export function readGrammar(patterns: Patterns, schemas: ReadonlyMap<string, Uint8Array>, file: string): Pattern {
  const load = (name: string): XmlElement => {
    const bytes = schemas.get(name);
    if (!bytes) throw new SchemaError(file, `${name} is missing`);
    try {
      return parseXml(decodeXmlBytes(bytes, { file: name }), { file: name }).root;
    } catch (error) {
      if (error instanceof XmlError) throw new SchemaError(file, error.message);
      throw error;
    }
  };
  return new GrammarReader(patterns, file, load).pattern(load(file), undefined);
}

class GrammarReader {
  readonly #patterns: Patterns;
  readonly #file: string;
  readonly #load: (name: string) => XmlElement;

  constructor(patterns: Patterns, file: string, load: (name: string) => XmlElement) {
    this.#patterns = patterns;
    this.#file = file;
    this.#load = load;
  }

  #refuse(element: XmlElement, says: string): never {
    const { document } = element;
    throw new SchemaError(this.#file, `${document.file}:${document.positionOf(element.start).line}: ${says}`);
  }

  pattern(element: XmlElement, grammar: Grammar | undefined): Pattern {
    if (namespaceOf(element) !== relaxNg) this.#refuse(element, `<${element.name}> is not of RELAX NG`);
    const patterns = this.#patterns;
    switch (localName(element)) {
      case 'grammar':
        return this.#grammar(element);
      case 'ref':
        return this.#reference(grammar, attribute(element, 'name') ?? '', element);
      case 'empty':
        return patterns.empty;
      case 'notAllowed':
        return patterns.notAllowed;
      case 'text':
        return patterns.text;
      case 'choice':
        return patterns.choice(own(element).map(inner => this.pattern(inner, grammar)));
      case 'interleave':
        return this.#interleave(own(element), grammar);
      case 'group':
        return this.#group(own(element), grammar);
      case 'optional':
        return patterns.choice([this.#group(own(element), grammar), patterns.empty]);
      case 'oneOrMore':
        return patterns.oneOrMore(this.#group(own(element), grammar));
      case 'zeroOrMore':
        return patterns.choice([patterns.oneOrMore(this.#group(own(element), grammar)), patterns.empty]);
      case 'mixed':
        return patterns.interleave(this.#group(own(element), grammar), patterns.text);
      case 'list':
        return patterns.list(this.#group(own(element), grammar));
      case 'element':
        return this.#element(element, grammar);
      case 'attribute': {
        const { names, rest } = this.#names(element, attribute(element, 'ns') ?? '');
        return patterns.attribute(names, rest.length === 0 ? patterns.text : this.#group(rest, grammar));
      }
      case 'value':
        return patterns.value(text(element));
      case 'data':
        return this.#data(element, grammar);
      default:
        return this.#refuse(element, `<${element.name}> is not known`);
    }
  }

  #group(elements: readonly XmlElement[], grammar: Grammar | undefined): Pattern {
    const parts = elements.map(element => this.pattern(element, grammar));
    return parts.reduceRight((rest, part) => this.#patterns.group(part, rest), this.#patterns.empty);
  }

  #interleave(elements: readonly XmlElement[], grammar: Grammar | undefined): Pattern {
    const parts = elements.map(element => this.pattern(element, grammar));
    return parts.reduceRight((rest, part) => this.#patterns.interleave(part, rest), this.#patterns.empty);
  }

  #element(element: XmlElement, grammar: Grammar | undefined): Pattern {
    const { names, rest } = this.#names(element, inheritedNamespace(element));
    let content: Pattern | undefined;
    return this.#patterns.element(names, () => {
      content ??= this.#group(rest, grammar);
      return content;
    });
  }

  /** The names that an element or attribute pattern takes, and the patterns after them. */
  #names(element: XmlElement, namespace: string): { readonly names: NameClass; readonly rest: readonly XmlElement[] } {
    const name = attribute(element, 'name');
    const parts = own(element);
    if (name !== undefined) return { names: [this.#qualified(element, name, namespace)], rest: parts };
    const [first, ...rest] = parts;
    if (!first) return this.#refuse(element, 'there is no name');
    return { names: this.#nameClass(first, namespace), rest };
  }

  #nameClass(element: XmlElement, namespace: string): NameClass {
    const kind = localName(element);
    if (kind === 'anyName' && own(element).length === 0) return undefined;
    if (kind === 'name') return [this.#qualified(element, text(element), attribute(element, 'ns') ?? namespace)];
    if (kind !== 'choice') return this.#refuse(element, `names by <${element.name}> are not known`);
    const classes = own(element).map(inner => this.#nameClass(inner, namespace));
    return classes.includes(undefined) ? undefined : classes.flatMap(names => names ?? []);
  }

  #qualified(element: XmlElement, name: string, namespace: string): QualifiedName {
    if (name.includes(':')) this.#refuse(element, 'names with a prefix are not known');
    return { namespace, local: name };
  }

  #data(element: XmlElement, grammar: Grammar | undefined): Pattern {
    const parameters = children(element, 'param').map(each => [attribute(each, 'name') ?? '', text(each)] as const);
    const type = dataType(attribute(element, 'type') ?? '', parameters);
    if (!type) return this.#refuse(element, 'the datatype or a parameter of it is not known');
    const except = child(element, 'except');
    return this.#patterns.data(
      type,
      except && this.#patterns.choice(own(except).map(inner => this.pattern(inner, grammar))),
    );
  }

  #grammar(element: XmlElement): Pattern {
    const grammar: Grammar = { definitions: new Map(), made: new Map() };
    this.#define(element, grammar, new Set(), 0);
    return this.#reference(grammar, start, element);
  }

  /** Takes up the definitions of a grammar file; those that an including file overrides are left out. */
  #define(element: XmlElement, grammar: Grammar, overridden: ReadonlySet<string>, depth: number): void {
    if (depth > 20) this.#refuse(element, 'files include each other');
    for (const part of own(element)) {
      const kind = localName(part);
      if (kind === 'div') this.#define(part, grammar, overridden, depth + 1);
      else if (kind === 'include') {
        const inner = this.#load(attribute(part, 'href') ?? '');
        if (localName(inner) !== 'grammar') this.#refuse(part, 'what is included is no grammar');
        const overrides = own(part).map(nameOf);
        this.#define(inner, grammar, new Set([...overridden, ...overrides]), depth + 1);
        this.#define(part, grammar, overridden, depth + 1);
      } else if (kind === 'define' || kind === 'start') {
        if (!overridden.has(nameOf(part))) this.#add(grammar, part);
      } else this.#refuse(part, `<${part.name}> cannot stand in a grammar`);
    }
  }

  #add(grammar: Grammar, part: XmlElement): void {
    const name = nameOf(part);
    const definition = grammar.definitions.get(name) ?? { bodies: [], combine: undefined };
    const combine = attribute(part, 'combine');
    if (combine === 'choice' || combine === 'interleave') definition.combine = combine;
    definition.bodies.push(part);
    grammar.definitions.set(name, definition);
  }

  #reference(grammar: Grammar | undefined, name: string, from: XmlElement): Pattern {
    const definition = grammar?.definitions.get(name);
    if (!grammar || !definition) return this.#refuse(from, `${name} is not defined`);
    const known = grammar.made.get(name);
    if (known === 'in the making') return this.#refuse(from, `${name} contains itself`);
    if (known) return known;
    grammar.made.set(name, 'in the making');
    const bodies = definition.bodies.map(body => this.#group(own(body), grammar));
    if (bodies.length > 1 && !definition.combine) this.#refuse(from, `${name} is defined twice`);
    const [first = this.#patterns.empty, ...others] = bodies;
    const made =
      definition.combine === 'interleave'
        ? others.reduce((all, body) => this.#patterns.interleave(all, body), first)
        : this.#patterns.choice(bodies);
    grammar.made.set(name, made);
    return made;
  }
}

/** Child elements that belong to RELAX NG; annotations of other namespaces do not count. */
function own(element: XmlElement): readonly XmlElement[] {
  return element.children.filter(
    inner => namespaceOf(inner) === relaxNg && localName(inner) !== 'param' && localName(inner) !== 'except',
  );
}

function nameOf(part: XmlElement): string {
  return localName(part) === 'start' ? start : (attribute(part, 'name') ?? '');
}

/** `ns` of the element or of what it stands in. */
function inheritedNamespace(element: XmlElement): string {
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    const namespace = attribute(at, 'ns');
    if (namespace !== undefined) return namespace;
  }
  return '';
}
