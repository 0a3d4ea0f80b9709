import { isOf } from '#formats/relaxng/data-type';
import { normalize, type Pattern, type Patterns, type QualifiedName, takes } from '#formats/relaxng/pattern';

/**
 * Derivatives of patterns: a pattern's derivative by a thing read is the pattern of what may follow it. The algorithm is
 * James Clark's, “An algorithm for RELAX NG validation” (2002).
 */
export class Derivatives {
  readonly #make: Patterns;
  readonly #openings = new Map<string, Pattern>();

  constructor(patterns: Patterns) {
    this.#make = patterns;
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
        return takes(pattern.names, name)
          ? this.#make.after(pattern.content(), this.#make.empty)
          : this.#make.notAllowed;
      case 'choice':
        return this.#make.choice(pattern.options.map(option => this.opened(option, name)));
      case 'interleave': {
        const { first, second } = pattern;
        return this.#make.choice([
          this.#afterwards(this.opened(first, name), rest => this.#make.interleave(rest, second)),
          this.#afterwards(this.opened(second, name), rest => this.#make.interleave(first, rest)),
        ]);
      }
      case 'group': {
        const { first, second } = pattern;
        const inFirst = this.#afterwards(this.opened(first, name), rest => this.#make.group(rest, second));
        return first.isNullable ? this.#make.choice([inFirst, this.opened(second, name)]) : inFirst;
      }
      case 'one-or-more':
        return this.#afterwards(this.opened(pattern.inner, name), rest => this.#make.group(rest, this.#more(pattern)));
      case 'after':
        return this.#afterwards(this.opened(pattern.first, name), rest => this.#make.after(rest, pattern.second));
      case 'attribute':
      case 'data':
      case 'empty':
      case 'list':
      case 'not-allowed':
      case 'text':
      case 'value':
        return this.#make.notAllowed;
    }
  }

  #more(pattern: Pattern): Pattern {
    return this.#make.choice([pattern, this.#make.empty]);
  }

  #afterwards(pattern: Pattern, then: (rest: Pattern) => Pattern): Pattern {
    if (pattern.kind === 'after') return this.#make.after(pattern.first, then(pattern.second));
    if (pattern.kind === 'choice')
      return this.#make.choice(pattern.options.map(option => this.#afterwards(option, then)));
    return this.#make.notAllowed;
  }

  /** After an attribute. */
  withAttribute(pattern: Pattern, name: QualifiedName, value: string): Pattern {
    if (!pattern.hasAttributes) return this.#make.notAllowed;
    const by = (inner: Pattern) => this.withAttribute(inner, name, value);
    switch (pattern.kind) {
      case 'attribute':
        return takes(pattern.names, name) && this.fits(pattern.inner, value) ? this.#make.empty : this.#make.notAllowed;
      case 'choice':
        return this.#make.choice(pattern.options.map(by));
      case 'interleave':
      case 'group': {
        const { first, second } = pattern;
        return this.#make.choice([
          this.#make.pair(pattern.kind, by(first), second),
          this.#make.pair(pattern.kind, first, by(second)),
        ]);
      }
      case 'one-or-more':
        return this.#make.group(by(pattern.inner), this.#more(pattern));
      case 'after':
        return this.#make.after(by(pattern.first), pattern.second);
      case 'data':
      case 'element':
      case 'empty':
      case 'list':
      case 'not-allowed':
      case 'text':
      case 'value':
        return this.#make.notAllowed;
    }
  }

  /** After the `>` of a start tag: attributes that have not come are missing, or, if `missing` says so, forgiven. */
  closedTag(pattern: Pattern, missing: 'refuse' | 'forgive'): Pattern {
    if (!pattern.hasAttributes) return pattern;
    const by = (inner: Pattern) => this.closedTag(inner, missing);
    switch (pattern.kind) {
      case 'attribute':
        return missing === 'forgive' ? this.#make.empty : this.#make.notAllowed;
      case 'choice':
        return this.#make.choice(pattern.options.map(by));
      case 'interleave':
      case 'group':
        return this.#make.pair(pattern.kind, by(pattern.first), by(pattern.second));
      case 'one-or-more':
        return this.#make.oneOrMore(by(pattern.inner));
      case 'after':
        return this.#make.after(by(pattern.first), pattern.second);
      case 'data':
      case 'element':
      case 'empty':
      case 'list':
      case 'not-allowed':
      case 'text':
      case 'value':
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
        return normalize(text) === pattern.text ? this.#make.empty : this.#make.notAllowed;
      case 'data': {
        const isExcepted = pattern.except !== undefined && by(pattern.except).isNullable;
        return isOf(pattern.type, text) && !isExcepted ? this.#make.empty : this.#make.notAllowed;
      }
      case 'list': {
        const words = text.split(/\s+/).filter(word => word !== '');
        const rest = words.reduce((inner, word) => this.withText(inner, word), pattern.inner);
        return rest.isNullable ? this.#make.empty : this.#make.notAllowed;
      }
      case 'choice':
        return this.#make.choice(pattern.options.map(by));
      case 'interleave':
        return this.#make.choice([
          this.#make.interleave(by(pattern.first), pattern.second),
          this.#make.interleave(pattern.first, by(pattern.second)),
        ]);
      case 'group': {
        const inFirst = this.#make.group(by(pattern.first), pattern.second);
        return pattern.first.isNullable ? this.#make.choice([inFirst, by(pattern.second)]) : inFirst;
      }
      case 'one-or-more':
        return this.#make.group(by(pattern.inner), this.#more(pattern));
      case 'after':
        return this.#make.after(by(pattern.first), pattern.second);
      case 'attribute':
      case 'element':
      case 'empty':
      case 'not-allowed':
        return this.#make.notAllowed;
    }
  }

  /** After an end tag: content that has not come is missing, or, if `missing` says so, forgiven. */
  ended(pattern: Pattern, missing: 'refuse' | 'forgive'): Pattern {
    if (pattern.kind === 'choice') return this.#make.choice(pattern.options.map(option => this.ended(option, missing)));
    if (pattern.kind !== 'after') return this.#make.notAllowed;
    return missing === 'forgive' || pattern.first.isNullable ? pattern.second : this.#make.notAllowed;
  }

  /** Whether a whole value (of an attribute, or the only text of an element) fits. */
  fits(pattern: Pattern, value: string): boolean {
    return (pattern.isNullable && value.trim() === '') || this.withText(pattern, value).isNullable;
  }

  /** Either of two patterns. */
  either(first: Pattern, second: Pattern): Pattern {
    return this.#make.choice([first, second]);
  }
}
