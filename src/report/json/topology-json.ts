import type { Picture } from '#model/picture/picture';

/** The picture of the machine as a document; `nearmetal topology --format json`. */
export interface TopologyDocument {
  readonly schema: 'nearmetal.topology/1';
  readonly tool: { readonly name: 'nearmetal'; readonly version: string };
  /** Sizes in bytes, sets of CPUs and nodes as lists (`0-3,8`); what is not told is missing. `guest` and `nodes` of packages are places in the lists. */
  readonly picture: Picture;
  readonly problems: readonly { readonly message: string; readonly doThis?: string | undefined }[];
}

/** Takes a picture; gives the document, ready for JSON. */
export const topologyJson = (
  picture: Picture,
  version: string,
  problems: TopologyDocument['problems'] = [],
): TopologyDocument => ({ schema: 'nearmetal.topology/1', tool: { name: 'nearmetal', version }, picture, problems });
