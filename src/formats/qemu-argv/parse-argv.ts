/** One argument of QEMU: an option with its value, or a word that is none. */
export interface QemuArgument {
  /** Name without dashes: `device`; undefined for a word that is no option (an image file). */
  readonly option: string | undefined;
  /** Undefined where the option has none. */
  readonly value: string | undefined;
  /** As given: one word or two. */
  readonly words: readonly string[];
  /** Where its first word stands among the words behind the program. */
  readonly at: number;
}

/** A command that starts QEMU. */
export interface QemuCommand {
  /** Variables set before the program. */
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly program: string;
  readonly arguments: readonly QemuArgument[];
}

/** Options of QEMU that take no value; QEMU: qemu-options.hx, without HAS_ARG, those of old releases too. */
const flags: ReadonlySet<string> = new Set(
  'S h help version snapshot daemonize nodefaults no-user-config nodefconfig no-shutdown no-reboot no-acpi no-hpet enable-kvm enable-fips nographic no-fd-bootchk win2k-hack full-screen alt-grab ctrl-grab no-quit no-frame portrait usb singlestep one-insn-per-tb preconfig mem-prealloc only-migratable semihosting enable-sync-profile xen-attach xen-domid-restrict no-kvm no-kvm-irqchip no-kvm-pit no-kvm-pit-reinjection tdf sdl curses'.split(
    ' ',
  ),
);

/**
 * Takes the words of a command: variables, the program, its arguments. Gives options joined with their values. Undefined where there is
 * no program.
 */
export function parseArgv(words: readonly string[]): QemuCommand | undefined {
  const begin = words.findIndex(word => !/^[A-Za-z_]\w*=/.test(word));
  const program = words[begin];
  if (begin < 0 || program === undefined) return undefined;
  const environment = words.slice(0, begin).map(word => {
    const at = word.indexOf('=');
    return { name: word.slice(0, at), value: word.slice(at + 1) };
  });
  return { environment, program, arguments: joinValues(words.slice(begin + 1)) };
}

function joinValues(words: readonly string[]): readonly QemuArgument[] {
  const found: QemuArgument[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!/^-./.test(word)) {
      found.push({ option: undefined, value: word, words: [word], at });
      continue;
    }
    const option = word.replace(/^--?/, '');
    const next = words[at + 1];
    // an option that is not known here takes what does not look like another one
    if (flags.has(option) || next === undefined || (next.startsWith('-') && !takesAnything.has(option))) {
      found.push({ option, value: undefined, words: [word], at });
      continue;
    }
    found.push({ option, value: next, words: [word, next], at });
    at++;
  }
  return found;
}

/** Options whose value may begin with a dash. */
const takesAnything: ReadonlySet<string> = new Set(['append', 'cpu', 'name', 'initrd', 'kernel', 'k', 'fw_cfg']);
