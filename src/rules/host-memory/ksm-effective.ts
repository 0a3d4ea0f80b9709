import { setKsm } from '#change/kinds/ksm';
import { makeKnobLast } from '#change/recipes/lasting-knob';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { canUnmerge, ksmSavings, pagesLookedAt } from '#model/derived/ksm-savings';
import { ifKnown } from '#model/known';
import { printBytes } from '#units/bytes';

const folder = '/sys/kernel/mm/ksm';
const on = (shared: number, sharing: number, unshared: number, unstable = 0, scans = 2) => ({
  [`${folder}/run`]: '1',
  [`${folder}/pages_shared`]: String(shared),
  [`${folder}/pages_sharing`]: String(sharing),
  [`${folder}/pages_unshared`]: String(unshared),
  [`${folder}/pages_volatile`]: String(unstable),
  [`${folder}/full_scans`]: String(scans),
});

export default defineRule({
  id: 'host-memory/ksm-effective',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'info',
  says: 'KSM finds equal pages for the work it does.',
  because: 'Pages that are looked at over and over and never merged cost CPU time and 64 bytes each.',
  sources: [
    {
      grade: 'documented',
      at: 'linux: admin-guide/mm/ksm.rst, pages_sharing, pages_unshared, pages_volatile, max_page_sharing',
    },
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.4: check the values in /sys/kernel/mm/ksm' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    wastedRatio: {
      default: 5,
      unit: 'pages looked at in vain for each one saved',
      why: 'beyond it most work is wasted',
    },
    volatileShare: { default: 0.5, unit: 'of the pages looked at', why: 'they change faster than ksmd comes round' },
    nearLimit: { default: 0.9, unit: 'of max_page_sharing', why: 'the limit then keeps a page in several copies' },
    rmapRatio: {
      default: 64,
      unit: 'pages looked at for each merged one',
      why: 'a guest beyond it costs more than it saves',
    },
  },
  costs: ['A guest that opts out must be restarted, and shares nothing.'],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    pageSize: ({ host }) => host.memory.pageSize,
    guests: ({ guests }) => ifKnown(guests),
    room: ({ host }) => ifKnown(canUnmerge(host.memory)),
    boot: ({ host }) => ifKnown(knobAtBoot(host, `${folder}/max_page_sharing`)),
  },
  check({ ksm, pageSize, guests = [], room, boot }, { params }) {
    if (ksm.run !== 1) return notApplicable('KSM does not run');
    if (ksm.fullScans < 2) return undecided(`ksmd has come round ${ksm.fullScans} times`, 'check again later');
    const { pagesShared, pagesSharing, pagesUnshared, pagesVolatile, maxPageSharing } = ksm;
    const looked = pagesLookedAt(ksm);
    if (looked === 0) return notApplicable('no memory is given to KSM');
    const saved = printBytes(ksmSavings(ksm, pageSize));
    // counters of single guests: Linux 5.19 and 6.1
    const idle = guests.flatMap(({ name, process: { ksm: own } }) => {
      if (own.state !== 'known' || own.value.rmapItems === undefined) return [];
      return own.value.rmapItems > params.rmapRatio * own.value.mergingPages ? [name] : [];
    });
    const otherwise =
      idle.length > 0
        ? `Let ${listNames(idle)} opt out (nosharepages).`
        : 'Let guests that share nothing opt out (nosharepages).';
    if (pagesUnshared > params.wastedRatio * pagesSharing)
      return bad(`KSM looks at ${pagesUnshared} pages in vain and saves ${pagesSharing} (${saved})`, {
        wants: `at most ${params.wastedRatio} in vain for each page saved`,
        otherwise,
      });
    if (pagesVolatile / looked > params.volatileShare)
      return bad(
        `${Math.round((100 * pagesVolatile) / looked)} % of the pages that KSM looks at change too fast to merge`,
        {
          wants: `at most ${100 * params.volatileShare} %`,
          otherwise,
        },
      );
    if (maxPageSharing !== undefined && pagesSharing > params.nearLimit * maxPageSharing * pagesShared) {
      const most = 4 * maxPageSharing;
      const kept = makeKnobLast(`${folder}/max_page_sharing`, String(most), String(most), boot);
      const later = `Too little memory is free to give all guests their own pages again, which takes ${saved}: it is set at the next boot, or when there is room: echo 2 > ${folder}/run; echo ${most} > ${folder}/max_page_sharing; echo 1 > ${folder}/run.`;
      const told = [kept.otherwise ?? '', room === true ? '' : later].filter(text => text !== '').join(' ');
      return bad(
        `KSM keeps several copies of equal pages: ${Math.round(pagesSharing / pagesShared)} share one, the limit is ${maxPageSharing}`,
        {
          wants: `max_page_sharing ${most}`,
          fix: [
            ...(room === true ? [setKsm({ run: 1, maxPageSharing }, { run: 1, maxPageSharing: most })] : []),
            ...kept.fix,
          ],
          ...(told === '' ? {} : { otherwise: told }),
        },
      );
    }
    return good;
  },
  examples: [
    { name: '10 saved, a million in vain', files: on(5, 10, 1_000_000), expect: 'bad' },
    { name: 'ten share each page', files: on(50_000, 500_000, 400_000), expect: 'good' },
    { name: 'most change too fast', files: on(50_000, 500_000, 400_000, 2_000_000), expect: 'bad' },
    {
      name: 'at the limit of 256',
      files: on(1000, 250_000, 400_000),
      expect: 'bad',
      fixes: ['ksm', 'tmpfiles'],
    },
    {
      name: 'at the limit, and too much is merged to undo it',
      files: on(90_000, 22_000_000, 400_000),
      expect: 'bad',
      fixes: ['tmpfiles'],
    },
    { name: 'two equal guests', files: on(500_000, 500_000, 400_000), expect: 'good' },
    { name: 'nothing to merge', files: on(0, 0, 0), expect: 'not-applicable' },
    { name: 'KSM off', expect: 'not-applicable' },
    { name: 'just begun', files: on(5, 10, 1_000_000, 0, 1), expect: 'unknown' },
  ],
});
