import { type Command, InvalidArgumentError } from 'commander';
import type { ApplyOptions } from '#cli/apply-options';
import { changing, collectNumbers, common, judging } from '#cli/command-options';
import type { PruneOptions } from '#cli/commands/history-prune';
import type { RestoreOptions } from '#cli/commands/restore';
import type { UndoOptions } from '#cli/commands/undo';
import type { CommonOptions } from '#cli/common-options';
import type { JudgeOptions } from '#cli/judge-place';

/** Adds the commands that change a machine, and those about what was changed. `done` takes the exit code. */
export function addChangingCommands(program: Command, done: (exitCode: number) => void): void {
  judging(common(program.command('apply'), ['human', 'json']))
    .description('make the changes of a plan: backs up first, asks, reads back, stops at the first failure')
    .argument('[plan]', 'a plan that plan -o FILE made (-: standard input); none: made of --rule and --guest')
    .option('-c, --connect <uri>', 'libvirt connection: qemu:///system …')
    .option('--root <dir>', 'change the files below this folder, and nothing that runs')
    .option('-y, --yes', 'without being asked')
    .option('-n, --dry-run', 'show what would be done, and write nothing')
    .option('--resume', 'go on with a run that was broken off, stopped, or waits for a restart')
    .option('--restart-guests <name...>', 'guests that may be shut down and started again')
    .action(async (file: string | undefined, options: ApplyOptions) => {
      const { apply } = await import('#cli/commands/apply');
      done(await apply(file, options));
    });

  changing(program.command('status'))
    .description('say what nearmetal has changed here, what of it drifted, and what waits for a restart')
    .action(async (options: CommonOptions) => {
      const { status } = await import('#cli/commands/status');
      done(await status(options));
    });

  judging(changing(program.command('verify')))
    .description('look and judge again: did each change hold, did its finding go, has anything else moved')
    .argument('[run]', 'number of a run (default: all that is in place)')
    .action(async (run: string | undefined, options: JudgeOptions) => {
      const { verify } = await import('#cli/commands/verify');
      done(await verify(run, options));
    });

  const history = changing(program.command('history'))
    .description('list the runs on this machine; of one also the copies that it keeps')
    .argument('[run]', 'number of a run (default: all)')
    .action(async (run: string | undefined, options: CommonOptions) => {
      const { history: list } = await import('#cli/commands/history');
      done(await list(run, options));
    });
  changing(history.command('prune'))
    .description('take away runs of which nothing is in place, and the copies that nothing needs')
    .option('--keep <number>', 'how many of the last runs stay (default: 10)', readCount, 10)
    .option(
      '--older-than <days>',
      'also runs of before, of which something is in place: it cannot be undone then',
      readCount,
    )
    .option('--images', 'also the old images that these runs kept')
    .option('-y, --yes', 'without being asked')
    .option('-n, --dry-run', 'show what would go, and write nothing')
    .action(async (options: PruneOptions) => {
      const { prune } = await import('#cli/commands/history-prune');
      done(await prune(options));
    });

  changing(program.command('undo'))
    .description('take a run of apply or undo back, the last change first')
    .argument('<run>', 'number of the run, as history lists it')
    .option('--change <number>', 'only this change (repeatable)', collectNumbers, [])
    .option('-y, --yes', 'without being asked')
    .option('-n, --dry-run', 'show what would be taken back, and write nothing')
    .action(async (run: string, options: UndoOptions) => {
      const { undo } = await import('#cli/commands/undo');
      done(await undo(run, options));
    });

  changing(program.command('restore'))
    .description('put one copy back where it was taken from; with -o write it to a file instead')
    .argument('<copy>', 'its name, or the beginning of it, as history RUN lists it')
    .option('--of <place>', 'which, where the same was kept of several places')
    .option('-y, --yes', 'without being asked')
    .option('-n, --dry-run', 'show what would be put back, and write nothing')
    .action(async (word: string, options: RestoreOptions) => {
      const { restore } = await import('#cli/commands/restore');
      done(await restore(word, options));
    });
}

function readCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}
