import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { guestfish } from '#cli/guestfish';
import { type GuestDiskRequest, splitImagePath, withGuest } from '#cli/open-guest-disk';
import { jsonText, openOutput } from '#cli/output';
import { tellRemarks } from '#cli/tell-remarks';
import { listedJson } from '#report/json/listed-json';

/** Options of the commands that read files within an image. */
export type BrowseOptions = CommonOptions &
  GuestDiskRequest & {
    /** Another program that reads the image. */
    readonly with?: 'guestfish';
  };

/** `nearmetal image ls IMAGE:PATH`: lists a folder within an image; of a file, itself. Nothing is mounted. */
export async function imageLs(word: string, options: BrowseOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { image, path } = splitImagePath(word);
  if (options.with === 'guestfish') {
    await output.write(
      guestfish(image, options, [options.format === 'json' ? 'ls' : 'll', path], options.format === 'json').toString(
        'utf8',
      ),
    );
    return exitCodes.ok;
  }
  return withGuest([image], options, async ({ tree, remarks }) => {
    const files = tree.list(path);
    tellRemarks(remarks, options.quiet);
    if (options.format === 'json') await output.write(jsonText(listedJson(files)));
    else {
      const { listedText } = await import('#report/human/listed-text');
      await output.write(listedText(files, output.style));
    }
    return exitCodes.ok;
  });
}
