import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, mapKnown, orAbsent } from '#model/known';

const os = (id: string): string =>
  `<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://${id}'/></libosinfo:libosinfo></metadata>`;
const windows11 = os('microsoft.com/win/11');
const uefi = (isSecure: boolean): string =>
  `<os firmware='efi'><type arch='x86_64' machine='pc-q35-8.2'>hvm</type><loader readonly='yes' secure='${isSecure ? 'yes' : 'no'}' type='pflash'>/usr/share/qemu/ovmf-x86_64-smm-ms-code.bin</loader></os>`;
const tpm = (backend: string): string => `<devices><tpm model='tpm-crb'>${backend}</tpm></devices>`;
const swtpm = tpm("<backend type='emulator' version='2.0'/>");
const wanting = /microsoft\.com\/win\/(?:11|2k22|2k25)\b/;

export default defineRule({
  id: 'guest-devices/tpm-secureboot',
  subject: 'guest',
  guide: [],
  beyond: 'Windows 11 asks for UEFI, Secure Boot and a TPM 2.0, and takes no updates of features without',
  severity: 'warning',
  says: 'A Windows that asks for UEFI, Secure Boot and a TPM 2.0 has them.',
  because: 'Windows 11 is not supported without them: setup refuses, and later releases are not offered.',
  sources: [
    { grade: 'documented', at: 'Microsoft: Windows 11 system requirements: UEFI, Secure Boot capable, TPM 2.0' },
    { grade: 'documented', at: 'libvirt: formatdomain, tpm; os/@firmware; loader/@secure' },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  scope: {
    says: 'Windows 11 and Windows Server 2022 and later',
    holds: ({ guest }) => mapKnown(guest.osId, id => wanting.test(id)),
  },
  intents: { migratable: { level: 'should', want: 'with TPM state that moves along' } },
  params: {},
  costs: ['The state of the TPM must be backed up and moved with the guest: keys of its disks may hang on it.'],
  needs: {
    id: ({ guest }) => guest.osId,
    boot: ({ guest }) => guest.config.os,
    tpms: ({ guest }) => orAbsent(guest.config.tpms),
    name: ({ guest }) => known(guest.name),
  },
  check({ id, boot, tpms = [], name }) {
    const { firmware, loader } = boot;
    const isUefi = firmware === 'efi' || loader?.type === 'pflash';
    // where libvirt still has to choose the firmware nothing is said of Secure Boot
    const isSecure = loader?.isSecure === true || (firmware === 'efi' && loader === undefined);
    const hasTpm = tpms.some(
      ({ backend, version }) =>
        (backend === 'emulator' && version !== '1.2') || backend === 'passthrough' || backend === 'external',
    );
    const lacks = [
      ...(isUefi ? (isSecure ? [] : ['Secure Boot']) : ['UEFI', 'Secure Boot']),
      ...(hasTpm ? [] : ['a TPM 2.0']),
    ];
    if (lacks.length === 0) return good;
    const path = 'devices/tpm';
    const element = "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>";
    return bad(`it lacks ${lacks.join(', ')}`, {
      severity: id.includes('/win/11') ? 'warning' : 'hint',
      wants: 'UEFI with Secure Boot, and a TPM 2.0',
      so: 'this Windows is not supported, and some of its updates and features refuse',
      ...(hasTpm || tpms.length > 0
        ? {}
        : { fix: [editDomain(name, [{ path, content: undefined }], [{ path, content: element }])] }),
      ...(isUefi && isSecure && tpms.length === 0
        ? {}
        : {
            otherwise: [
              ...(tpms.length > 0 && !hasTpm ? [`virsh edit ${name}: version='2.0' at the backend of tpm.`] : []),
              ...(isUefi
                ? isSecure
                  ? []
                  : [`virsh edit ${name}: a loader with secure='yes', and smm state='on' under features.`]
                : [
                    "Back up the guest; run mbr2gpt /convert /allowFullOS in it; shut it down; only then set firmware='efi': a Windows installed with BIOS does not boot under UEFI before.",
                  ]),
            ].join(' '),
          }),
    });
  },
  examples: [
    { name: 'Windows 11 with BIOS', guest: windows11, expect: 'bad', severity: 'warning', fixes: ['domain-xml'] },
    { name: 'Windows 11 with all three', guest: `${windows11}${uefi(true)}${swtpm}`, expect: 'good' },
    {
      name: 'the host’s TPM',
      guest: `${windows11}${uefi(true)}${tpm("<backend type='passthrough'/>")}`,
      expect: 'good',
    },
    {
      name: 'a TPM 1.2',
      guest: `${windows11}${uefi(true)}${tpm("<backend type='emulator' version='1.2'/>")}`,
      expect: 'bad',
      fixes: [],
    },
    { name: 'UEFI that is not secure', guest: `${windows11}${uefi(false)}${swtpm}`, expect: 'bad' },
    { name: 'Windows Server 2022 with BIOS', guest: os('microsoft.com/win/2k22'), expect: 'bad', severity: 'hint' },
    { name: 'Windows 10', guest: os('microsoft.com/win/10'), expect: 'not-applicable' },
    { name: 'a system that nobody named', expect: 'not-applicable' },
    { name: 'firmware that cannot be told', guest: `${windows11}<os><type arch='x86_64'/></os>`, expect: 'unknown' },
  ],
});
