import { joinAnswers } from '#collect/bundle/libvirt-documents';
import type { Sources } from '#collect/sources';
import type { BundledLooks, BundleSample, Look, OwnBundle } from '#formats/bundle/own/own-bundle';
import { unknown } from '#model/known';
import type { Commands } from '#transport/commands';
import type { FileTree } from '#transport/file-tree';

/**
 * Takes a bundle; gives the sources of the machine as it was seen: what was looked at comes out as it did, what nobody looked at was
 * not captured.
 */
export function sourcesOfBundle({ sample, inside, later }: OwnBundle): Sources {
  return {
    files: treeOf(sample),
    libvirt: libvirtOf(sample),
    commands: commandsOf(sample),
    ...(inside && {
      inside: {
        guests: new Map(
          inside.map(({ guest, said }) => [
            guest,
            'reason' in said
              ? unknown(said.reason, said.remedy)
              : { by: said.by, files: treeOf(said), commands: commandsOf(said) },
          ]),
        ),
      },
    }),
    ...(later !== undefined && {
      later: { files: treeOf(later), libvirt: libvirtOf(later), afterMs: later.afterMs },
    }),
  };
}

const treeOf = ({ reads, lists, links, rooms }: BundledLooks): FileTree => ({
  read: path => reads.get(path) ?? lacking(path),
  list: path => lists.get(path) ?? lacking(path),
  link: path => links.get(path) ?? lacking(path),
  room: path => rooms.get(path) ?? lacking(`the room at ${path}`),
});

const lacking = (what: string): Look<never> => ({ outcome: 'not-captured', reason: `${what} is not in the bundle` });

function commandsOf({ commands }: BundledLooks): Commands {
  const outputs = new Map(commands.map(({ argv, output }) => [argv.join('\0'), output]));
  return { output: argv => outputs.get(argv.join('\0')) ?? lacking(`the output of ${argv.join(' ')}`) };
}

function libvirtOf({ libvirt }: BundleSample): Sources['libvirt'] {
  if ('reason' in libvirt) return unknown(libvirt.reason, libvirt.remedy);
  return joinAnswers(libvirt) ?? unknown("the bundle's answers of libvirt were not understood");
}
