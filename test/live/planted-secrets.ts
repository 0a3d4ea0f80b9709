import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Makes secrets that no two places share, each short enough for VNC, and remembers them. */
export class Planter {
  readonly all: string[] = [];
  readonly #letter: string;

  constructor(letter: string) {
    this.#letter = letter;
  }

  plant(): string {
    const secret = `${this.#letter}q${String(this.all.length + 10)}wjzx`;
    this.all.push(secret);
    return secret;
  }

  /** Those of them that a text gives away. */
  shownIn(text: string): readonly string[] {
    return this.all.filter(secret => text.includes(secret));
  }
}

/** A definition that holds all secrets that libvirt lets one hold, and asks for changes. */
export function secretiveGuest(planter: Planter, name: string, uuid: string): string {
  const plant = (): string => planter.plant();
  return `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>${name}</name><uuid>${uuid}</uuid>
  <title>${name}, password ${plant()}</title>
  <description>the root password is ${plant()}</description>
  <metadata><app:login xmlns:app='urn:app' password='${plant()}'><app:token>${plant()}</app:token></app:login></metadata>
  <memory unit='MiB'>64</memory><vcpu>1</vcpu>
  <sysinfo type='smbios'><oemStrings><entry>io.systemd.credential:db.password=${plant()}</entry></oemStrings></sysinfo>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <smbios mode='sysinfo'/>
  </os>
  <features><acpi/></features>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <graphics type='vnc' autoport='yes' listen='0.0.0.0' passwd='${plant()}'/>
    <video><model type='vga'/></video>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-object'/><qemu:arg value='secret,id=luks0,data=${plant()}'/>
    <qemu:env name='API_TOKEN' value='${plant()}'/>
  </qemu:commandline>
</domain>`;
}

/** Writes secrets into the files of a host, in all places that people put them in: at the end of files that are there. */
export async function plantInFiles(planter: Planter, root: string): Promise<void> {
  const plant = (): string => planter.plant();
  const guest = (name: string, last: number): string =>
    secretiveGuest(planter, name, `6d1f6fd0-0000-4000-8000-00000000000${last}`);
  const qemu = ['qemu-system-x86_64', '-name', 'guest=db01', '-object', `secret,id=masterKey0,data=${plant()}`];
  const files: Readonly<Record<string, string>> = {
    '/etc/fstab': [
      `//nas/a /mnt/a cifs username=vm,password=${plant()} 0 0`,
      `//vm%${plant()}@nas/b /mnt/b cifs rw 0 0`,
      `mon:/ /ceph ceph name=admin,secret=${plant()} 0 0`,
      `https://user:${plant()}@dav/x /dav davfs rw 0 0\n`,
    ].join('\n'),
    '/proc/self/mounts': `//nas/a /mnt/a cifs rw,username=vm,password=${plant()} 0 0\n`,
    '/etc/libvirt/qemu.conf': `vnc_password = "${plant()}"\nspice_password = "${plant()}"\n#vnc_password = "${plant()}"\n`,
    '/etc/libvirt/auth.conf': `[credentials-a]\nusername=fred\npassword=${plant()}\n`,
    '/etc/libvirt/passwd.db': plant(),
    '/etc/libvirt/secrets/6d1f6fd0-0000-4000-8000-00000000000a.base64': plant(),
    '/etc/libvirt/libvirt.conf': `uri_aliases = [ "far=qemu+tcp://user:${plant()}@far/system" ]\n`,
    '/etc/libvirt/qemu/db01.xml': guest('db01', 1),
    '/etc/libvirt/qemu/web01.xml': guest('web01', 2),
    '/etc/libvirt/qemu/broken.xml': `<domain type='kvm'><name>x</name><graphics passwd='${plant()}'><title>password: ${plant()}</domain>`,
    '/etc/default/grub': `# password ${plant()}\nGRUB_CMDLINE_XEN_DEFAULT="k3os.token=${plant()} autoyast=ftp://u:${plant()}@h/a"\nGRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX netroot=iscsi:u:${plant()}@10.0.0.1::"\n`,
    '/boot/grub/grub.cfg': `password_pbkdf2 root ${plant()}\nlinux /vmlinuz quiet inst.password=${plant()}\n`,
    '/etc/sysctl.d/90-nearmetal.conf': `# https://user:${plant()}@host/\nkernel.panic = 5\n`,
    '/etc/sysctl.d/99-site.conf': `# token=${plant()}\nkernel.panic = 5\n`,
    '/etc/tmpfiles.d/nearmetal.conf': `# secret: ${plant()}\n`,
    '/etc/udev/rules.d/60-site.rules': `# password=${plant()}\n`,
    '/etc/iscsi/iscsid.conf': `node.session.auth.password = ${plant()}\n`,
    '/etc/modprobe.d/kvm.conf': `# password: ${plant()}\noptions kvm halt_poll_ns=200000\n`,
    '/etc/rc.local': `#!/bin/sh\ncurl -u root:x https://h/?token=${plant()}\necho 100 >/proc/sys/vm/swappiness\n`,
    '/proc/sys/net/ipv4/tcp_fastopen_key': `${plant()}\n`,
    '/proc/4711/cmdline': `${qemu.join('\0')}\0`,
    '/proc/4711/environ': `API_TOKEN=${plant()}\0`,
    '/run/libvirt/qemu/db01.pid': '4711\n',
    '/run/libvirt/qemu/db01.xml': `<domstatus state='running' pid='4711'>${guest('db01', 1)}</domstatus>`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await appendFile(join(root, path), text);
  }
  for (const [path, after, words] of [
    ['/proc/cmdline', ' quiet', `luks.passphrase=${plant()} systemd.set_credential=db.pw:${plant()}`],
    ['/etc/default/grub', '"quiet', `inst.password=${plant()} proxy=http://u:${plant()}@p/`],
  ] as const) {
    const text = await readFile(join(root, path), 'utf8');
    await writeFile(join(root, path), text.replace(after, `${after} ${words}`));
  }
}
