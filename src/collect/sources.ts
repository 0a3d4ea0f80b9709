import type { InsideGuests } from '#collect/inside/inside-guests';
import type { LibvirtAnswers } from '#collect/libvirt-answers';
import type { Known, Unknown } from '#model/known';
import type { Commands } from '#transport/commands';
import type { FileTree } from '#transport/file-tree';

/** All that one machine can be asked: its files, libvirt's answers, outputs of read-only commands. */
export interface Sources {
  readonly files: FileTree;
  /** What libvirt answered; or why it was not asked or did not answer. */
  readonly libvirt: LibvirtAnswers | Unknown;
  readonly commands: Commands;
  /** What guests say of themselves; undefined where nobody allowed to ask them. */
  readonly inside?: InsideGuests | undefined;
  /** The same machine a while later, for rates; undefined without `--sample`. */
  readonly later?:
    | { readonly files: FileTree; readonly libvirt: LibvirtAnswers | Unknown; readonly afterMs: number }
    | undefined;
  /** Facts that were read from `files` already, while libvirt was still at work: by their readings. */
  readonly ahead?: ReadonlyMap<object, Known<unknown>> | undefined;
}
