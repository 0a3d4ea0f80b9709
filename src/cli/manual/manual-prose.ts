import type { exitCodes } from '#cli/exit-codes';

/** The day on which this text was last looked over. */
export const manualDate = 'November 23, 2026';

/** What the program is, a paragraph each. */
export const description: readonly string[] = [
  'nearmetal looks at a KVM or Xen host and at its guests, says what departs from best practice and why that matters, shows where every number was read, and knows the exact change that would put it right. The practices are those of SUSE’s Virtualization Best Practices, corrected where the guide errs or has aged, and some that an expert expects beside it.',
  '`check`, `facts`, `topology` and `collect` read files and sockets only: they start no process unless `--run` allows it, change nothing, and need no root. What was skipped for lack of rights is said, and a fact that could not be read never counts as good.',
  '`apply`, `undo` and `restore` change the machine, and `intent` with an intent the metadata of one guest: each keeps copies of all it touches first, and no other command changes the machine. `apply` follows a plan of `nearmetal plan` that was made for this very machine; it restarts no guest that `--restart-guests` does not name, and never the host. What waits for a restart is kept, shown by `status`, and taken up by `apply --resume`.',
  '`verify` tells for each change whether it holds and for each finding that it was for why it is still there: it waits for a restart; in a tree of files nothing runs; the rest is for a person; a part of its fix is not in place; or its fix is in force and was to suffice, which alone is a failure (4), as is a change that does not hold.',
  'Results go to standard output, or to the file of `--output`; messages and progress go to standard error.',
];

/** What SOURCE may be. */
export const sources: readonly (readonly [what: string, says: string])[] = [
  ['nothing', 'this machine: its files, and its libvirt.'],
  ['a folder with proc/ or sys/', 'the files of a host, laid out as on the host.'],
  ['a bundle', 'what `nearmetal collect` wrote, packed or unpacked.'],
  [
    'XML files',
    'domains, capabilities, domain capabilities, networks and pools of libvirt, each known by its root element. Of a host nothing is known then: rules about it are not judged, and one line says so.',
  ],
  ['-', 'XML on standard input.'],
];

/** How intents, rules and areas are written. */
export const words: readonly (readonly [what: string, says: string])[] = [
  ['RULE', 'the id of a rule, `numa/ksm-merge-across-nodes`.'],
  ['AREA', 'the rules of an area: `numa`.'],
  ['SECTION', 'the rules of a section of the guide, and of all sections below it: `4.1`.'],
];

/** What each exit code means. Where several apply the first in this order is given: 130, 64, 66, 11, 1, 4, 2, 3, 5. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'Nothing was found at or above the severity of `--fail-on`.',
  failure: 'nearmetal itself failed; also after a rule crashed, once the report is printed.',
  findings: 'Something was found at or above the severity of `--fail-on`.',
  incomplete: 'With `--strict`: some rule could not be judged.',
  notHolding: 'Something was written and does not hold, or what was to be changed is no longer what it was.',
  pending: 'All is made, and something of it waits for a restart of a guest, a daemon or the host.',
  locked: 'Another run of nearmetal is changing this machine.',
  usage: 'The command line is wrong.',
  input: 'The input cannot be read.',
  interrupted: 'It was interrupted.',
};

/** Variables of the environment that are read, in the order of the alphabet. */
export const environment: readonly (readonly [name: string, says: string])[] = [
  ['CLICOLOR', 'Set to 0: no colours. `NO_COLOR` and `CLICOLOR_FORCE` go before it.'],
  ['CLICOLOR_FORCE', 'Set to anything but 0: colours, also where the output is no terminal.'],
  ['COLUMNS', 'How wide a picture may be where the output is no terminal.'],
  [
    'HOME , XDG_CONFIG_HOME , XDG_CACHE_HOME , XDG_RUNTIME_DIR',
    'Where a user’s own settings are, of nearmetal and of libvirt, and the sockets of a user’s own libvirt, as libvirt looks for them.',
  ],
  ['LIBVIRT_DEFAULT_URI', 'The libvirt to connect to, where `--connect` names none.'],
  ['NEARMETAL_DEBUG', 'Set: a failure of nearmetal itself prints where it happened.'],
  [
    'NEARMETAL_STATE_DIR',
    'Where copies of what is changed are kept, in place of `/var/lib/nearmetal` (root) or `~/.local/state/nearmetal`.',
  ],
  ['NO_COLOR', 'Set to anything: no colours. `--color` goes before it.'],
  ['SUDO_USER', 'Who is named beside root as the one who ran `apply` or `undo`.'],
  ['XDG_STATE_HOME', 'Where a plain user’s copies of what is changed are kept, below it in `nearmetal`.'],
];

