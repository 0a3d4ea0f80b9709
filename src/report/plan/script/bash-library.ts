import { bashFiles } from '#report/plan/script/bash-files';
import type { BashFunction } from '#report/plan/script/bash-function';
import { bashGuests } from '#report/plan/script/bash-guests';
import { bashMachine } from '#report/plan/script/bash-machine';
import { bashRun } from '#report/plan/script/bash-run';

/** The functions of the bash export, in the order in which they stand there. One that nothing uses is left out. */
export const bashLibrary: readonly BashFunction[] = [...bashFiles, ...bashMachine, ...bashGuests, ...bashRun];
