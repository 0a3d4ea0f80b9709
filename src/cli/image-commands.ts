import { type Command, InvalidArgumentError, Option } from 'commander';
import { collectWords, common, failOn, judging } from '#cli/command-options';
import type { CheckOptions } from '#cli/commands/check';
import type { CatOptions } from '#cli/commands/image-cat';
import type { CloseOptions } from '#cli/commands/image-close';
import type { ImageOptions } from '#cli/commands/image-info';
import type { BrowseOptions } from '#cli/commands/image-ls';
import type { OpenOptions } from '#cli/commands/image-open';
import type { ReadinessOptions } from '#cli/commands/image-readiness';
import { addImageWorkCommands } from '#cli/image-work-commands';
import { reportFormats } from '#cli/render-report';

/** Adds the commands about disk images. `done` takes the exit code. */
export function addImageCommands(program: Command, done: (exitCode: number) => void): void {
  const image = program
    .command('image')
    .description('read and judge disk images, without mounting them and without trusting them')
    .helpOption('-h, --help', 'print this help');

  reading(image.command('info'))
    .description('print what an image says of itself')
    .action(async (path: string, options: ImageOptions) => {
      const { imageInfo } = await import('#cli/commands/image-info');
      done(await imageInfo(path, options));
    });
  reading(image.command('chain'))
    .description('print an image and the backing files behind it, and what will surprise about them')
    .action(async (path: string, options: ImageOptions) => {
      const { imageChain } = await import('#cli/commands/image-info');
      done(await imageChain(path, options));
    });
  reading(image.command('map'))
    .description('print which parts of a disk have data, and in which layer')
    .action(async (path: string, options: ImageOptions) => {
      const { imageMap } = await import('#cli/commands/image-map');
      done(await imageMap(path, options));
    });
  reading(image.command('check'))
    .description(
      'examine the metadata of an image for damage, and say which parts of the disk are hit; exit code 2: damaged',
    )
    .action(async (path: string, options: ImageOptions) => {
      const { imageCheck } = await import('#cli/commands/image-check');
      done(await imageCheck(path, options));
    });
  trusting(common(image.command('inside'), ['human', 'json']))
    .description('print what stands on a disk, without mounting it: partitions, volumes, file systems, what is free')
    .argument('<image...>', 'files or block devices; the disks of a guest together')
    .action(async (paths: string[], options: ImageOptions) => {
      const { imageInside } = await import('#cli/commands/image-inside');
      done(await imageInside(paths, options));
    });
  addAdvice(image, done);
  addBrowsing(image, done);
  addReadiness(image, done);
}

/** Adds the commands that look at the files within an image. */
function addBrowsing(image: Command, done: (exitCode: number) => void): void {
  browsing(common(image.command('ls'), ['human', 'json']))
    .description('list a folder within an image, without mounting it')
    .argument('<image:path>', 'image, colon, path: disk.qcow2:/etc (default path: /)')
    .action(async (word: string, options: BrowseOptions) => {
      const { imageLs } = await import('#cli/commands/image-ls');
      done(await imageLs(word, options));
    });
  browsing(common(image.command('cat'), []))
    .description('print a file within an image, byte for byte')
    .argument('<image:path>', 'image, colon, path: disk.qcow2:/etc/os-release')
    .option('--limit <bytes>', 'the largest file that is read (default: 268435456)', readCount, 268_435_456)
    .action(async (word: string, options: CatOptions) => {
      const { imageCat } = await import('#cli/commands/image-cat');
      done(await imageCat(word, options));
    });

  addOpening(image, done);
  addImageWorkCommands(image, done);
}

/** Adds the commands that show the files of an image at a folder, and take that back. */
function addOpening(image: Command, done: (exitCode: number) => void): void {
  trusting(common(image.command('open'), ['human', 'json']))
    .description(
      'show the files of a guest that is off at a folder, read-only: read by nearmetal itself where it knows the file system, by guestmount where that is installed, by the kernel only where neither can',
    )
    .argument('[image...]', 'images, then the folder: disk.qcow2 /mnt/guest')
    .option(
      '--partition <volume>',
      'only this file system: disk, a number, or GROUP/VOLUME (default: the root, found by os-release and fstab, with what that mounts)',
    )
    .addOption(new Option('--with <way>', 'who reads it').choices(['reader', 'guestmount', 'kernel']))
    .option('--force', 'also where a running guest writes to it: what is read then does not fit together')
    .option('--dry-run', 'print the steps, and make none')
    .option('--list', 'print what is open')
    .option('-c, --connect <uri>', 'libvirt connection that is asked for running guests')
    .action(async (words: string[], options: OpenOptions) => {
      const { imageOpen } = await import('#cli/commands/image-open');
      done(await imageOpen(words, options));
    });
  common(image.command('close'), [])
    .description('take back what image open did at a folder, in the right order; refused while somebody uses it')
    .argument('[folder]', 'where it was opened')
    .option('--all', 'all that is open')
    .action(async (folder: string | undefined, options: CloseOptions) => {
      const { imageClose } = await import('#cli/commands/image-close');
      done(await imageClose(folder, options));
    });
  // what image open starts
  image
    .command('__serve', { hidden: true })
    .argument('<attachment>')
    .action(async (path: string) => {
      const { imageServe } = await import('#cli/commands/image-serve');
      done(await imageServe(path));
    });
}

/** Adds the command that says whether a guest may be switched to virtio. */
function addReadiness(image: Command, done: (exitCode: number) => void): void {
  trusting(common(image.command('readiness'), ['human', 'json']))
    .description(
      'say with proof whether a Linux guest that is off comes up with virtio disks and cards: drivers in each kernel and initrd, root=, fstab; exit code 2: it does not, 3: not known',
    )
    .argument('<image...>', 'the disks of the guest, the first one first')
    .option(
      '--partition <volume>',
      'the root file system: disk, a number, or GROUP/VOLUME (default: found by os-release and fstab)',
    )
    .addOption(new Option('--bus <bus>', 'only for this bus of disks').choices(['virtio-blk', 'virtio-scsi']))
    .action(async (images: string[], options: ReadinessOptions) => {
      const { imageReadiness } = await import('#cli/commands/image-readiness');
      done(await imageReadiness(images, options));
    });
}

/** Options of the commands that look into an image. */
const browsing = (command: Command): Command =>
  trusting(command)
    .option(
      '--partition <volume>',
      'only this file system: disk, a number, or GROUP/VOLUME (default: the root, found by os-release and fstab)',
    )
    .addOption(new Option('--with <program>', 'have this program read the image').choices(['guestfish']));

function readCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

/** Adds the command that judges images. */
function addAdvice(image: Command, done: (exitCode: number) => void): void {
  judging(common(image.command('advise'), reportFormats))
    .description('judge images by the rules about images: format, clusters, caches, layers, damage')
    .argument('<image...>', 'files or block devices')
    .addOption(failOn())
    .option('--strict', 'exit with 3 when a rule could not be judged')
    .action(async (paths: string[], options: CheckOptions) => {
      const { imageAdvise } = await import('#cli/commands/image-advise');
      done(await imageAdvise(paths, options));
    });
}

/** Commands that read one image. */
function reading(command: Command): Command {
  return trusting(common(command, ['human', 'json']).argument('<image>', 'file or block device'));
}

/** How an image is opened. */
function trusting(command: Command): Command {
  return command
    .option('-f, --image-format <format>', 'its format: raw, qcow2 … (default: its first bytes tell)')
    .option('--untrusted', 'open no file that it names outside its own folder')
    .option('--allow <folder>', 'with --untrusted: also files below this folder (repeatable)', collectWords, []);
}
