import type { Command } from 'commander';
import { collectWords, common } from '#cli/command-options';
import type { ImageOptions } from '#cli/commands/image-info';

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
}

/** Commands that read one image. */
function reading(command: Command): Command {
  return common(command, ['human', 'json'])
    .argument('<image>', 'file or block device')
    .option('-f, --image-format <format>', 'its format: raw, qcow2 … (default: its first bytes tell)')
    .option('--untrusted', 'open no file that it names outside its own folder')
    .option('--allow <folder>', 'with --untrusted: also files below this folder (repeatable)', collectWords, []);
}
