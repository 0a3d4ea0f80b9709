import type { DomainPart } from '#change/domain/domain-part';
import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { lacksVirtioGpu } from '#model/derived/lacks-virtio-gpu';
import { ifKnown, known, orAbsent } from '#model/known';

const screen = (model: string, type = 'vnc'): string =>
  `<devices><graphics type='${type}' port='-1' autoport='yes'/><video>${model}</video></devices>`;
const os = (id: string): string =>
  `<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='${id}'/></libosinfo:libosinfo></metadata>`;
/** Systems of 2003 and before, which may know no other card. */
const old = /microsoft\.com\/win\/(?:1\.0|2\.0|3\.1|95|98|me|nt|2k|xp)|redhat\.com\/(?:rhl|rhel\/[2-4])|\/msdos\//;

export default defineRule({
  id: 'guest-devices/video-model',
  subject: 'guest',
  guide: ['6.2'],
  severity: 'warning',
  says: 'The guest’s graphics card is one that its system has a good driver for, and a server without need has none.',
  because:
    'Cirrus is a card of the nineties: few colours at useful sizes, slow drawing, and drivers that systems drop one after another.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.2: cirrus' },
    {
      grade: 'documented',
      at: 'QEMU: display devices, Gerd Hoffmann 2019-09; linux: drivers/gpu/drm, DRM_CIRRUS_QEMU',
    },
    { grade: 'measured', at: 'libvirt 9.0: graphics without a video model get cirrus, vram 9216 becomes 16384' },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  intents: {
    latency: { level: 'should', want: 'none' },
    hpc: { level: 'should', want: 'none' },
    database: { level: 'neutral', want: 'none or vga' },
    density: { level: 'should', want: 'vga' },
    desktop: { level: 'should', want: 'virtio or qxl' },
  },
  params: {},
  costs: ['The guest sees new hardware at its next start; Windows without the virtio driver shows a plain VGA screen.'],
  departs: [
    {
      guideSays: 'Use cirrus; it is the most compatible and the fastest.',
      truth:
        'Its maintainer and the Linux Kconfig call it obsolete; QEMU’s default has been the standard VGA since 2.2. libvirt still adds cirrus where graphics have no video model.',
      source: 'QEMU: release notes 2.2; linux: drivers/gpu/drm/Kconfig, DRM_CIRRUS_QEMU',
      errata: ['X43'],
      guideCheck: 'cirrus passes, every other emulated card is a hint',
    },
  ],
  needs: {
    graphics: ({ guest }) => orAbsent(guest.config.graphics),
    videos: ({ guest }) => orAbsent(guest.config.videos),
    os: ({ guest }) => ifKnown(guest.osId),
    name: ({ guest }) => known(guest.name),
  },
  check({ graphics = [], videos = [], os: system, name }, { intents, policy }) {
    if (graphics.length === 0 && videos.length === 0) return notApplicable('it has no screen');
    const models = videos.length === 0 ? [undefined] : videos.map(({ model }) => model);
    const isCirrus = models.some(model => model === undefined || model === 'cirrus');
    const named = models.map(model => model ?? 'cirrus (libvirt’s own choice where none is named)').join(', ');
    if (policy === 'guide') {
      if (isCirrus || models.includes('none')) return good;
      return bad(`its graphics card is ${named}`, {
        severity: 'hint',
        wants: 'cirrus',
        otherwise: `virsh edit ${name}: <model type='cirrus'/> under video.`,
      });
    }
    const isPlain = system !== undefined && (system.includes('microsoft.com') || lacksVirtioGpu(system));
    const wants = isPlain || intents.includes('density') ? 'vga' : 'virtio';
    if (isCirrus && (system === undefined || !old.test(system))) {
      const parts = videos.flatMap(({ model, vram }, at): readonly (readonly [DomainPart, DomainPart])[] => {
        if (model !== undefined && model !== 'cirrus') return [];
        const path = `devices/video${videos.length > 1 ? `[${at + 1}]` : ''}/model`;
        const type = [
          { path: `${path}/@type`, content: model },
          { path: `${path}/@type`, content: wants },
        ] as const;
        const size = vram === undefined ? undefined : { path: `${path}/@vram`, content: String(vram / 1024) };
        return size === undefined ? [type] : [type, [size, { ...size, content: undefined }]];
      });
      const added = { path: 'devices/video', content: undefined };
      return bad(`its graphics card is ${named}`, {
        wants: `${wants}${videos.some(({ vram }) => vram !== undefined) ? '; vram has no effect' : ''}`,
        so: 'drawing is slow, and newer systems bring no driver for it',
        fix: [
          parts.length > 0
            ? editDomain(
                name,
                parts.map(([before]) => before),
                parts.map(([, after]) => after),
              )
            : editDomain(name, [added], [{ ...added, content: `<video><model type='${wants}'/></video>` }]),
        ],
      });
    }
    if (models.includes('qxl') && !graphics.some(({ type }) => type === 'spice')) {
      return bad('its graphics card is qxl, and no SPICE uses it', {
        severity: 'info',
        wants: wants,
        so: 'qxl gains only with SPICE, and distributions drop both',
        otherwise: `virsh edit ${name}: <model type='${wants}'/> under video.`,
      });
    }
    const isHeadless = intents.some(intent => intent === 'latency' || intent === 'hpc');
    if (isHeadless && !intents.includes('desktop') && models.some(model => model !== 'none')) {
      return bad(`it has a screen (${named})`, {
        severity: 'info',
        wants: 'no graphics and no video: a serial console does',
        so: 'QEMU draws and polls for a screen that nobody looks at',
        otherwise: `virsh edit ${name}: take out graphics and video, keep a serial console.`,
      });
    }
    return good;
  },
  examples: [
    {
      name: 'cirrus in a Linux without a driver for virtio, which gets vga',
      guest: `${os('http://fedoraproject.org/fedora/17')}${screen("<model type='cirrus'/>")}`,
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    {
      name: 'cirrus',
      guest: screen("<model type='cirrus' vram='16384' heads='1'/>"),
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    { name: 'virtio', guest: screen("<model type='virtio' heads='1'/>"), expect: 'good' },
    { name: 'a screen, no card named', guest: "<devices><graphics type='vnc'/></devices>", expect: 'bad' },
    {
      name: 'cirrus for Windows XP',
      guest: `${os('http://microsoft.com/win/xp')}${screen("<model type='cirrus'/>")}`,
      expect: 'good',
    },
    { name: 'qxl with SPICE', guest: screen("<model type='qxl'/>", 'spice'), expect: 'good' },
    { name: 'qxl without', guest: screen("<model type='qxl'/>"), expect: 'bad', severity: 'info' },
    {
      name: 'a screen on a guest for latency',
      guest: screen("<model type='vga'/>"),
      intents: ['latency'],
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'the guide wants cirrus',
      guest: screen("<model type='virtio'/>"),
      policy: 'guide',
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'no screen', expect: 'not-applicable' },
    { name: 'a size that is none', guest: screen("<model type='vga' vram='much'/>"), expect: 'unknown' },
  ],
});
