import { Argument, Command, Option } from 'commander';
import type { ArgvOptions } from '#cli/argv/find-argv';
import { addChangingCommands } from '#cli/changing-commands';
import { collectWords, common, configured, failOn, judging, sourced } from '#cli/command-options';
import type { CheckOptions } from '#cli/commands/check';
import type { Shell } from '#cli/commands/completion';
import type { GuideOptions } from '#cli/commands/guide';
import type { PlanOptions } from '#cli/commands/plan';
import type { SourcesOptions } from '#cli/commands/sources';
import type { CommonOptions } from '#cli/common-options';
import { addImageCommands } from '#cli/image-commands';
import type { IntentOptions } from '#cli/intent-request';
import { planFormats } from '#cli/render-plan';
import { reportFormats } from '#cli/render-report';
import type { SettingsOptions } from '#cli/settings/settings-files';
import { version } from '#cli/version.gen';

/**
 * Makes the command line. Handlers are loaded when their command is given. `done` takes the exit code. `first`: the first word, where it is known:
 * making all forty commands takes as long as judging some dozen guests, and the one that is given most often needs none of the others.
 */
export function makeProgram(done: (exitCode: number) => void, first?: string): Command {
  const program = new Command('nearmetal')
    .description(
      'Finds what departs from best practice on a KVM or Xen host and in its guests, says why, and shows the evidence.',
    )
    .version(`nearmetal ${version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(true)
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText('after', helpTail);

  judging(sourced(program.command('check', { isDefault: false }), reportFormats))
    .description('judge a host and its guests by the rules')
    .argument('[source...]', 'what to check (default: this machine)')
    .addOption(failOn())
    .option('--since <file>', 'an earlier JSON report: only what is new since then counts for --fail-on')
    .option('--strict', 'exit with 3 when a rule could not be judged')
    .option('--validate', "also validate domain XML against the host's own RelaxNG schemas")
    .option('--summary', 'one screen')
    .action(async (source: string[], options: CheckOptions) => {
      const { check } = await import('#cli/commands/check');
      done(await check(source, options));
    });
  if (first === 'check') return program;

  judging(sourced(program.command('plan'), planFormats))
    .description('say what would put the findings right, in which order, with what it costs; nothing is changed')
    .argument('[source...]', 'what to plan for (default: this machine)')
    .action(async (source: string[], options: PlanOptions, command: Command) => {
      const { plan } = await import('#cli/commands/plan');
      const isFormatSaid = command.getOptionValueSource('format') === 'cli';
      done(await plan(source, { ...options, isFormatSaid }));
    });

  sourced(program.command('facts'), ['human', 'json'])
    .description('print what was read of a host and its guests, with the evidence')
    .argument('[source...]', 'what to look at (default: this machine)')
    .action(async (source: string[], options: CommonOptions) => {
      const { facts } = await import('#cli/commands/facts');
      done(await facts(source, options));
    });

  configured(sourced(program.command('intent'), ['human', 'json']))
    .description('say what guests are for and who said so; with an intent, write it into the metadata of a guest')
    .argument('[guest|file]', 'a guest by name or UUID, or a file of domain XML (default: all guests)')
    .argument('[intent...]', 'general, database, latency, density, desktop, migratable, hpc')
    .option('--remove', 'take away what nearmetal wrote')
    .option('-y, --yes', 'write without being asked')
    .option('-n, --dry-run', 'show what would be written, and write nothing')
    .action(async (guest: string | undefined, words: string[], options: IntentOptions) => {
      const { intent } = await import('#cli/commands/intent');
      done(await intent(guest, words, options));
    });

  sourced(program.command('topology'), ['human', 'json', 'svg'])
    .description('draw packages, NUMA nodes, cores and memory, and which guest sits where')
    .argument('[source...]', 'what to draw (default: this machine)')
    .action(async (source: string[], options: CommonOptions) => {
      const { topology } = await import('#cli/commands/topology');
      done(await topology(source, options));
    });

  sourced(program.command('collect'), [])
    .description('write what is read into a bundle, for check elsewhere')
    .argument('[source...]', 'what to look at (default: this machine)')
    .action(async (source: string[], options: CommonOptions) => {
      const { collect } = await import('#cli/commands/collect');
      done(await collect(source, options));
    });

  addChangingCommands(program, done);
  addImageCommands(program, done);

  common(program.command('argv'), ['human', 'json', 'shell'])
    .description(
      'print the QEMU command line of a guest, each argument with the XML it comes from, and what would break',
    )
    .argument('<guest|file>', 'name, UUID or id of a guest, or a file with domain XML (-: standard input)')
    .option('-c, --connect <uri>', 'libvirt connection: qemu:///system …')
    .option('--root <dir>', "read the host's files below this folder")
    .option('--read-only', 'do not open the read-write libvirt socket: only running guests, from their process')
    .option('--run', 'also ask QEMU itself (-help, -device help) for what only it can tell')
    .option('--from <file>', 'tie this command line instead: of virsh domxml-to-native, /proc/PID/cmdline or a log')
    .action(async (target: string, options: CommonOptions & ArgvOptions) => {
      const { argv } = await import('#cli/commands/argv');
      done(await argv(target, options));
    });

  configured(common(program.command('explain'), ['human', 'json']))
    .description(
      'say all about a rule, or about the rules of an area or a section of the guide; or what an intent asks for',
    )
    .argument('<rule|section...>', 'rule id, area or section')
    .action(async (words: string[], options: CommonOptions & SettingsOptions) => {
      const { explain } = await import('#cli/commands/explain');
      done(await explain(words, options));
    });

  configured(common(program.command('config'), ['human', 'json']))
    .description('print the settings in force, and where each comes from')
    .option('--waivers <file>', 'with the waivers of this file (repeatable)', collectWords, [])
    .action(async (options: CommonOptions & SettingsOptions) => {
      const { config } = await import('#cli/commands/config');
      done(await config(options));
    });

  const own = program.command('rules').description('rules of your own').helpOption('-h, --help', 'print this help');
  common(own.command('test'), ['human', 'json'])
    .description('hold your own rules to what all rules are held to: words, sources, examples, borders')
    .argument('<folder...>', 'folder with rule files')
    .action(async (folders: string[], options: CommonOptions) => {
      const { rulesTest } = await import('#cli/commands/rules-test');
      done(await rulesTest(folders, options));
    });

  configured(common(program.command('guide'), ['human', 'json']))
    .description('list the guide section by section: which rules implement it, which are missing')
    .option('--errata', 'where the guide errs or has aged')
    .option('--missing', 'only what check does not judge, and why')
    .action(async (options: GuideOptions) => {
      const { guide } = await import('#cli/commands/guide');
      done(await guide(options));
    });

  configured(common(program.command('sources'), ['human', 'json']))
    .description('list what is read, by which ways, for which rules')
    .addOption(
      new Option('--guest-script <system>', 'print a script that collects facts inside a guest').choices([
        'linux',
        'windows',
      ]),
    )
    .action(async (options: SourcesOptions) => {
      const { sources } = await import('#cli/commands/sources');
      done(await sources(options));
    });

  common(program.command('completion'), [])
    .description('print the script that teaches a shell to complete commands, options, rules and guests')
    .addArgument(new Argument('<shell>', 'whose script').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: Shell, options: CommonOptions) => {
      const { completion } = await import('#cli/commands/completion');
      done(await completion(shell, program, options));
    });

  // what the scripts of completion ask
  program
    .command('__guests', { hidden: true })
    .argument('[word...]')
    .action(async (words: string[]) => {
      const { guests } = await import('#cli/commands/guests');
      done(await guests(words, program));
    });

  return program;
}

const helpTail = `
SOURCE is nothing (this machine), a folder laid out like a root (proc/, sys/, etc/), a bundle written by
collect, XML files of domains, capabilities, networks or pools, or - for XML on standard input.

Exit codes: 0 nothing found, 1 nearmetal failed, 2 findings, 3 incomplete (--strict), 64 usage, 66 input unreadable.`;
