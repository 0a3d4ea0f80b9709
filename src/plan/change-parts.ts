/** A place of a definition and what stands there; `#change/domain/domain-part`, as it may come from anywhere. */
export interface PartLike {
  readonly path: string;
  readonly content?: string | undefined;
}

/** Gives the parts of a state of an edit; none where it is a state of something else. */
export const partsOf = (state: unknown): readonly PartLike[] => (Array.isArray(state) ? state.filter(isPart) : []);

const isPart = (value: unknown): value is PartLike =>
  typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string';

/** Whether one place is another or holds it. */
export const holds = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
