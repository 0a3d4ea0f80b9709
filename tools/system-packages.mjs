/**
 * The Debian packages that the checks and the live tests use beyond Node.js and what every Debian has, and why.
 * Nothing here is needed to run nearmetal.
 */
export const systemPackages = [
  { name: 'libvirt-daemon-system', why: 'the libvirtd that live tests start privately, and its RelaxNG schemas' },
  { name: 'libvirt-clients', why: 'virsh, against which our client is compared and timed' },
  { name: 'qemu-system-x86', why: 'the QEMU under that libvirtd; guests run under TCG' },
  { name: 'qemu-utils', why: 'qemu-img, the second opinion on disk images' },
  {
    name: 'qemu-guest-agent',
    why: 'the agent inside a guest that tests ask; on a host without its channel it does not start',
  },
  { name: 'busybox-static', why: 'the user space of the guests that tests boot' },
  { name: 'cpio', why: 'packs their initrd' },
  { name: 'libxml2-utils', why: 'xmllint, the second opinion on XML and RelaxNG' },
  { name: 'strace', why: 'shows that a check writes nothing and starts nothing' },
  { name: 'bzip2', why: 'packs and unpacks bundles' },
  { name: 'xz-utils', why: 'packs and unpacks bundles' },
  { name: 'zstd', why: 'packs and unpacks bundles' },
  { name: 'openssh-client', why: 'libvirt and files over SSH' },
  { name: 'openssh-server', why: 'the other end of it, on the loopback address' },
  { name: 'procps', why: 'ps, to see what a test left running' },
  { name: 'util-linux', why: 'unshare and nsenter for private mounts, lscpu as second opinion on topology' },
  { name: 'iproute2', why: 'ip, in private network namespaces' },
  { name: 'zsh', why: 'completion is tried in it' },
  { name: 'fish', why: 'completion is tried in it' },
  { name: 'bsdutils', why: 'script, the terminal in which shells are tried' },
  { name: 'mandoc', why: 'judges the manual page' },
  { name: 'man-db', why: 'shows the manual page' },
  { name: 'prometheus', why: 'promtool, which judges our metrics' },
  { name: 'python3-junitparser', why: 'a reader of JUnit reports, which reads ours' },
  { name: 'chromium', why: 'opens the HTML report: the picture, the keyboard, contrast, what leaves the page' },
  { name: 'mmdebstrap', why: 'makes the disk of the real machine on which the long tests change things' },
  { name: 'fdisk', why: 'partitions that disk' },
  { name: 'e2fsprogs', why: 'fills it without mounting it' },
  { name: 'xfsprogs', why: 'makes an XFS without mounting it' },
  { name: 'btrfs-progs', why: 'makes a Btrfs without mounting it' },
  { name: 'dosfstools', why: 'makes a FAT without mounting it' },
  { name: 'mtools', why: 'mcopy, which fills a FAT without mounting it' },
  { name: 'exfatprogs', why: 'makes an exFAT, and says what is free in it' },
  { name: 'ntfs-3g', why: 'makes an NTFS, and says what is free in it' },
  { name: 'f2fs-tools', why: 'makes an F2FS' },
  { name: 'nilfs-tools', why: 'makes a NILFS2' },
  { name: 'udftools', why: 'makes a UDF' },
  { name: 'squashfs-tools', why: 'makes a SquashFS' },
  { name: 'genisoimage', why: 'makes an ISO 9660' },
  { name: 'cryptsetup-bin', why: 'makes LUKS headers; nothing is unlocked' },
  { name: 'gdisk', why: 'sgdisk, the second opinion on GPT' },
  { name: 'lvm2', why: 'makes volume groups on files; nothing is activated' },
  { name: 'mount', why: 'losetup, and mounts in private namespaces' },
  { name: 'kmod', why: 'depmod, for the modules of guests that are booted' },
  { name: 'lz4', why: 'packs initrds' },
  { name: 'shellcheck', why: 'checks the shell scripts, and plans exported as one' },
  { name: 'ansible-core', why: 'runs plans exported as a playbook' },
  { name: 'python3', why: 'edits definitions of guests in exported plans' },
];

/** The package whose kernel the guests boot; it is unpacked into a cache folder, never installed. */
export const guestKernelPackage = 'linux-image-cloud-amd64';

/** The package of an ordinary kernel, with which guests are switched from old disk controllers to new ones. */
export const ordinaryKernelPackage = 'linux-image-amd64';

/** What a person types to install all of it. */
export const installLine = `sudo apt-get install --no-install-recommends ${systemPackages.map(({ name }) => name).join(' ')}`;
