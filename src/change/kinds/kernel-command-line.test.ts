import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { invert } from '#change/change';
import { kindOf } from '#change/kind-of';
import { kernelLine, setKernelCommandLine } from '#change/kinds/kernel-command-line';
import { commandLineReadings } from '#collect/host/command-lines';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';
import { sourcesOf } from '../../../test/sources-of.js';

type Files = Readonly<Record<string, string>>;
type Words = readonly string[];

const root = process.env['NEARMETAL_ROOT'] ?? process.cwd();
const captured = (path: string): string => readFileSync(`${root}/examples/kvm-4-nodes/files${path}`, 'utf8');
const debian: Files = {
  '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  '/etc/default/grub': captured('/etc/default/grub'),
  '/etc/default/grub.d/init-select.cfg': captured('/etc/default/grub.d/init-select.cfg'),
};
const sles: Files = {
  '/etc/os-release': 'ID="sles"\nID_LIKE="suse"\nVERSION_ID="15.6"\n',
  '/etc/default/grub':
    '# Modified by YaST2\nGRUB_DISTRIBUTOR=\nGRUB_CMDLINE_LINUX_DEFAULT="splash=silent mitigations=auto quiet security=apparmor"\nGRUB_CMDLINE_LINUX=""\n',
  '/etc/sysconfig/bootloader': 'LOADER_TYPE="grub2-efi"\nSECURE_BOOT="yes"\n',
};
const entry = (version: string, options: string): string =>
  `title Red Hat Enterprise Linux (${version}) 9.4 (Plow)\nversion ${version}\nlinux /vmlinuz-${version}\ninitrd /initramfs-${version}.img $tuned_initrd\noptions ${options}\ngrub_users $grub_users\ngrub_class rhel\n`;
const id = '2a0d9e4f8c6b4e0e9d5d8f3c1b2a7e60';
const entries = '/boot/loader/entries';
const oldKernel = `${entries}/${id}-5.14.0-362.el9.x86_64.conf`;
const newKernel = `${entries}/${id}-5.14.0-427.el9.x86_64.conf`;
const rescue = `${entries}/${id}-0-rescue.conf`;
const rhel: Files = {
  '/etc/os-release': 'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.4"\n',
  '/etc/default/grub': 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="crashkernel=1G quiet"\nGRUB_ENABLE_BLSCFG=true\n',
  [oldKernel]: entry('5.14.0-362.el9.x86_64', 'root=/dev/mapper/rhel-root ro crashkernel=1G quiet $tuned_params'),
  [newKernel]: entry('5.14.0-427.el9.x86_64', 'root=/dev/mapper/rhel-root ro crashkernel=1G quiet $tuned_params'),
  [rescue]: entry('0-rescue', 'root=/dev/mapper/rhel-root ro'),
  '/etc/kernel/cmdline': 'root=/dev/mapper/rhel-root ro crashkernel=1G quiet\n',
  '/boot/grub2/grubenv': `# GRUB Environment Block\nsaved_entry=${id}-5.14.0-427.el9.x86_64\n`.padEnd(1024, '#'),
};
const rhel8: Files = {
  '/etc/os-release': 'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="8.10"\n',
  '/etc/default/grub': 'GRUB_CMDLINE_LINUX="crashkernel=auto quiet"\nGRUB_ENABLE_BLSCFG=true\n',
  [newKernel]: entry('4.18.0', '$kernelopts $tuned_params'),
  '/boot/grub2/grubenv':
    '# GRUB Environment Block\nsaved_entry=x\nkernelopts=root=/dev/sda1 ro crashkernel=auto quiet \nboot_success=0\n'.padEnd(
      1024,
      '#',
    ),
};
const tumbleweed: Files = {
  '/etc/os-release': 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\nVERSION_ID="20261101"\n',
  '/etc/sysconfig/bootloader': 'LOADER_TYPE="systemd-boot"\n',
  '/boot/efi/loader/entries/opensuse-tumbleweed-6.11.conf':
    'title openSUSE\nversion 1@6.11\noptions quiet root=UUID=1 rootflags=subvol=@\n',
  '/boot/efi/loader/loader.conf': 'timeout 5\n',
  '/etc/kernel/cmdline': 'quiet root=UUID=1 rootflags=subvol=@\n',
};

