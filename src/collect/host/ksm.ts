import { fileText, textIfThere } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import { parseChoice } from '#formats/sys/bracketed-choice';
import { parseInteger, parseWhole } from '#formats/sys/whole-number';
import { known, unknown } from '#model/known';
import type { Ksm } from '#model/ksm';

const folder = '/sys/kernel/mm/ksm';

/** Kernel samepage merging: linux admin-guide/mm/ksm.rst. Absent where the kernel has none. */
export const ksm: Reading<Ksm> = {
  says: 'kernel samepage merging: settings and counters',
  ways: [{ file: `${folder}/*` }],
  read(sources) {
    const file = fileText(sources, `${folder}/run`);
    if (file.state !== 'known') return file;
    const text = (name: string): string | undefined => textIfThere(sources, `${folder}/${name}`);
    const whole = (name: string): number | undefined => parseWhole(text(name) ?? '');
    // what every kernel with KSM has, since 2.6.32
    const always = {
      run: parseWhole(file.value),
      pagesToScan: whole('pages_to_scan'),
      sleepMs: whole('sleep_millisecs'),
      pagesShared: whole('pages_shared'),
      pagesSharing: whole('pages_sharing'),
      pagesUnshared: whole('pages_unshared'),
      pagesVolatile: whole('pages_volatile'),
      fullScans: whole('full_scans'),
    };
    if (!isTold(always)) return unknown(`some counters in ${folder} were not told`, `grep . ${folder}/*`);
    const found: Ksm = {
      ...always,
      mergeAcrossNodes: whole('merge_across_nodes'),
      maxPageSharing: whole('max_page_sharing'),
      generalProfit: parseInteger(text('general_profit') ?? ''),
      zeroPages: whole('ksm_zero_pages'),
      advisorMode: parseChoice(text('advisor_mode') ?? '')?.chosen,
      useZeroPages: whole('use_zero_pages'),
      smartScan: whole('smart_scan'),
    };
    return known(found, {
      from: folder,
      value: `run ${found.run}, pages_to_scan ${found.pagesToScan}, sleep_millisecs ${found.sleepMs}, pages_sharing ${found.pagesSharing}`,
    });
  },
};

type Told<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

const isTold = <T extends Readonly<Record<string, number | undefined>>>(counters: T): counters is T & Told<T> =>
  Object.values(counters).every(count => count !== undefined);
