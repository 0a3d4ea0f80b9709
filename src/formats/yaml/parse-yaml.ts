import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type Scalar } from 'yaml';
import { refuseHostile } from '#formats/yaml/refuse-hostile';
import { YamlError, type YamlPosition } from '#formats/yaml/yaml-error';

/** A plain value. */
export type PlainYaml = string | number | boolean | null | readonly PlainYaml[] | { readonly [key: string]: PlainYaml };

/** A path into a plain value: keys of maps, indices of lists. */
export type YamlPath = readonly (string | number)[];

/** A YAML text as a plain value, with the place of everything in it. */
export interface YamlDocument {
  readonly value: PlainYaml;
  /** Where the value at a path begins; of what is not there, the nearest place around it. */
  readonly placeOf: (path: YamlPath) => YamlPosition;
  /** Where the key at a path stands. */
  readonly keyPlaceOf: (path: YamlPath) => YamlPosition;
}

/** As many values as all aliases may come to: an alias of a list of aliases of lists grows without bound. */
const mostValues = 100_000;

/**
 * Reads one document of YAML 1.2 (core schema); an empty text is null. Aliases are followed within bounds. Throws YamlError with the
 * place: for what is no YAML, a key given twice, a merge key, a tag, several documents, and for a text made to exhaust its reader.
 */
export function parseYaml(text: string): YamlDocument {
  refuseHostile(text);
  const lines = new LineCounter();
  // twice the same key is looked for below: the package compares each with each
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, version: '1.2' });
  const positionAt = (offset: number): YamlPosition => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw new YamlError(wordsOf(fault), positionAt(fault.pos[0]));
  if (document.directives?.yaml.version === '1.1')
    throw new YamlError(
      'YAML 1.1 is not read: it takes "no" and "on" for truth values; leave the %YAML line out',
      positionAt(0),
    );
  const places = new Map<string, { readonly value: YamlPosition; readonly key: YamlPosition }>();
  const reader = new Reader(document, positionAt, places);
  const value = document.contents === null ? null : reader.read(document.contents, [], undefined, 0);
  const placeOf = (path: YamlPath): { readonly value: YamlPosition; readonly key: YamlPosition } => {
    for (let length = path.length; length >= 0; length--) {
      const place = places.get(keyOf(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return { value: { line: 1, column: 1 }, key: { line: 1, column: 1 } };
  };
  return { value, placeOf: path => placeOf(path).value, keyPlaceOf: path => placeOf(path).key };
}

const keyOf = (path: YamlPath): string => path.map(String).join('\u0000');

/** The first sentence of what the package says. */
const wordsOf = ({ code, message }: { readonly code: string; readonly message: string }): string =>
  code === 'MULTIPLE_DOCS'
    ? 'there is more than one document'
    : `this is no YAML: ${message.split('\n')[0] ?? message}`;

class Reader {
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #positionAt: (offset: number) => YamlPosition;
  readonly #places: Map<string, { readonly value: YamlPosition; readonly key: YamlPosition }>;
  #values = 0;

  constructor(
    document: ReturnType<typeof parseDocument>,
    positionAt: (offset: number) => YamlPosition,
    places: Map<string, { readonly value: YamlPosition; readonly key: YamlPosition }>,
  ) {
    this.#document = document;
    this.#positionAt = positionAt;
    this.#places = places;
  }

  read(node: Node, path: YamlPath, key: Node | undefined, depth: number): PlainYaml {
    const at = this.#at(node);
    if (++this.#values > mostValues || depth > 64) throw new YamlError('its aliases grow without bound', at);
    this.#places.set(keyOf(path), { value: at, key: key === undefined ? at : this.#at(key) });
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) throw new YamlError(`there is no anchor ${node.source} before this`, at);
      return this.read(target, path, key, depth + 1);
    }
    if (isSeq(node))
      return node.items.map((item, index) => this.read(this.#node(item, at), [...path, index], undefined, depth + 1));
    if (isMap(node)) return this.#map(node.items, path, at, depth);
    if (isScalar(node)) return plainScalar(node, at);
    throw new YamlError('this is neither a text, a number, a list nor a mapping', at);
  }

  #map(pairs: readonly Pair[], path: YamlPath, at: YamlPosition, depth: number): PlainYaml {
    const map = new Map<string, PlainYaml>();
    const seen = new Map<string, YamlPosition>();
    for (const pair of pairs) {
      const key = this.#node(pair.key, at);
      const keyAt = this.#at(key);
      if (!isScalar(key)) throw new YamlError('a key is a plain text', keyAt);
      const name = key.source ?? String(key.value);
      if (name === '<<') throw new YamlError('merge keys (<<) are not read', keyAt);
      const before = seen.get(name);
      if (before !== undefined)
        throw new YamlError(`"${name}" stands here a second time, first in line ${before.line}`, keyAt);
      seen.set(name, keyAt);
      const value = pair.value;
      if (value === null || value === undefined) {
        this.#places.set(keyOf([...path, name]), { value: keyAt, key: keyAt });
        map.set(name, null);
      } else map.set(name, this.read(this.#node(value, at), [...path, name], key, depth + 1));
    }
    // own properties only: a key may be called __proto__
    return Object.fromEntries(map);
  }

  #at(node: Node): YamlPosition {
    return this.#positionAt(node.range?.[0] ?? 0);
  }

  #node(value: unknown, at: YamlPosition): Node {
    if (isScalar(value) || isMap(value) || isSeq(value) || isAlias(value)) return value;
    throw new YamlError('something is missing here', at);
  }
}

function plainScalar(node: Scalar, at: YamlPosition): PlainYaml {
  const { value } = node;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw new YamlError('this is neither a text, a number nor a truth value', at);
}
