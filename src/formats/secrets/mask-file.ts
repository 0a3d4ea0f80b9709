import { maskKernelCommandLine } from '#formats/secrets/mask-kernel-command-line';
import { maskMachineId } from '#formats/secrets/mask-machine-id';
import { maskMounts } from '#formats/secrets/mask-mounts';
import { maskQemuArguments } from '#formats/secrets/mask-qemu-arguments';
import { maskSettings } from '#formats/secrets/mask-settings';
import { maskXml } from '#formats/secrets/mask-xml';
import { secretMark } from '#units/secret';

/** How the text of a kind of file is masked; the first pattern that fits decides. */
const kinds: readonly (readonly [RegExp, (text: string) => string])[] = [
  [
    /^\/(?:etc|var\/lib)\/libvirt\/(?:secrets\/|passwd\.db|krb5\.tab)|^\/etc\/g?shadow|^\/proc\/[^/]+\/environ$|\/swtpm\//,
    () => secretMark,
  ],
  [/^\/etc\/machine-id$|^\/var\/lib\/dbus\/machine-id$/, maskMachineId],
  [/\.xml$/, maskXml],
  [/^\/proc\/cmdline$|^\/etc\/kernel\/cmdline$|^\/boot\/loader\//, maskKernelCommandLine],
  [/^\/etc\/default\/grub|grub\.cfg$|^\/etc\/grub\.d\//, text => maskSettings(maskKernelCommandLine(text))],
  [/^\/etc\/(?:fstab|mtab|auto\.)|^\/proc\/(?:[^/]+\/)?(?:mounts|mountinfo)$|\.mount$/, maskMounts],
  [/^\/proc\/[^/]+\/cmdline$/, text => maskQemuArguments(text.split('\0')).join('\0')],
  // knobs and counters of the kernel: no value that a setting could be mistaken for, but one
  [/^\/proc\/sys\/.*(?:secret|tcp_fastopen_key)$/, () => secretMark],
  [/^\/(?:proc|sys)\//, text => text],
  // what packages bring is the same on every machine
  [/^\/usr\/|^\/var\/lib\/dpkg\//, text => text],
];

/** Takes the path of a file on a machine and its text; gives the text with secrets masked. Masking twice changes nothing more. */
export const maskFile = (path: string, text: string): string =>
  (kinds.find(([pattern]) => pattern.test(path))?.[1] ?? maskSettings)(text);