/** Files that are read beside those of the host that is checked. */
export const files: readonly (readonly [path: string, says: string])[] = [
  [
    '/etc/nearmetal/nearmetal.yaml , ~/.config/nearmetal/nearmetal.yaml',
    'Settings of the site and of the user: intents, policy, numbers of rules, waivers. With XML files also the `nearmetal.yaml` nearest to the working folder, within its working copy. `--config` adds to them, `--isolated` leaves them out. Their schema is `docs/schemas` of the package.',
  ],
  [
    '/var/lib/nearmetal , ~/.local/state/nearmetal',
    'What was changed, and copies of all that was there before: of `apply` runs with their journals, of `intent` definitions. With `--root` it is below that folder. Only the owner may read it: definitions hold secrets.',
  ],
  [
    '/etc/libvirt/libvirt.conf',
    'Aliases and the default of connections; for a plain user `~/.config/libvirt/libvirt.conf`.',
  ],
  [
    '/run/libvirt/libvirt-sock-ro , /run/libvirt/virtqemud-sock-ro , /run/libvirt/virtxend-sock-ro',
    'Sockets of libvirt’s daemons. What they do not tell is asked over those without `-ro`, with calls that change nothing, where the user may open them; `--read-only` forbids that.',
  ],
  ['/usr/share/libvirt/schemas', 'libvirt’s RelaxNG schemas, for `--validate`.'],
];

/** Command lines to begin with, and what for. */
export const examples: readonly (readonly [says: string, lines: readonly string[]])[] = [
  ['What is wrong with this host and its guests, worst first:', ['nearmetal check']],
  [
    'What one guest for a database would need, while the others are dense:',
    ['nearmetal check --intent db01=database --intent density --guest db01'],
  ],
  [
    'Domain XML in a pipeline: it fails from warnings on, and validates as libvirt would:',
    ['nearmetal check --validate --fail-on warning guests/*.xml'],
  ],
  [
    'What would put it right, kept for apply; and the same as a patch for a file of domain XML:',
    ['nearmetal plan -o plan.json', 'nearmetal plan --format diff web01.xml'],
  ],
  [
    'Apply it, look whether it held (again after the restart that it may wait for), and take it back:',
    ['nearmetal apply plan.json', 'nearmetal verify', 'nearmetal undo 1'],
  ],
  [
    'A host that cannot be reached from here: what is read there, and the same outcomes here:',
    ['nearmetal collect -o host7.tar.gz', 'nearmetal check host7.tar.gz'],
  ],
  [
    'Notes on the lines of XML in a pull request, and only what is new since an earlier report counts:',
    [
      'nearmetal check --format sarif -o nearmetal.sarif guests/*.xml',
      'nearmetal check --since earlier.json guests/*.xml',
    ],
  ],
  [
    'Numbers for the textfile collector of the node exporter, on each of many hosts:',
    ['nearmetal check --fail-on none --format prometheus -o /var/lib/node_exporter/nearmetal.prom'],
  ],
  [
    'A page to read and to search, with a picture of the machine:',
    ['nearmetal check --format html -o host7.html host7.tar.gz'],
  ],
  ['What a guest is for, written where every later check finds it:', ['nearmetal intent db01 database']],
  ['The findings of all rules about NUMA, for a program:', ['nearmetal check --rule numa --format json']],
  ['Why a rule exists, what it reads, what it costs to follow it:', ['nearmetal explain numa/ksm-merge-across-nodes']],
  [
    'What a section of the guide asks for, and where the guide errs:',
    ['nearmetal explain 4.1.4', 'nearmetal guide --errata'],
  ],
  [
    'Completion for bash, in all new shells:',
    ['nearmetal completion bash > ~/.local/share/bash-completion/completions/nearmetal'],
  ],
];

/** Where to read on. */
export const seeAlso: readonly (readonly [name: string, section: number])[] = [
  ['qemu-img', 1],
  ['virsh', 1],
  ['virt-host-validate', 1],
  ['virt-xml-validate', 1],
  ['libvirtd', 8],
];
