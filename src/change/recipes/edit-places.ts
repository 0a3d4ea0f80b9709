import { type DomainXmlChange, editDomain } from '#change/kinds/domain-xml';

/** One place of a definition, what stands there (undefined: nothing), and what is to. */
export type PlaceEdit = readonly [path: string, before: string | undefined, after: string | undefined];

/** Edits several places of a stored definition in one change. */
export const editPlaces = (guest: string, edits: readonly PlaceEdit[]): DomainXmlChange =>
  editDomain(
    guest,
    edits.map(([path, content]) => ({ path, content })),
    edits.map(([path, , content]) => ({ path, content })),
  );