const read = (machine: SimulatedMachine): string => {
  const fact = commandLineReadings.configuredCommandLine.read({ ...sourcesOf({}), files: machine.files });
  assert.equal(fact.state, 'known');
  return fact.state === 'known'
    ? fact.value.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join(' ')
    : '';
};
const steps = (files: Files, variable: string, before: Words, after: Words): readonly string[] =>
  new SimulatedMachine({ files })
    .steps(setKernelCommandLine(variable, before, after))
    .map(step => (step.do === 'write-file' ? step.path : step.do === 'run' ? step.argv.join(' ') : step.do));
const obstacle = (files: Files, variable: string, before: Words, after: Words): string => {
  const change = setKernelCommandLine(variable, before, after);
  return kindOf(change).obstacle(change, new SimulatedMachine({ files }).observe(change)) ?? 'none';
};

test('on every boot loader the change holds in every way, and the readings see it', () => {
  for (const [files, variable] of [
    [debian, 'GRUB_CMDLINE_LINUX_DEFAULT'],
    [debian, 'GRUB_CMDLINE_XEN_DEFAULT'],
    [sles, 'GRUB_CMDLINE_LINUX_DEFAULT'],
    [rhel, newKernel],
    [rhel, 'GRUB_CMDLINE_LINUX_DEFAULT'],
    [rhel8, newKernel],
    [tumbleweed, '/boot/efi/loader/entries/opensuse-tumbleweed-6.11.conf'],
  ] as const) {
    const change = setKernelCommandLine(variable, [], ['hugepagesz=1G', 'hugepages=16', 'nosmt']);
    const isHeld = files === debian && !variable.includes('XEN');
    // Debian’s example says something of huge pages already
    const started = isHeld ? setKernelCommandLine(variable, [], ['iommu=pt']) : change;
    holdsEveryWay({ files }, started);
    if (variable.includes('XEN')) continue;
    const machine = new SimulatedMachine({ files });
    machine.make(started);
    assert.match(read(machine), isHeld ? /(?:^| )iommu=pt(?: |$)/ : /(?:^| )hugepagesz=1G hugepages=16 nosmt(?: |$)/);
  }
});

test('words about huge pages are replaced as a whole where they stand', () => {
  const before = ['default_hugepagesz=2M', 'hugepagesz=2M', 'hugepages=0:640,1:640', 'hugepagesz=1G', 'hugepages=3:1'];
  const change = setKernelCommandLine('GRUB_CMDLINE_LINUX_DEFAULT', before, ['hugepagesz=1G', 'hugepages=8']);
  holdsEveryWay({ files: debian }, change);
  const machine = new SimulatedMachine({ files: debian });
  machine.make(change);
  assert.match(
    machine.text('/etc/default/grub') ?? '',
    /^GRUB_CMDLINE_LINUX_DEFAULT="quiet hugepagesz=1G hugepages=8 kvm\.halt_poll_ns=400000 transparent_hugepage=never"$/m,
  );
});

test('each distribution has its own way to make the boot loader take it', () => {
  const linux = 'GRUB_CMDLINE_LINUX_DEFAULT';
  const bls = {
    '/etc/os-release': rhel['/etc/os-release'] ?? '',
    '/etc/default/grub': rhel['/etc/default/grub'] ?? '',
  };
  const grub = '/etc/default/grub';
  const mkconfig = 'grub2-mkconfig -o /boot/grub2/grub.cfg';
  assert.deepEqual(steps(debian, linux, [], ['nosmt']), [grub, 'update-grub']);
  assert.deepEqual(steps(sles, linux, ['quiet'], []), [grub, mkconfig]);
  assert.deepEqual(steps(sles, 'GRUB_CMDLINE_XEN_DEFAULT', [], ['dom0_mem=4G,max:4G']), [grub, mkconfig]);
  assert.deepEqual(steps(rhel, newKernel, ['quiet'], ['nosmt']), [oldKernel, newKernel, '/etc/kernel/cmdline', grub]);
  assert.deepEqual(steps(rhel8, newKernel, ['quiet'], ['nosmt']), ['/boot/grub2/grubenv', grub]);
  assert.deepEqual(steps(bls, linux, ['quiet'], ['nosmt=force']), [
    grub,
    'grubby --update-kernel=ALL --remove-args=quiet --args=nosmt=force',
  ]);
  assert.deepEqual(steps(tumbleweed, '/etc/kernel/cmdline', [], ['nosmt']), [
    '/boot/efi/loader/entries/opensuse-tumbleweed-6.11.conf',
    '/etc/kernel/cmdline',
    'sdbootutil update-all-entries',
  ]);
  assert.deepEqual(steps({ '/etc/os-release': 'ID=arch\n', [grub]: `${linux}=""\n` }, linux, [], ['nosmt']), [
    grub,
    'grub-mkconfig -o /boot/grub/grub.cfg',
  ]);
});

