import type { DataType } from '#formats/relaxng/data-type';
import type { Pattern, QualifiedName } from '#formats/relaxng/pattern';

/** The element names that may come next, each once, in alphabetical order. */
export function nextElements(pattern: Pattern): readonly string[] {
  return namesFrom(pattern, 'element', 'any');
}

/** The attribute names that may still come. */
export function openAttributes(pattern: Pattern): readonly string[] {
  return namesFrom(pattern, 'attribute', 'any');
}

/** The names of attributes, or of elements, without which nothing fits. */
export function neededNames(pattern: Pattern, kind: 'element' | 'attribute'): readonly string[] {
  return namesFrom(pattern, kind, 'all');
}

function namesFrom(pattern: Pattern, kind: 'element' | 'attribute', of: 'any' | 'all'): readonly string[] {
  return [...collect(pattern, kind, of)].sort();
}

/** With `any`: names that are allowed next on some way; with `all`: names that every way needs. */
function collect(pattern: Pattern, kind: 'element' | 'attribute', of: 'any' | 'all'): ReadonlySet<string> {
  const by = (inner: Pattern) => collect(inner, kind, of);
  switch (pattern.kind) {
    case 'element':
    case 'attribute':
      return new Set(pattern.kind === kind ? (pattern.names ?? []).map(printName) : []);
    case 'choice': {
      const [first = new Set<string>(), ...others] = pattern.options.map(by);
      if (of === 'any') return new Set([...first, ...others.flatMap(names => [...names])]);
      return new Set([...first].filter(name => others.every(names => names.has(name))));
    }
    case 'group': {
      const isReached = of === 'all' || kind === 'attribute' || pattern.first.isNullable;
      return new Set([...by(pattern.first), ...(isReached ? by(pattern.second) : [])]);
    }
    case 'interleave':
      return new Set([...by(pattern.first), ...by(pattern.second)]);
    case 'one-or-more':
      return by(pattern.inner);
    case 'after':
      return by(pattern.first);
    case 'data':
    case 'empty':
    case 'list':
    case 'not-allowed':
    case 'text':
    case 'value':
      return new Set();
  }
}

function printName({ local }: QualifiedName): string {
  return local;
}

/** What a text must be: fixed words and kinds of data, each once. */
export function wantedText(pattern: Pattern): readonly string[] {
  switch (pattern.kind) {
    case 'value':
      return [pattern.text];
    case 'data':
      return [printType(pattern.type)];
    case 'list':
      return [`a list of ${wantedText(pattern.inner).join(' or ')}`];
    case 'choice':
      return [...new Set(pattern.options.flatMap(wantedText))];
    case 'interleave':
    case 'group':
      return [...new Set([...wantedText(pattern.first), ...wantedText(pattern.second)])];
    case 'one-or-more':
      return wantedText(pattern.inner);
    case 'after':
      return wantedText(pattern.first);
    case 'attribute':
    case 'element':
    case 'empty':
    case 'not-allowed':
    case 'text':
      return [];
  }
}

function printType({ name, minimum, maximum, pattern, maxLength }: DataType): string {
  if (pattern !== undefined) return pattern.length > 60 ? 'text of a certain form' : `text of the form ${pattern}`;
  if (minimum !== undefined && maximum !== undefined) return `a whole number from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `a whole number from ${minimum}`;
  if (name === 'integer') return 'a whole number';
  return maxLength === undefined ? `a value of type ${name}` : `text of at most ${maxLength} characters`;
}

/** What an attribute of that name must be, as far as it is still open. */
export function wantedValues(pattern: Pattern, name: string): readonly string[] {
  switch (pattern.kind) {
    case 'attribute':
      return pattern.names?.some(({ local }) => local === name) ? wantedText(pattern.inner) : [];
    case 'choice':
      return [...new Set(pattern.options.flatMap(option => wantedValues(option, name)))];
    case 'interleave':
    case 'group':
      return [...new Set([...wantedValues(pattern.first, name), ...wantedValues(pattern.second, name)])];
    case 'one-or-more':
      return wantedValues(pattern.inner, name);
    case 'after':
      return wantedValues(pattern.first, name);
    case 'data':
    case 'element':
    case 'empty':
    case 'list':
    case 'not-allowed':
    case 'text':
    case 'value':
      return [];
  }
}
