/**
 * What a document may cost at most. libvirt's own messages end at 32 MiB; its documents nest about 12 deep.
 * Within these limits a document needs less than 300 MiB.
 */
export const xmlLimits = {
  /** UTF-16 units of the whole text. */
  length: 64 * 2 ** 20,
  /** Elements inside each other. */
  depth: 256,
  /** Elements of one document. */
  elements: 500_000,
  /** Attributes of one document. */
  attributes: 1_000_000,
  /** Attributes of one element. */
  attributesOfOne: 256,
  /** Documents in one text (`parseXmlSequence`). */
  documents: 10_000,
} as const;
