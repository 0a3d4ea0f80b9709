import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { maskFile } from '#formats/secrets/mask-file';

/** A file, its text with the secret HUNTER2 in it, and what may be left of that. */
const planted: readonly (readonly [string, string, string])[] = [
  ['/etc/libvirt/qemu.conf', 'vnc_password = "HUNTER2"\n', 'vnc_password = "‹secret›"\n'],
  [
    '/etc/libvirt/qemu.conf',
    '#spice_password = "HUNTER2"\nvnc_listen = "0.0.0.0"\n',
    '#spice_password = "‹secret›"\nvnc_listen = "0.0.0.0"\n',
  ],
  [
    '/etc/libvirt/auth.conf',
    '[credentials-a]\nusername=fred\npassword=HUNTER2\n',
    '[credentials-a]\nusername=fred\npassword=‹secret›\n',
  ],
  ['/etc/libvirt/passwd.db', 'HUNTER2', '‹secret›'],
  ['/etc/xen/vm.cfg', "vncpasswd='HUNTER2'\nmemory=512\n", "vncpasswd='‹secret›'\nmemory=512\n"],
  [
    '/etc/default/grub',
    '# the root password is HUNTER2\n# password HUNTER2, keyboard us\n# token ring: off\n',
    '# the root password is ‹secret›\n# password ‹secret›, keyboard us\n# token ring: off\n',
  ],
  ['/proc/cmdline', 'quiet inst.password=HUNTER2 root=/dev/sda1\n', 'quiet inst.password=‹secret› root=/dev/sda1\n'],
  [
    '/proc/cmdline',
    'autoyast=ftp://inst:HUNTER2@10.0.0.1/a.xml iommu.passthrough=1',
    'autoyast=ftp://inst:‹secret›@10.0.0.1/a.xml iommu.passthrough=1',
  ],
  ['/proc/cmdline', 'netroot=iscsi:user:HUNTER2@192.168.1.1::::iqn.a', 'netroot=iscsi:‹secret›@192.168.1.1::::iqn.a'],
  [
    '/proc/cmdline',
    'systemd.set_credential=db.pw:HUNTER2 vconsole.keymap=us',
    'systemd.set_credential=db.pw:‹secret› vconsole.keymap=us',
  ],
  ['/proc/cmdline', 'rd.luks.key=/keys/a cryptkey=HUNTER2', 'rd.luks.key=/keys/a cryptkey=‹secret›'],
  [
    '/etc/default/grub',
    'GRUB_CMDLINE_LINUX="a=1 k3os.token=HUNTER2 quiet"\n',
    'GRUB_CMDLINE_LINUX="a=1 k3os.token=‹secret› quiet"\n',
  ],
  [
    '/boot/grub2/grub.cfg',
    'password_pbkdf2 root HUNTER2\nlinux /vmlinuz quiet\n',
    'password_pbkdf2 ‹secret›\nlinux /vmlinuz quiet\n',
  ],
  [
    '/etc/fstab',
    '//srv/share /mnt cifs username=a,password=HUNTER2,vers=3.0 0 0\n',
    '//srv/share /mnt cifs username=a,password=‹secret›,vers=3.0 0 0\n',
  ],
  [
    '/etc/fstab',
    '//srv/share /mnt cifs credentials=/root/.smb,rw 0 0\n:/ /c ceph name=a,secret=HUNTER2 0 0\n',
    '//srv/share /mnt cifs credentials=/root/.smb,rw 0 0\n:/ /c ceph name=a,secret=‹secret› 0 0\n',
  ],
  [
    '/proc/self/mounts',
    '//srv/s /m cifs rw,vers=3,username=a,pass=HUNTER2\\,x,uid=0 0 0\n',
    '//srv/s /m cifs rw,vers=3,username=a,pass=‹secret›,uid=0 0 0\n',
  ],
  [
    '/proc/4711/cmdline',
    'qemu\0-object\0secret,id=s0,data=HUNTER2\0-name\0a',
    'qemu\0-object\0secret,id=s0,data=‹secret›\0-name\0a',
  ],
  [
    '/proc/4711/cmdline',
    'qemu\0-blockdev\0{"driver":"http","url":"https://a:HUNTER2@h/x","password-secret":"s0"}',
    'qemu\0-blockdev\0{"driver":"http","url":"https://a:‹secret›@h/x","password-secret":"s0"}',
  ],
  ['/proc/4711/cmdline', 'curl\0https://h/x?a=1&token=HUNTER2&b=2', 'curl\0https://h/x?a=1&token=‹secret›&b=2'],
  ['/proc/4711/environ', 'DB_PASS=HUNTER2', '‹secret›'],
  ['/proc/sys/net/ipv4/tcp_fastopen_key', 'HUNTER2', '‹secret›'],
  [
    '/etc/libvirt/qemu/a.xml',
    "<domain><devices><graphics type='vnc' passwd='HUNTER2'/></devices></domain>",
    "<domain><devices><graphics type='vnc' passwd='‹secret›'/></devices></domain>",
  ],
  [
    '/etc/libvirt/qemu/a.xml',
    '<domain><os><cmdline>root=/dev/vda luks.passphrase="HUNTER2"</cmdline></os></domain>',
    '<domain><os><cmdline>root=/dev/vda luks.passphrase=‹secret›</cmdline></os></domain>',
  ],
  [
    '/etc/libvirt/qemu/a.xml',
    "<domain><sysinfo type='fwcfg'><entry name='opt/x'>HUNTER2</entry></sysinfo></domain>",
    "<domain><sysinfo type='fwcfg'><entry name='opt/x'>‹secret›</entry></sysinfo></domain>",
  ],
  [
    '/etc/libvirt/qemu/a.xml',
    '<!-- root password: HUNTER2 --><domain><description>the password is HUNTER2</description></domain>',
    '<!-- root password: ‹secret› --><domain><description>the password is ‹secret›</description></domain>',
  ],
  [
    '/etc/libvirt/qemu/a.xml',
    '<domain><title>web, password HUNTER2</title><description>the password policy</description></domain>',
    '<domain><title>web, password ‹secret›</title><description>the password policy</description></domain>',
  ],
  [
    '/etc/libvirt/qemu/a.xml',
    "<domain><qemu:commandline xmlns:qemu='q'><qemu:arg value='-object'/><qemu:arg value='secret,id=a,data=HUNTER2'/><qemu:env name='API_TOKEN' value='HUNTER2'/></qemu:commandline></domain>",
    "<domain><qemu:commandline xmlns:qemu='q'><qemu:arg value='-object'/><qemu:arg value='secret,id=a,data=‹secret›'/><qemu:env name='API_TOKEN' value='‹secret›'/></qemu:commandline></domain>",
  ],
  [
    '/etc/libvirt/qemu/a.xml',
    "<domain><disk><source protocol='https' name='a' query='sig=1&amp;token=HUNTER2'><cookies><cookie name='c'>HUNTER2</cookie></cookies></source></disk></domain>",
    "<domain><disk><source protocol='https' name='a' query='sig=1&amp;token=‹secret›'><cookies><cookie name='c'>‹secret›</cookie></cookies></source></disk></domain>",
  ],
  ['/etc/libvirt/qemu/broken.xml', "<domain><graphics passwd='HUNTER2'>", '<domain><graphics passwd="‹secret›">'],
  [
    '/etc/iscsi/iscsid.conf',
    'node.session.auth.password = HUNTER2\nnode.startup = manual\n',
    'node.session.auth.password = ‹secret›\nnode.startup = manual\n',
  ],
  [
    '/etc/pki/libvirt/key.pem',
    '-----BEGIN RSA PRIVATE KEY-----\nHUNTER2\n-----END RSA PRIVATE KEY-----\n',
    '-----BEGIN RSA PRIVATE KEY-----‹secret›-----END RSA PRIVATE KEY-----\n',
  ],
];

