import { hugePageNeeds } from '#model/derived/huge-page-need';
import type { DomainConfig } from '#model/domain-config';
import { allKnown, type Known, mapKnown } from '#model/known';
import type { Memory } from '#model/memory';
import { type Bytes, lessBytes, sumBytes } from '#units/bytes';
import { bytesOfPages } from '#units/pages';

/** Gives the part of a guest's memory that is made of normal pages: what no huge-page pool gives. */
export const normalMemory = (config: DomainConfig, memory: Memory): Known<Bytes> =>
  mapKnown(allKnown({ all: config.memory, huge: hugePageNeeds(config, memory) }), ({ all, huge }) =>
    lessBytes(all, sumBytes(huge.map(need => bytesOfPages(need.pages)))),
  );
