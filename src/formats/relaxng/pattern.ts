import { type DataType, isOf } from '#formats/relaxng/data-type';

// Patterns of RELAX NG and their derivatives, after James Clark, “An algorithm for RELAX NG validation” (2002):
// a pattern's derivative by a thing read is the pattern of what may follow.

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
const normalize = (text: string) => text.trim().replace(/\s+/g, ' ');

/** Makes patterns and derivatives, each one once. */
export class Patterns {
  readonly empty: Pattern;
  readonly notAllowed: Pattern;
  readonly text: Pattern;
  readonly #known = new Map<string, Pattern>();
  readonly #openings = new Map<string, Pattern>();
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

  #pair(kind: 'interleave' | 'group', first: Pattern, second: Pattern): Pattern {
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
    return this.#pair('group', first, second);
  }

  interleave(first: Pattern, second: Pattern): Pattern {
    return this.#pair('interleave', first, second);
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

  /** After the name of a start tag. */
  opened(pattern: Pattern, name: QualifiedName): Pattern {
    const key = `${pattern.id} {${name.namespace}}${name.local}`;
    const known = this.#openings.get(key);
    if (known) return known;
    const made = this.#open(pattern, name);
    this.#openings.set(key, made);
    return made;
  }

  #open(pattern: Pattern, name: QualifiedName): Pattern {
    switch (pattern.kind) {
      case 'element':
        return takes(pattern.names, name) ? this.after(pattern.content(), this.empty) : this.notAllowed;
      case 'choice':
        return this.choice(pattern.options.map(option => this.opened(option, name)));
      case 'interleave': {
        const { first, second } = pattern;
        return this.choice([
          this.#afterwards(this.opened(first, name), rest => this.interleave(rest, second)),
          this.#afterwards(this.opened(second, name), rest => this.interleave(first, rest)),
        ]);
      }
      case 'group': {
        const { first, second } = pattern;
        const inFirst = this.#afterwards(this.opened(first, name), rest => this.group(rest, second));
        return first.isNullable ? this.choice([inFirst, this.opened(second, name)]) : inFirst;
      }
      case 'one-or-more':
        return this.#afterwards(this.opened(pattern.inner, name), rest => this.group(rest, this.#more(pattern)));
      case 'after':
        return this.#afterwards(this.opened(pattern.first, name), rest => this.after(rest, pattern.second));
      default:
        return this.notAllowed;
    }
  }

  #more(pattern: Pattern): Pattern {
    return this.choice([pattern, this.empty]);
  }

  #afterwards(pattern: Pattern, then: (rest: Pattern) => Pattern): Pattern {
    if (pattern.kind === 'after') return this.after(pattern.first, then(pattern.second));
    if (pattern.kind === 'choice') return this.choice(pattern.options.map(option => this.#afterwards(option, then)));
    return this.notAllowed;
  }

  /** After an attribute. */
  withAttribute(pattern: Pattern, name: QualifiedName, value: string): Pattern {
    if (!pattern.hasAttributes) return this.notAllowed;
    const by = (inner: Pattern) => this.withAttribute(inner, name, value);
    switch (pattern.kind) {
      case 'attribute':
        return takes(pattern.names, name) && this.fits(pattern.inner, value) ? this.empty : this.notAllowed;
      case 'choice':
        return this.choice(pattern.options.map(by));
      case 'interleave':
      case 'group': {
        const { first, second } = pattern;
        return this.choice([this.#pair(pattern.kind, by(first), second), this.#pair(pattern.kind, first, by(second))]);
      }
      case 'one-or-more':
        return this.group(by(pattern.inner), this.#more(pattern));
      case 'after':
        return this.after(by(pattern.first), pattern.second);
      default:
        return this.notAllowed;
    }
  }

  /** After the `>` of a start tag: attributes that have not come are missing, or, if `missing` says so, forgiven. */
  closedTag(pattern: Pattern, missing: 'refuse' | 'forgive'): Pattern {
    if (!pattern.hasAttributes) return pattern;
    const by = (inner: Pattern) => this.closedTag(inner, missing);
    switch (pattern.kind) {
      case 'attribute':
        return missing === 'forgive' ? this.empty : this.notAllowed;
      case 'choice':
        return this.choice(pattern.options.map(by));
      case 'interleave':
      case 'group':
        return this.#pair(pattern.kind, by(pattern.first), by(pattern.second));
      case 'one-or-more':
        return this.oneOrMore(by(pattern.inner));
      case 'after':
        return this.after(by(pattern.first), pattern.second);
      default:
        return pattern;
    }
  }

  /** After text. */
  withText(pattern: Pattern, text: string): Pattern {
    const by = (inner: Pattern) => this.withText(inner, text);
    switch (pattern.kind) {
      case 'text':
        return pattern;
      case 'value':
        return normalize(text) === pattern.text ? this.empty : this.notAllowed;
      case 'data': {
        const isExcepted = pattern.except !== undefined && by(pattern.except).isNullable;
        return isOf(pattern.type, text) && !isExcepted ? this.empty : this.notAllowed;
      }
      case 'list': {
        const words = text.split(/\s+/).filter(word => word !== '');
        const rest = words.reduce((inner, word) => this.withText(inner, word), pattern.inner);
        return rest.isNullable ? this.empty : this.notAllowed;
      }
      case 'choice':
        return this.choice(pattern.options.map(by));
      case 'interleave':
        return this.choice([
          this.interleave(by(pattern.first), pattern.second),
          this.interleave(pattern.first, by(pattern.second)),
        ]);
      case 'group': {
        const inFirst = this.group(by(pattern.first), pattern.second);
        return pattern.first.isNullable ? this.choice([inFirst, by(pattern.second)]) : inFirst;
      }
      case 'one-or-more':
        return this.group(by(pattern.inner), this.#more(pattern));
      case 'after':
        return this.after(by(pattern.first), pattern.second);
      default:
        return this.notAllowed;
    }
  }

  /** After an end tag: content that has not come is missing, or, if `missing` says so, forgiven. */
  ended(pattern: Pattern, missing: 'refuse' | 'forgive'): Pattern {
    if (pattern.kind === 'choice') return this.choice(pattern.options.map(option => this.ended(option, missing)));
    if (pattern.kind !== 'after') return this.notAllowed;
    return missing === 'forgive' || pattern.first.isNullable ? pattern.second : this.notAllowed;
  }

  /** Whether a whole value (of an attribute, or the only text of an element) fits. */
  fits(pattern: Pattern, value: string): boolean {
    return (pattern.isNullable && value.trim() === '') || this.withText(pattern, value).isNullable;
  }
}

/** Whether a name is one of a class. */
export function takes(names: NameClass, { namespace, local }: QualifiedName): boolean {
  return names === undefined || names.some(name => name.local === local && name.namespace === namespace);
}
