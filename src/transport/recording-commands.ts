import type { Commands } from '#transport/commands';
import type { FileResult } from '#transport/file-tree';

/** A command that was asked for, and what came of it. */
export interface RecordedCommand {
  readonly argv: readonly string[];
  readonly output: FileResult<string>;
}

/** Takes commands; gives ones that remember every output and give the same again, so that each command runs once. */
export function recordingCommands(commands: Commands): {
  readonly commands: Commands;
  readonly outputs: () => readonly RecordedCommand[];
} {
  const seen = new Map<string, RecordedCommand>();
  return {
    outputs: () => [...seen.values()],
    commands: {
      output(argv) {
        const key = argv.join('\0');
        const before = seen.get(key);
        if (before !== undefined) return before.output;
        const output = commands.output(argv);
        seen.set(key, { argv, output });
        return output;
      },
    },
  };
}
