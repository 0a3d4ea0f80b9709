import { fileMentions, initrdMentions, menuMentions } from '#formats/guest-boot/device-mentions';
import { networkBindings } from '#formats/guest-boot/network-bindings';
import { readKernels } from '#formats/guest-boot/read-kernels';
import { readMenu } from '#formats/guest-boot/read-menu';
import { guestName, type OpenGuest } from '#formats/guest-disk/open-guest';
import type { Unpack } from '#formats/initrd/read-initrd';
import type { GuestBoot } from '#model/guest-boot';

/** Reads from the files of a Linux guest what decides whether it would come up with other virtual devices. Throws ImageFault where a file system is damaged. */
export async function readGuestBoot({ tree, remarks }: OpenGuest, unpack: Unpack): Promise<GuestBoot> {
  const menu = readMenu(tree);
  const { kernels, menu: entries, nextKernel, initrdTexts, unread } = await readKernels(tree, menu, unpack);
  const devices = [
    ...menu.entries.flatMap((entry, index) =>
      entries[index]?.isRescue === true ? [] : menuMentions(entry, entries[index]?.version),
    ),
    ...fileMentions(tree),
    ...kernels.flatMap(({ version, initrd }) =>
      initrdMentions(initrd?.path ?? '', initrdTexts.get(version) ?? new Map(), version),
    ),
  ];
  return {
    system: { kind: 'linux', name: guestName(tree) },
    kernels,
    menu: entries,
    nextKernel,
    devices,
    network: networkBindings(tree),
    unread: [
      ...remarks
        .map(remark => ({ what: 'the newest state of its files', why: remark }))
        .filter(({ why }) => /out of date|may be missing|^\/(?:boot(?!\/efi)|usr)\b/.test(why)),
      ...(entries.length === 0
        ? [
            {
              what: 'its boot menu',
              why: 'no menu of GRUB, systemd-boot or extlinux was found: its root= is not known',
            },
          ]
        : []),
      ...menu.images.map(image => ({
        what: `${image}, which systemd-boot offers`,
        why: 'a kernel and its initrd in one program are not taken apart',
      })),
      ...(kernels.length === 0 ? [{ what: 'its kernels', why: 'none was found in /boot or /usr/lib/modules' }] : []),
      ...unread,
    ],
  };
}
