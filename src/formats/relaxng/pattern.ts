import type { DataType } from '#formats/relaxng/data-type';

// Patterns of RELAX NG, as in James Clark, “An algorithm for RELAX NG validation” (2002).

/** An expanded name: namespace (empty for none) and local part. */
export interface QualifiedName {
  readonly namespace: string;
  readonly local: string;
}

/** Which names an element or attribute pattern takes; undefined takes any. */
export type NameClass = readonly QualifiedName[] | undefined;

/** One pattern. Equal patterns are one object, so that they compare by identity and choices stay small. */
export type Pattern = {
  readonly id: number;
  /** Whether nothing at all fits it. */
  readonly isNullable: boolean;
  /** Whether attributes are still to come in it, outside of elements. */
  readonly hasAttributes: boolean;
} & (
  | { readonly kind: 'empty' | 'not-allowed' | 'text' }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'interleave' | 'group' | 'after'; readonly first: Pattern; readonly second: Pattern }
  | { readonly kind: 'one-or-more' | 'list'; readonly inner: Pattern }
  | { readonly kind: 'attribute'; readonly names: NameClass; readonly inner: Pattern }
  | { readonly kind: 'element'; readonly names: NameClass; readonly content: () => Pattern }
  | { readonly kind: 'data'; readonly type: DataType; readonly except: Pattern | undefined }
  | { readonly kind: 'value'; readonly text: string }
);

/** White space as RELAX NG's default type `token` sees it. */
export const normalize = (text: string) => text.trim().replace(/\s+/g, ' ');

/** Makes patterns, equal ones once. */
export class Patterns {
  readonly empty: Pattern;
  readonly notAllowed: Pattern;
  readonly text: Pattern;
  readonly #known = new Map<string, Pattern>();
  #count = 3;

  constructor() {
    this.empty = { id: 0, kind: 'empty', isNullable: true, hasAttributes: false };
    this.notAllowed = { id: 1, kind: 'not-allowed', isNullable: false, hasAttributes: false };
    this.text = { id: 2, kind: 'text', isNullable: true, hasAttributes: false };
  }

  /** How many patterns have been made; they are kept. */
  get size(): number {
    return this.#count;
  }

  #once(key: string, make: (id: number) => Pattern): Pattern {
    const known = this.#known.get(key);
    if (known) return known;
    const made = make(this.#count++);
    this.#known.set(key, made);
    return made;
  }

  choice(options: readonly Pattern[]): Pattern {
    const flat = new Set(options.flatMap(option => (option.kind === 'choice' ? option.options : [option])));
    flat.delete(this.notAllowed);
    const [only] = flat;
    if (only === undefined) return this.notAllowed;
    if (flat.size === 1) return only;
    const sorted = [...flat].sort((a, b) => a.id - b.id);
    return this.#once(`|${sorted.map(({ id }) => id).join()}`, id => ({
      id,
      kind: 'choice',
      options: sorted,
      isNullable: sorted.some(option => option.isNullable),
      hasAttributes: sorted.some(option => option.hasAttributes),
    }));
  }

  /** A group (in order) or an interleave (in any order). */
  pair(kind: 'interleave' | 'group', first: Pattern, second: Pattern): Pattern {
    if (first === this.notAllowed || second === this.notAllowed) return this.notAllowed;
    if (first === this.empty) return second;
    if (second === this.empty) return first;
    return this.#once(`${kind}${first.id},${second.id}`, id => ({
      id,
      kind,
      first,
      second,
      isNullable: first.isNullable && second.isNullable,
      hasAttributes: first.hasAttributes || second.hasAttributes,
    }));
  }

  group(first: Pattern, second: Pattern): Pattern {
    return this.pair('group', first, second);
  }

  interleave(first: Pattern, second: Pattern): Pattern {
    return this.pair('interleave', first, second);
  }

  /** What is still to come in an element, and then outside of it. */
  after(first: Pattern, second: Pattern): Pattern {
    if (first === this.notAllowed || second === this.notAllowed) return this.notAllowed;
    const { hasAttributes } = first;
    const key = `>${first.id},${second.id}`;
    return this.#once(key, id => ({ id, kind: 'after', first, second, isNullable: false, hasAttributes }));
  }

  oneOrMore(inner: Pattern): Pattern {
    if (inner === this.notAllowed || inner === this.empty) return inner;
    const { isNullable, hasAttributes } = inner;
    return this.#once(`+${inner.id}`, id => ({ id, kind: 'one-or-more', inner, isNullable, hasAttributes }));
  }

  list(inner: Pattern): Pattern {
    return this.#once(`l${inner.id}`, id => ({ id, kind: 'list', inner, isNullable: false, hasAttributes: false }));
  }

  attribute(names: NameClass, inner: Pattern): Pattern {
    const key = `@${names?.map(({ namespace, local }) => `{${namespace}}${local}`).join() ?? '*'} ${inner.id}`;
    return this.#once(key, id => ({ id, kind: 'attribute', names, inner, isNullable: false, hasAttributes: true }));
  }

  /** `content` is asked for when the element is first met, because elements may contain themselves. */
  element(names: NameClass, content: () => Pattern): Pattern {
    const id = this.#count++;
    return { id, kind: 'element', names, content, isNullable: false, hasAttributes: false };
  }

  data(type: DataType, except: Pattern | undefined): Pattern {
    const id = this.#count++;
    return { id, kind: 'data', type, except, isNullable: false, hasAttributes: false };
  }

  value(text: string): Pattern {
    const token = normalize(text);
    return this.#once(`v${token}`, id => ({ id, kind: 'value', text: token, isNullable: false, hasAttributes: false }));
  }
}

/** Whether a name is one of a class. */
export function takes(names: NameClass, { namespace, local }: QualifiedName): boolean {
  return names === undefined || names.some(name => name.local === local && name.namespace === namespace);
}
