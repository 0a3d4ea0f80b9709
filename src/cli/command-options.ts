import { type Command, InvalidArgumentError, Option } from 'commander';
import { severities } from '#check/verdict';

/** Options that every command has; `formats`: the forms of its result, the usual one first. */
export function common(command: Command, formats: readonly string[]): Command {
  command
    .option('-o, --output <file>', 'write the result there')
    .option('-q, --quiet', 'no progress, no advice')
    .option('-v, --verbose', 'say more: what passed, what was not looked at')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .helpOption('-h, --help', 'print this help');
  const [first] = formats;
  if (first !== undefined)
    command.addOption(new Option('--format <format>', 'form of the result').choices([...formats]).default(first));
  return command;
}

/** Options of commands that read a place. */
export function sourced(command: Command, formats: readonly string[]): Command {
  return common(command, formats)
    .option('-c, --connect <uri>', 'libvirt connection: qemu:///system, xen:///system …')
    .option('--root <dir>', "read the host's files below this folder")
    .addOption(new Option('--as <kind>', 'force what SOURCE is').choices(['bundle', 'root', 'xml']))
    .option('--read-only', 'use only the read-only libvirt socket')
    .option('--run', 'also run read-only commands for what only they can tell')
    .option('--guest-agent', 'also ask guest agents, read-only, for facts from inside guests')
    .option(
      '--guest-facts <[guest=]file>',
      'facts from inside a guest, made by the script of sources --guest-script (repeatable)',
      collectWords,
      [],
    );
}

/** Commands that judge a place. */
export function judging(command: Command): Command {
  return configured(command)
    .option('--waivers <file>', 'accept what this file waives (repeatable)', collectWords, [])
    .option('--guest <name>', 'only this guest (repeatable)', collectWords, [])
    .option('--rule <id|area|section>', 'only these rules (repeatable)', collectWords, [])
    .option(
      '--intent <[guest=]intent>',
      'what guests (or host=) are for: general, database, latency, density, desktop, migratable, hpc (repeatable)',
      collectWords,
      [],
    )
    .addOption(
      new Option('--policy <policy>', "today's facts, or the guide's letter (default: current)").choices([
        'current',
        'guide',
      ]),
    )
    .option('--sample <time>', 'look twice, this long apart, for rules about load: 60s, 2m', readDuration);
}

/** From which findings on a command that judges says so by its exit code. */
export const failOn = (): Option =>
  new Option('--fail-on <severity>', 'exit with 2 for findings from this severity on (default: warning)').choices([
    ...severities,
    'none',
  ]);

/** Commands that settings have a say in. */
export function configured(command: Command): Command {
  return command
    .option('--config <file>', 'settings to add to those of the site and the user (repeatable)', collectWords, [])
    .option('--isolated', 'read no settings but those of --config and --waivers');
}

/** Commands on what was changed. */
export function changing(command: Command): Command {
  return common(command, ['human', 'json'])
    .option('-c, --connect <uri>', 'libvirt connection: qemu:///system …')
    .option('--root <dir>', 'the tree of files that was changed');
}

export const collectNumbers = (word: string, before: readonly number[]): readonly number[] => {
  if (!/^[1-9]\d{0,5}$/.test(word)) throw new InvalidArgumentError('Changes are numbered from 1.');
  return [...before, Number(word)];
};

export const collectWords = (word: string, before: readonly string[]): readonly string[] => [...before, word];

/** Takes `60`, `60s`, `2m`; gives milliseconds. */
function readDuration(text: string): number {
  const match = /^(\d{1,5})(ms|s|m)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('A time looks like 60s or 2m.');
  const scale = match[2] === 'ms' ? 1 : match[2] === 'm' ? 60_000 : 1000;
  const duration = Number(match[1]) * scale;
  if (duration === 0 || duration > 3_600_000) throw new InvalidArgumentError('A sample lasts up to an hour.');
  return duration;
}
