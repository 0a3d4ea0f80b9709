import { type Command, Option } from 'commander';
import { common } from '#cli/command-options';
import type { ConvertOptions } from '#cli/commands/image-convert';
import type { OverlayOptions } from '#cli/commands/image-overlay';
import type { RebaseOptions } from '#cli/commands/image-rebase';

const targets = ['raw', 'qcow2', 'luks', 'vmdk', 'vdi', 'vhdx', 'vpc', 'qed'];

/** Adds the commands that make and change images. `done` takes the exit code. */
export function addImageWorkCommands(image: Command, done: (exitCode: number) => void): void {
  working(image.command('convert'))
    .description(
      'write a disk into a new file of another format, compare both, and put it into the place of the old one, which is kept',
    )
    .argument('<image>', 'file or block device')
    .addOption(new Option('--to <format>', 'format of the new file').choices(targets).makeOptionMandatory())
    .option('--into <file>', 'make this file, and leave the image where it is')
    .option('--guest <name>', 'the guest whose disk it is (default: all that have it)')
    .option('--cluster-size <size>', 'of qcow2: 512 to 2M')
    .option('--preallocation <mode>', 'off, metadata, falloc or full')
    .option('--compat <version>', 'of qcow2: 0.10 for QEMU before 1.1, 1.1')
    .option('--extended-l2', 'of qcow2: allocate parts of clusters')
    .option('--lazy-refcounts', 'of qcow2: postpone updates of reference counts')
    .option('--compress', 'compress the data')
    .option('--compression-type <type>', 'of qcow2: zlib or zstd')
    .option('--secret-file <file>', 'encrypt it by LUKS, with the passphrase in this file')
    .option('--source-secret-file <file>', 'the passphrase of the image that is read')
    .action(async (path: string, options: ConvertOptions) => {
      const { imageConvert } = await import('#cli/commands/image-convert');
      done(await imageConvert(path, options));
    });

  working(image.command('overlay'))
    .description('make an empty qcow2 layer over an image, with the format of the base recorded')
    .argument('<new>', 'file to make')
    .requiredOption('--base <image>', 'the image below it')
    .option('--base-format <format>', 'its format (default: what its guest or its first bytes say)')
    .option('--size <size>', 'larger than the base: 20G')
    .option('--cluster-size <size>', '512 to 2M')
    .option('--extended-l2', 'allocate parts of clusters')
    .option('--absolute', 'record the whole path of the base')
    .action(async (path: string, options: OverlayOptions) => {
      const { imageOverlay } = await import('#cli/commands/image-overlay');
      done(await imageOverlay(path, options));
    });

  working(image.command('rebase'))
    .description('lay a layer over another image; the guest sees the same as before')
    .argument('<image>', 'the layer')
    .option('--base <image>', 'the image that is to lie below it')
    .option('--base-format <format>', 'its format (default: what the layer records)')
    .option('--flatten', 'write all into the layer, so that it needs no other')
    .option('--moved', 'the base is the same and only elsewhere: change the record alone')
    .option('--absolute', 'record the whole path of the base')
    .action(async (path: string, options: RebaseOptions) => {
      const { imageRebase } = await import('#cli/commands/image-rebase');
      done(await imageRebase(path, options));
    });
}

/** Commands that change images. */
function working(command: Command): Command {
  return common(command, ['human', 'json'])
    .option('-c, --connect <uri>', 'libvirt connection: qemu:///system …')
    .option('-f, --image-format <format>', 'format of the image (default: what its guest says, else its first bytes)')
    .option('-y, --yes', 'without being asked')
    .option('-n, --dry-run', 'show what would be done, and write nothing');
}
