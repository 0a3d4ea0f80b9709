import { makeKnobLast } from '#change/recipes/lasting-knob';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { ksmTuner, pagesOfScan, pagesToScanFor, secondsOfScan } from '#model/derived/ksm-scan';
import { asFact, ifKnown } from '#model/known';
import { bytes, printBytes } from '#units/bytes';

const folder = '/sys/kernel/mm/ksm';
const on = (pages: number, sleepMs: number, counted = 16_700_000) => ({
  [`${folder}/run`]: '1',
  [`${folder}/pages_to_scan`]: String(pages),
  [`${folder}/sleep_millisecs`]: String(sleepMs),
  [`${folder}/pages_unshared`]: String(counted),
  [`${folder}/full_scans`]: '3',
});
const hours = (seconds: number): string =>
  seconds >= 5400 ? `${(seconds / 3600).toFixed(1)} hours` : `${Math.round(seconds / 60)} minutes`;

export default defineRule({
  id: 'host-memory/ksm-scan-time',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'hint',
  says: 'ksmd comes round all mergeable memory within the hour.',
  because: 'Pages are merged only when ksmd has seen them twice unchanged; by then pages that live shorter are gone.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.4: adjust based on the results observed' },
    {
      grade: 'documented',
      at: 'linux: admin-guide/mm/ksm.rst, pages_to_scan, sleep_millisecs, advisor_target_scan_time',
    },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    longestSeconds: { default: 3600, unit: 's', why: 'a full scan should see pages while they last' },
    targetSeconds: { default: 1800, unit: 's', why: 'half of the longest' },
    sleepMs: { default: 2000, unit: 'ms', why: 'the sleep that host-memory/ksm-sleep sets' },
    fewest: { default: 1000, unit: 'pages', why: 'where the guide starts' },
    most: { default: 10000, unit: 'pages', why: 'the most that host-memory/ksm-pages-to-scan lets pass' },
  },
  costs: ['ksmd takes more CPU time.'],
  departs: [
    {
      guideSays: 'Sleep more than 1000 ms and scan 1000 pages.',
      truth:
        'That is 3.9 MiB a second: 4.7 hours for 64 GiB, five times slower than the default (100 pages, 20 ms); since Linux 6.8 there is an advisor.',
      source: 'linux: admin-guide/mm/ksm.rst, advisor_mode',
      errata: ['X16'],
      guideParams: { longestSeconds: 1e12 },
    },
  ],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    tuner: ({ host }) => asFact(ksmTuner(host)),
    pages: ({ host, guests }) => pagesOfScan(host, guests),
    pageSize: ({ host }) => host.memory.pageSize,
    boot: ({ host }) => ifKnown(knobAtBoot(host, `${folder}/pages_to_scan`)),
  },
  check({ ksm, tuner, pages, pageSize, boot }, { params }) {
    if (ksm.run !== 1) return notApplicable('KSM does not run');
    if (tuner.state === 'known' && tuner.value !== undefined) return notApplicable(`${tuner.value} sets the speed`);
    const seconds = secondsOfScan(pages, ksm);
    if (seconds <= params.longestSeconds) return good;
    if (tuner.state === 'unknown') return undecided(tuner.reason, tuner.remedy);
    const rate = bytes(Math.round((ksm.pagesToScan * pageSize * 1000) / Math.max(1, ksm.sleepMs)));
    const wanted = pagesToScanFor(pages, ksm.sleepMs, {
      targetSeconds: params.targetSeconds,
      leastSleepMs: params.sleepMs,
      fewestPages: params.fewest,
      mostPages: params.most,
    });
    const all = printBytes(bytes(pages * pageSize));
    const byAdvisor =
      ksm.advisorMode === undefined ? '' : `Or let the kernel choose: echo scan-time > ${folder}/advisor_mode.`;
    const isEnough =
      secondsOfScan(pages, { sleepMs: Math.max(ksm.sleepMs, params.sleepMs), pagesToScan: wanted }) <=
      params.longestSeconds;
    const change =
      wanted > ksm.pagesToScan
        ? makeKnobLast(`${folder}/pages_to_scan`, String(ksm.pagesToScan), String(wanted), boot)
        : undefined;
    const more = isEnough
      ? byAdvisor
      : `${wanted} pages are not enough: sleep less, or exclude guests that share nothing. ${byAdvisor}`;
    const told = [change?.otherwise ?? '', more.trim()].filter(text => text !== '').join(' ');
    return bad(`ksmd takes ${hours(seconds)} for ${all} of mergeable memory (${printBytes(rate)} a second)`, {
      wants: `at most ${hours(params.longestSeconds)}: ${wanted} pages to scan at a time`,
      ...(change === undefined ? {} : { fix: change.fix }),
      ...(told === '' ? {} : { otherwise: told }),
    });
  },
  examples: [
    { name: 'the guide’s pair on 64 GiB', files: on(1000, 1000), expect: 'bad', fixes: ['sysfs', 'tmpfiles'] },
    { name: 'ten times as many', files: on(10000, 1001), expect: 'good' },
    { name: 'by the guide', policy: 'guide', files: on(1000, 1001), expect: 'good' },
    { name: 'too much for any pair', files: on(10000, 2000, 160_000_000), expect: 'bad', fixes: [] },
    { name: 'KSM off', expect: 'not-applicable' },
    {
      name: 'the advisor decides (Linux 6.8)',
      files: { ...on(1000, 1000), [`${folder}/advisor_mode`]: 'none [scan-time]' },
      expect: 'not-applicable',
    },
    { name: 'no KSM in this kernel', files: { [`${folder}/`]: null }, expect: 'not-applicable' },
    {
      name: 'counters not readable',
      files: { ...on(1000, 1000), [`${folder}/full_scans`]: 'denied' },
      expect: 'unknown',
    },
  ],
});
