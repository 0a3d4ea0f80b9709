import { type Command, Option } from 'commander';
import { common } from '#cli/command-options';
import type { ConvertOptions } from '#cli/commands/image-convert';
import type { OverlayOptions } from '#cli/commands/image-overlay';
import type { RebaseOptions } from '#cli/commands/image-rebase';
import type { RepairOptions } from '#cli/commands/image-repair';
import type { ResizeOptions } from '#cli/commands/image-resize';
import type { ImageWorkOptions } from '#cli/image-plan/run-image-plan';

const targets = ['raw', 'qcow2', 'luks', 'vmdk', 'vdi', 'vhdx', 'vpc', 'qed'];

const preallocation = (): Option =>
  new Option('--preallocation <mode>', 'room that is taken before it is needed').choices([
    'off',
    'metadata',
    'falloc',
    'full',
  ]);

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
    .addOption(preallocation())
    .addOption(new Option('--compat <version>', 'of qcow2: 0.10 for QEMU before 1.1').choices(['0.10', '1.1']))
    .option('--extended-l2', 'of qcow2: allocate parts of clusters')
    .option('--lazy-refcounts', 'of qcow2: postpone updates of reference counts')
    .option('--compress', 'compress the data')
    .addOption(new Option('--compression-type <type>', 'of qcow2').choices(['zlib', 'zstd']))
    .option('--secret-file <file>', 'encrypt it by LUKS, with the passphrase in this file')
    .option('--source-secret-file <file>', 'the passphrase of the image that is read')
    .action(async (path: string, options: ConvertOptions) => {
      const { imageConvert } = await import('#cli/commands/image-convert');
      done(await imageConvert(path, options));
    });

  working(image.command('overlay'))
    .description('make an empty qcow2 layer over an image, with the format of the base recorded')
    .argument('<file>', 'the file to make')
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

  working(image.command('commit'))
    .description('write what a layer has into the image below it; that image is kept, and the layer reads the same')
    .argument('<image>', 'the layer')
    .action(async (path: string, options: ImageWorkOptions) => {
      const { imageCommit } = await import('#cli/commands/image-commit');
      done(await imageCommit(path, options));
    });

  working(image.command('resize'))
    .description('give a disk another size, in a copy that takes its place; the old file is kept')
    .argument('<image>', 'file')
    .argument('<size>', '20G, 512M; +10G for so much more')
    .option('--shrink', 'it may become smaller: where no partition and no file system goes so far')
    .addOption(preallocation())
    .action(async (path: string, size: string, options: ResizeOptions) => {
      const { imageResize } = await import('#cli/commands/image-resize');
      done(await imageResize(path, size, options));
    });

  working(image.command('repair'))
    .description(
      'give back room that is lost in an image, with --all also put right what is damaged; the old file is kept',
    )
    .argument('<image>', 'file')
    .option('--all', 'also what cannot be put right without guessing')
    .action(async (path: string, options: RepairOptions) => {
      const { imageRepair } = await import('#cli/commands/image-repair');
      done(await imageRepair(path, options));
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
