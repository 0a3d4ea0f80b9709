import type { Unknown } from '#model/known';
import type { Commands } from '#transport/commands';
import type { FileTree } from '#transport/file-tree';

/** What can be asked inside one guest: the answers of its agent, or what a facts file holds. */
export interface InsideSource {
  /** Whom the facts come from, for evidence: `guest agent 7.2.22`, `facts file db01.txt`. */
  readonly by: string;
  readonly files: FileTree;
  /** Questions to the agent and commands of Windows, by their words. */
  readonly commands: Commands;
}

/** What was asked inside guests. */
export interface InsideGuests {
  /** By UUID, or by name where no UUID is known; why nothing is known of one that was asked. */
  readonly guests: ReadonlyMap<string, InsideSource | Unknown>;
}
