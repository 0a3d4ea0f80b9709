import { setModuleOption } from '#change/kinds/modprobe-option';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';

const nbd = (maxPart: string) => ({
  '/proc/modules': 'nbd 65536 0 - Live 0x0000000000000000\n',
  '/sys/module/nbd/parameters/max_part': maxPart,
  '/sys/module/nbd/parameters/nbds_max': '16',
});

export default defineRule({
  id: 'image/nbd-module-params',
  subject: 'host',
  guide: ['5.3.2'],
  severity: 'hint',
  says: 'The nbd module shows the partitions of an image.',
  because: 'With max_part 0 the kernel looks for no partitions: /dev/nbd0p1 never comes.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.3.2: modprobe nbd max_part=16' },
    {
      grade: 'documented',
      at: 'linux: drivers/block/nbd.c, MODULE_PARM_DESC max_part: number of partitions per device; nbds_max: number of devices',
    },
  ],
  intents: {},
  params: {},
  costs: ['The module is loaded anew, with nothing attached.'],
  departs: [
    {
      guideSays: 'max_part=16 gives 16 block devices; the samples have /debv/nbd0, and mount p1 as p2.',
      truth: 'max_part counts the partitions of a device; how many devices there are is nbds_max, 16 by default.',
      source: 'linux: drivers/block/nbd.c',
      errata: ['X42'],
      guideSame: 'max_part 16 is wanted either way',
    },
  ],
  needs: { modules: ({ host }) => host.modules },
  check({ modules }) {
    const module = modules.find(({ name }) => name === 'nbd');
    if (module === undefined) return notApplicable('the module nbd is not loaded');
    const parts = module.parameters.get('max_part');
    if (parts === undefined || !/^\d{1,6}$/.test(parts))
      return undecided('max_part of nbd was not told', 'cat /sys/module/nbd/parameters/max_part');
    if (Number(parts) > 0) return good;
    return bad('nbd shows no partitions (max_part 0)', {
      wants: 'max_part 16',
      evidence: [{ from: '/sys/module/nbd/parameters/max_part', value: parts }],
      fix: [setModuleOption('nbd', 'max_part', undefined, '16')],
      otherwise:
        'It is in force when the module is loaded next: modprobe -r nbd; modprobe nbd, with no image attached.',
    });
  },
  examples: [
    { name: 'no partitions', files: nbd('0'), expect: 'bad' },
    { name: '16', files: nbd('16'), expect: 'good' },
    { name: 'not loaded', expect: 'not-applicable' },
    { name: 'a parameter that is no number', files: nbd('many'), expect: 'unknown' },
  ],
});
