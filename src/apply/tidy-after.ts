import { removeDraft } from '#apply/image-steps';
import type { StepRecord } from '#apply/journal-record';
import type { Target } from '#apply/target';

/** Takes away what a step that was broken off may have left: a file that was being written beside the one that is meant. */
export function tidyAfter({ files, isLive }: Pick<Target, 'files' | 'isLive'>, { does, on }: StepRecord): void {
  if (does === 'write-file' || does === 'restore-file') files.tidy(on);
  if (does === 'build-file' && isLive) removeDraft(on);
}
