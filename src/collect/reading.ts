import type { Sources } from '#collect/sources';
import type { Known } from '#model/known';

/**
 * How one fact of the model is read: data that drives live reading, bundles and the page “what is read”. The place of the fact in
 * the model is the reading's place in the tree of readings.
 */
export interface Reading<T> {
  /** What the fact is, in a few words. */
  readonly says: string;
  /** The ways, in the order in which they are tried. */
  readonly ways: readonly Way[];
  /** Gives the fact. Touches only what `ways` names (a test holds it to that). */
  readonly read: (sources: Sources) => Known<T>;
}

/** One way to read a fact. File patterns: `*` stands for one name, `**` for any depth. */
export type Way =
  | { readonly file: string }
  | { readonly call: string }
  | { readonly command: readonly string[] }
  /** A question to the agent in a guest. */
  | { readonly agent: string };

/** The tree of readings has the shape of the model: where the model holds a fact, it holds the fact's reading. */
export type ReadingsOf<M> = {
  readonly [K in keyof M]: Reading<ValueOf<M[K]>> extends infer R
    ? IsKnown<M[K]> extends true
      ? R
      : ReadingsOf<M[K]>
    : never;
};
type IsKnown<F> = F extends { readonly state: string } ? true : false;
type ValueOf<F> = F extends { readonly state: 'known'; readonly value: infer T } ? T : never;

/** Reads a whole tree of readings into the part of the model that has its shape. */
export function collectAll<M>(readings: ReadingsOf<M>, sources: Sources): M {
  const collect = (node: object): unknown =>
    isReading(node)
      ? (sources.ahead?.get(node) ?? node.read(sources))
      : Object.fromEntries(childrenOf(node).map(([name, child]) => [name, collect(child)]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ReadingsOf<M> has the shape of M by construction
  return collect(readings) as M;
}

/** Gives each reading of a tree with the path of its fact: `memory.ksm`. */
export function listReadings(
  node: object,
  path = '',
): readonly { readonly fact: string; readonly reading: Reading<unknown> }[] {
  if (isReading(node)) return [{ fact: path, reading: node }];
  return childrenOf(node).flatMap(([name, child]) => listReadings(child, path === '' ? name : `${path}.${name}`));
}

const isReading = (node: object): node is Reading<unknown> => 'read' in node && typeof node.read === 'function';

/** Names and nodes below a node that is no reading. */
const childrenOf = (node: object): readonly (readonly [string, object])[] =>
  Object.entries(node).flatMap(([name, child]: readonly [string, unknown]) =>
    typeof child === 'object' && child !== null ? [[name, child] as const] : [],
  );