for (const [path, text, masked] of planted) {
  test(`a secret in ${path} is masked: ${JSON.stringify(masked).slice(0, 70)}`, () => {
    assert.equal(maskFile(path, text), masked);
    assert.equal(maskFile(path, masked), masked, 'masking again changes nothing');
  });
}

test('a machine id is confidential and becomes a hash, once', () => {
  const masked = maskFile('/etc/machine-id', '4c0f1d3a5b7e49218e6d0a1b2c3d4e5f\n');
  assert.match(masked, /^hashed to [0-9a-f]{16}\n$/);
  assert.equal(maskFile('/etc/machine-id', masked), masked);
  assert.equal(maskFile('/etc/machine-id', 'uninitialized\n'), 'uninitialized\n');
});

test('what only looks like a secret stays as it is', () => {
  const harmless: readonly (readonly [string, string])[] = [
    ['/proc/cmdline', 'BOOT_IMAGE=/vmlinuz iommu=pt vfio.passthrough=1 keyboard=de sysrq_always_enabled tokenless'],
    ['/etc/libvirt/qemu.conf', 'default_tls_x509_secret_uuid = "00000000-0000-0000-0000-000000000000"\nvnc_tls = 1\n'],
    ['/etc/fstab', 'UUID=6f1c / ext4 defaults,noatime 0 1\nsrv:/x /y nfs rsize=1048576,hard 0 0\n'],
    [
      '/etc/libvirt/qemu/a.xml',
      "<domain><encryption format='luks'><secret type='passphrase' uuid='0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f'/></encryption></domain>",
    ],
    ['/proc/meminfo', 'MemTotal: 1 kB\nSecPageTables: 0 kB\n'],
    ['/boot/config-6.4', 'CONFIG_SECRETMEM=y\nCONFIG_TRUSTED_KEYS=y\n'],
    ['/sys/block/sda/queue/scheduler', '[none] bfq\n'],
  ];
  for (const [path, text] of harmless) assert.equal(maskFile(path, text), text, path);
});

test('masking any text of any kind of file ends soon, does not crash, and masks once and for all', () => {
  const paths = [...new Set(planted.map(([path]) => path)), '/etc/other'];
  const piece = fc.oneof(
    fc.constantFrom(...planted.map(([, text]) => text)),
    fc.string(),
    fc.constantFrom('=', ':', '"', "'", ',', '@', '//', '\n', '<', '-->'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.array(piece, { maxLength: 8 }), (path, pieces) => {
      const once = maskFile(path, pieces.join(''));
      assert.equal(maskFile(path, once), once);
    }),
    { numRuns: 500 },
  );
  for (const text of [
    'a:'.repeat(200_000),
    '://'.repeat(200_000),
    'password '.repeat(100_000),
    '='.repeat(400_000),
    '"'.repeat(400_000),
    'x='.repeat(200_000),
  ]) {
    const begin = performance.now();
    for (const path of paths) maskFile(path, text);
    assert.ok(performance.now() - begin < 30_000, text.slice(0, 10));
  }
});
