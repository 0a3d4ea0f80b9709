import { maskKernelCommandLine } from '#formats/secrets/mask-kernel-command-line';
import { maskUris } from '#formats/secrets/mask-uris';
import { isSecretName } from '#formats/secrets/secret-names';
import { secretMark } from '#units/secret';

/** Takes QEMU's arguments in order; gives them with secrets masked. `-append` and what `-fw_cfg` and `-smbios` carry are looked into too. */
export const maskQemuArguments = (args: readonly string[]): readonly string[] =>
  args.map((argument, index) => maskArgument(argument, args[index - 1] ?? ''));

function maskArgument(argument: string, option: string): string {
  if (option === '-append' || option === '--append') return maskKernelCommandLine(argument);
  if (argument.startsWith('{')) return maskJson(argument);
  const isSecretObject = /^secret(?:_keyring)?,/.test(argument);
  const isFirmwareValue = option.endsWith('-fw_cfg');
  // values of QEMU's options escape a comma by doubling it
  const masked = argument.replaceAll(
    /(^-{0,2}|,)([\w.][\w.-]{0,60})=((?:,,|[^,])*)/g,
    (whole, comma: string, name: string, value: string) => {
      const isSecret =
        isSecretName(name) ||
        (isSecretObject && name === 'data') ||
        (isFirmwareValue && name === 'string') ||
        (name === 'value' && value.startsWith('io.systemd.credential'));
      return isSecret && value !== '' && value !== 'on' && value !== 'off' ? `${comma}${name}=${secretMark}` : whole;
    },
  );
  return maskUris(masked);
}

/** Masks values by name in JSON arguments (`-object {"qom-type":"secret",…}`, `-blockdev {…}`), keeping everything else as written. */
export function maskJson(text: string): string {
  const isSecretObject = /"qom-type"\s*:\s*"secret/.test(text);
  const masked = text.replaceAll(
    /("([\w.-]{1,60})"\s*:\s*)"((?:[^"\\]|\\.)*)"/g,
    (whole, head: string, name: string) =>
      isSecretName(name) || (isSecretObject && name === 'data') ? `${head}"${secretMark}"` : whole,
  );
  return maskUris(masked);
}