test('an entry that was made to differ is left as it is, and so is the one for repairs', () => {
  const own = { ...rhel, [oldKernel]: entry('5.14.0-362.el9.x86_64', 'root=/dev/sda1 ro hugepages=2') };
  const change = setKernelCommandLine(kernelLine, [], ['hugepages=16']);
  holdsEveryWay({ files: own }, change);
  assert.deepEqual(steps(own, kernelLine, [], ['hugepages=16']), [
    newKernel,
    '/etc/kernel/cmdline',
    '/etc/default/grub',
  ]);
});

test('the environment block of GRUB keeps its size, and one that is full is an obstacle', () => {
  const machine = new SimulatedMachine({ files: rhel8 });
  const change = setKernelCommandLine(newKernel, ['quiet'], ['hugepagesz=1G', 'hugepages=16']);
  assert.ok(machine.make(change));
  const block = machine.text('/boot/grub2/grubenv') ?? '';
  assert.equal(block.length, 1024);
  assert.match(block, /^kernelopts=root=\/dev\/sda1 ro crashkernel=auto hugepagesz=1G hugepages=16 $/m);
  assert.ok(machine.make(invert(change)));
  assert.equal(machine.text('/boot/grub2/grubenv'), rhel8['/boot/grub2/grubenv']);
  assert.match(obstacle(rhel8, newKernel, [], [`x=${'y'.repeat(1000)}`]), /several places/);
});

test('a host whose root is an image is told what to do instead', () => {
  const micro = { ...sles, '/etc/os-release': 'ID="sl-micro"\nID_LIKE="suse"\nVERSION_ID="6.0"\n' };
  const readOnly = { ...sles, '/etc/fstab': 'UUID=1 / btrfs ro 0 0\n' };
  const wanted =
    /read-only: take quiet out and put nosmt in GRUB_CMDLINE_LINUX_DEFAULT of .* transactional-update grub\.cfg/;
  for (const files of [micro, readOnly])
    assert.match(obstacle(files, 'GRUB_CMDLINE_LINUX_DEFAULT', ['quiet'], ['nosmt']), wanted);
  const ostree = { ...rhel, '/proc/cmdline': 'BOOT_IMAGE=(hd0)/ostree/x root=UUID=1 ostree=/ostree/boot.1/fedora/0\n' };
  assert.match(
    obstacle(ostree, newKernel, ['quiet'], ['nosmt']),
    /rpm-ostree kargs --delete='quiet' --append='nosmt'; then reboot/,
  );
});

test('what cannot be edited is an obstacle that says what to do', () => {
  const shell = { ...debian, '/etc/default/grub.d/x.cfg': 'if true; then GRUB_CMDLINE_LINUX_DEFAULT="a"; fi\n' };
  assert.match(
    obstacle(shell, 'GRUB_CMDLINE_LINUX_DEFAULT', [], ['nosmt']),
    /Only a shell can tell .* put nosmt in .*update-grub, and reboot/,
  );
  assert.match(obstacle({}, 'GRUB_CMDLINE_LINUX_DEFAULT', [], ['nosmt']), /No boot loader that nearmetal knows/);
  assert.equal(obstacle(debian, 'GRUB_CMDLINE_LINUX_DEFAULT', [], ['nosmt']), 'none');
});

test('states and names of another kind are refused', () => {
  const { fault } = kindOf(setKernelCommandLine('GRUB_CMDLINE_LINUX', [], []));
  assert.equal(fault(setKernelCommandLine('GRUB_CMDLINE_LINUX', ['a'], ['b="c d"'])), undefined);
  for (const words of [['a b'], [''], ['a\nb']])
    assert.match(fault(setKernelCommandLine('GRUB_CMDLINE_LINUX', [], words)) ?? '', /after/);
  assert.match(fault(setKernelCommandLine('PATH', [], [])) ?? '', /no variable of GRUB/);
});
