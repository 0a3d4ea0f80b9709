import assert from 'node:assert/strict';
import test from 'node:test';
import {
  chosenEntry,
  nextEntry,
  parseGrubMenu,
  parseOldMenu,
  parseSpecifiedEntry,
} from '#formats/guest-boot/boot-menu';

const grub = `
if [ -s $prefix/grubenv ]; then
  load_env
fi
if [ "\${next_entry}" ] ; then
   set default="\${next_entry}"
else
   set default="\${saved_entry}"
fi
menuentry 'SLES 15-SP5'  --class sles $menuentry_id_option 'gnulinux-simple-1' {
	search --no-floppy --fs-uuid --set=root 1111
	linux	/boot/vmlinuz-5.14.21-150500.53-default root=UUID=1111  splash=silent
	initrd	/boot/initrd-5.14.21-150500.53-default
}
submenu 'Advanced options' --class sles $menuentry_id_option 'gnulinux-advanced-1' {
	menuentry 'SLES 15-SP5, with Linux 5.14' --class sles $menuentry_id_option 'gnulinux-5.14-advanced' {
		if [ x$feature = xy ]; then
			true
		fi
		linux	/boot/vmlinuz-5.14.21-150500.53-default root=UUID=1111
		initrd	/boot/early.img /boot/initrd-5.14.21-150500.53-default
	}
	menuentry 'SLES 15-SP5, with Linux 5.3' $menuentry_id_option 'gnulinux-5.3-advanced' {
		linuxefi	/boot/vmlinuz-5.3-default root=/dev/sda2 resume=/dev/sda1
		initrdefi	/boot/initrd-5.3-default
	}
}
menuentry 'Memory test' { linux16 /boot/memtest.bin
}
`;

test('entries of GRUB 2, in submenus too, have their kernel, initrds and line', () => {
  const { entries, chosen } = parseGrubMenu('/boot/grub2/grub.cfg', grub);
  assert.equal(chosen, 'saved');
  assert.deepEqual(
    entries.map(({ place, kernel, initrds, at }) => [place, kernel, initrds.length, at.line]),
    [
      ['0', '/boot/vmlinuz-5.14.21-150500.53-default', 1, 12],
      ['1>0', '/boot/vmlinuz-5.14.21-150500.53-default', 2, 20],
      ['1>1', '/boot/vmlinuz-5.3-default', 1, 24],
    ],
  );
});

test('the entry that is booted next is the first, or the one that GRUB has saved by title, id or place', () => {
  const menu = parseGrubMenu('/boot/grub2/grub.cfg', grub);
  const next = (environment?: string) => nextEntry(menu, environment)?.place;
  assert.equal(next(), '0');
  assert.equal(next('saved_entry=SLES 15-SP5\n'), '0');
  assert.equal(next('saved_entry=gnulinux-advanced-1>gnulinux-5.3-advanced\n'), '1>1');
  assert.equal(next('saved_entry=1>1\n'), '1>1');
  assert.equal(next('saved_entry=1\n'), '1>0');
  assert.equal(next('saved_entry=what was removed\n'), undefined);
});

test('menus of GRUB before 2 and of extlinux are read', () => {
  const old = parseOldMenu(
    '/boot/grub/menu.lst',
    'default 0\n# comment\ntitle SLES 11\n    root (hd0,1)\n    kernel /boot/vmlinuz-3.0 root=/dev/sda2 quiet\n    initrd /boot/initrd-3.0\n',
  );
  assert.deepEqual(
    old.entries.map(({ title, kernel, options, initrds, at }) => [title, kernel, options, initrds, at.line]),
    [['SLES 11', '/boot/vmlinuz-3.0', 'root=/dev/sda2 quiet', ['/boot/initrd-3.0'], 5]],
  );
  const extlinux = parseOldMenu(
    '/boot/extlinux.conf',
    'DEFAULT lts\nLABEL lts\n  LINUX vmlinuz-lts\n  INITRD initramfs-lts\n  APPEND root=UUID=1 quiet\n',
  );
  assert.deepEqual(nextEntry(extlinux, undefined)?.options, 'root=UUID=1 quiet');
});

test('entries of the Boot Loader Specification take variables of the environment block', () => {
  const entry = parseSpecifiedEntry(
    '/boot/loader/entries/abc-5.14.conf',
    'title RHEL\nversion 5.14\nlinux /vmlinuz-5.14\ninitrd /initramfs-5.14.img $tuned_initrd\noptions $kernelopts quiet\n',
    0,
    new Map([['kernelopts', 'root=/dev/mapper/rhel-root ro']]),
  );
  assert.deepEqual(
    [entry?.kernel, entry?.options, entry?.at.line],
    ['/vmlinuz-5.14', 'root=/dev/mapper/rhel-root ro quiet', 5],
  );
});

test('systemd-boot takes the first entry that the pattern of loader.conf fits', () => {
  const entry = (id: string) => parseSpecifiedEntry(`/efi/loader/entries/${id}.conf`, 'linux /k\n', 0, new Map());
  const entries = ['arch-6.9', 'arch-lts', 'other'].flatMap(id => entry(id) ?? []);
  const chosen = (settings: string) => chosenEntry(entries, settings)?.id;
  assert.equal(chosen('timeout 3\n'), 'arch-6.9');
  assert.equal(chosen('default arch-lts.conf\n'), 'arch-lts');
  assert.equal(chosen('default OTHER\n'), 'other');
  assert.equal(chosen('default arch-*\n'), 'arch-6.9');
  assert.equal(chosen('default arch-6?9*\n'), 'arch-6.9');
  assert.equal(chosen('default (((*\n'), 'arch-6.9');
  assert.equal(chosen('default @saved\n'), undefined);
});
