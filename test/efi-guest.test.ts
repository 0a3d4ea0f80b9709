import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';
import { readMenu } from '#formats/guest-boot/read-menu';
import { guestOfRoot, type OpenGuest, openVolumes, rootsAmong } from '#formats/guest-disk/open-guest';
import { type FileBytes, openFileBytes } from '#transport/file-bytes';
import { makeExt4, makeFat, noMaker } from './made-file-system.js';

const skip = noMaker('mkfs.ext4') ?? noMaker('mkfs.vfat') ?? noMaker('mcopy');
let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'nearmetal-efi-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

/** Makes a guest of a root and an EFI system partition, and opens it. A path that ends in a slash is a folder. */
function within(name: string, { root, esp }: { root: Files; esp: Files }, use: (guest: OpenGuest) => void): void {
  const images = Object.entries({ root, esp }).map(([part, files]) => {
    const tree = join(folder, name, part);
    mkdirSync(tree, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(path.endsWith('/') ? join(tree, path) : dirname(join(tree, path)), { recursive: true });
      if (!path.endsWith('/')) writeFileSync(join(tree, path), text);
    }
    const image = join(folder, `${name}-${part}.img`);
    if (part === 'root') makeExt4(image, tree, [], '16M');
    else makeFat(image, tree, 32, '64M', ['-s', '1', '-i', '12345678']);
    return image;
  });
  const sources: readonly FileBytes[] = images.map(openFileBytes);
  try {
    const volumes = openVolumes(sources.map((source, at) => ({ name: String(at + 1), source, disk: 0 })));
    const [system] = rootsAmong(volumes.opened);
    assert.ok(system);
    use(guestOfRoot(system, volumes));
  } finally {
    for (const source of sources) source.close();
  }
}

const entry = (title: string, kernel: string): string =>
  `title ${title}\nlinux ${kernel}\ninitrd /initrd.img\noptions root=UUID=1234 rw\n`;
const release = 'ID=sample\nPRETTY_NAME="Sample 1"\n';

test('entries of systemd-boot on an EFI system partition are read, and loader.conf says which is next', {
  skip,
}, () => {
  const esp: Files = {
    'EFI/systemd/systemd-bootx64.efi': 'program',
    'loader/loader.conf': 'timeout 3\ndefault old*\n',
    'loader/entries/new.conf': entry('New', '/vmlinuz-6.9'),
    'loader/entries/old-6.1.conf': entry('Old', '/vmlinuz-6.1'),
    'vmlinuz-6.1': 'a kernel',
    'EFI/Linux/whole.efi': 'a kernel with its initrd',
  };
  const places = { fstab: '/boot', auto: '/efi' } as const;
  for (const [how, place] of Object.entries(places)) {
    const root: Files = {
      'etc/os-release': release,
      'etc/fstab': how === 'fstab' ? `UUID=1234-5678 ${place} vfat defaults 0 2\n` : '# systemd finds it\n',
      [`${place.slice(1)}/`]: '',
    };
    within(`systemd-${how}`, { root, esp }, ({ parts, remarks, tree }) => {
      assert.deepEqual(
        parts.map(({ path, volume, type }) => [path, volume, type]),
        [
          ['/', '1', 'ext4'],
          [place, '2', 'vfat'],
        ],
      );
      assert.deepEqual(remarks, []);
      const menu = readMenu(tree);
      assert.deepEqual(
        menu.entries.map(({ title, at }) => [title, at.file]),
        [
          ['Old', `${place}/loader/entries/old-6.1.conf`],
          ['New', `${place}/loader/entries/new.conf`],
        ],
      );
      assert.equal(menu.next?.title, 'Old');
      assert.deepEqual(menu.images, [`${place}/EFI/Linux/whole.efi`]);
    });
  }
});

test('the menu of GRUB in the folder of its distribution on an EFI system partition is read', { skip }, () => {
  const root: Files = {
    'etc/os-release': release,
    'etc/fstab': '/dev/disk/by-uuid/1234-5678 /boot/efi vfat umask=0077 0 1\n',
    'boot/efi/': '',
  };
  const grub = `set default=0\nmenuentry 'Sample' {\n\tlinuxefi /vmlinuz-5.14 root=/dev/sda2\n\tinitrdefi /initrd-5.14\n}\n`;
  within('grub', { root, esp: { 'EFI/sample/grub.cfg': grub } }, ({ tree }) => {
    const { entries, next } = readMenu(tree);
    assert.deepEqual(
      entries.map(({ kernel, options, at }) => [kernel, options, at.file]),
      [['/vmlinuz-5.14', 'root=/dev/sda2', '/boot/efi/EFI/sample/grub.cfg']],
    );
    assert.equal(next, entries[0]);
  });
});

test('of a Windows guest it is not known whether it comes up with virtio, and that is the answer: exit code 3', {
  skip: noMaker('mkntfs'),
}, () => {
  const image = join(folder, 'windows.img');
  writeFileSync(image, '');
  truncateSync(image, 32 * 1024 * 1024);
  execFileSync('mkntfs', ['-q', '-F', '-f', '-L', 'Windows', image], { stdio: 'ignore' });
  const main = new URL('../src/cli/main.js', import.meta.url).pathname;
  const ask = (...words: readonly string[]) =>
    spawnSync(process.execPath, [main, 'image', 'readiness', image, ...words], { encoding: 'utf8' });
  const { status, stdout, stderr } = ask();
  assert.equal(status, 3, stdout + stderr);
  assert.match(stdout, /Windows, by its NTFS\n\s+\(ntfs, disk\)/);
  assert.match(stdout, /virtio-blk +unknown/);
  assert.match(stdout, /add a small second disk on virtio-scsi and start it once/);
  const { readiness, system } = JSON.parse(ask('--format', 'json', '--bus', 'virtio-blk').stdout);
  assert.equal(system.kind, 'windows');
  assert.deepEqual(
    readiness.map(({ target, verdict }: { target: string; verdict: string }) => [target, verdict]),
    [
      ['virtio-blk', 'unknown'],
      ['virtio-net', 'unknown'],
    ],
  );
});
