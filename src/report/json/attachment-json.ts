import type { Attachment } from '#apply/attached/attachment';

/** What is open as JSON: where, since when, which images, who reads them. */
export const attachmentJson = (all: readonly Attachment[]): unknown =>
  all.map(({ folder, images, way, shows, since, request }) => ({
    folder,
    images,
    way,
    shows,
    since,
    ...(request.partition !== undefined && { partition: request.partition }),
  }));
