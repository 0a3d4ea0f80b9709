/**
 * The command of our own that tells of an image, as evidence names it and bundles keep what it prints. The format is said, never probed: see
 * `qemuImgInfo`.
 */
export const ownImageInfo = (path: string, format: string): readonly string[] => [
  ...['nearmetal', 'image', 'chain', '--format', 'json', '--image-format', format, '--', path],
];
