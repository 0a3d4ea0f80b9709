import { rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileStamp } from '#apply/file-stamp';
import { imageUse } from '#apply/image-use';
import type { Runs } from '#apply/read-runs';
import type { RunStory } from '#apply/run-story';
import type { Target } from '#apply/target';
import { keptBy } from '#change/kinds/image-file';
import { syncFolder } from '#transport/sync-folder';

/** An old image that a run kept beside the new one. */
export interface KeptImage {
  readonly run: string;
  readonly path: string;
  /** The image that took its place. */
  readonly of: string;
  /** Room that it takes, in bytes. */
  readonly bytes: number;
}

/** Gives the old images that some runs keep, as far as they are there and nobody has written to them: with them the runs can be taken back. */
export function keptImages(
  { isLive }: Pick<Target, 'isLive'>,
  runs: Runs,
  stories: readonly RunStory[],
): readonly KeptImage[] {
  if (!isLive) return [];
  return stories.flatMap(story =>
    (story.begin.doing === 'apply' ? runs.inPlace(story) : []).flatMap(
      ({ planned: { change } }): readonly KeptImage[] => {
        const kept = keptBy(change);
        const now = kept && stampOf(kept.path);
        if (kept === undefined || now === undefined || now.inode !== kept.stamp.inode) return [];
        if (now.size !== kept.stamp.size || now.modified !== kept.stamp.modified) return [];
        return [{ run: story.run, path: kept.path, of: change.on, bytes: statSync(kept.path).blocks * 512 }];
      },
    ),
  );
}

/** What cannot be looked at is not ours to remove. */
function stampOf(path: string): ReturnType<typeof fileStamp> {
  try {
    return fileStamp(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/**
 * Removes an old image, whose run can then not be taken back. Gives why it stays: the new one is not there, somebody works with it, a layer lies above
 * it. Rejects as libvirt does; throws as Node's fs does.
 */
export async function removeKept(target: Target, { path, of }: KeptImage): Promise<string | undefined> {
  if (fileStamp(of) === undefined) return `${of}, which took its place, is not there`;
  const { users, overlays } = await imageUse(target, path);
  if (users.length > 0) return `in use: ${users.join(', ')}`;
  if (overlays.length > 0) return `the backing file of ${overlays.join(', ')}`;
  rmSync(path);
  syncFolder(dirname(path));
  return undefined;
}
