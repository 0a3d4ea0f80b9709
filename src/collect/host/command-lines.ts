import { fileText } from '#collect/file-facts';
import { bootEntryFiles, grubEnvironment, nextEntry } from '#collect/host/boot-entries';
import { grubFiles, grubVariables, tunedParameters } from '#collect/host/grub-variables';
import { isControlDomain } from '#collect/host/hypervisor';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { type PlacedText, placedParameters } from '#formats/conf/kernel-parameters';
import type { PlacedEntry } from '#formats/conf/next-boot-entry';
import type { ShellVariable } from '#formats/conf/shell-variables';
import { parseKernelCommandLine } from '#formats/kernel-cmdline';
import type { Kernel, KernelParameter } from '#model/kernel';
import { absent, chainKnown, type Evidence, type Known, known, mapKnown, unknown } from '#model/known';

type Parameters = readonly KernelParameter[];

/** The running kernel's own command line. */
const commandLine: Reading<Parameters> = {
  says: 'the command line of the running kernel',
  ways: [{ file: '/proc/cmdline' }],
  read: sources =>
    mapKnown(fileText(sources, '/proc/cmdline'), text =>
      parseKernelCommandLine(text).words.map(({ name, value }) => ({ name, value })),
    ),
};

const kernelInstall = ['/etc/kernel/cmdline', '/usr/lib/kernel/cmdline'] as const;
const loaderChoice = '/etc/sysconfig/bootloader';

/** What the boot loader will pass to the next kernel. */
const configuredCommandLine: Reading<Parameters> = {
  says: 'the command line that the boot loader is set up to pass',
  ways: [...grubFiles, loaderChoice, ...bootEntryFiles, ...kernelInstall, '/proc/xen/capabilities'].map(file => ({
    file,
  })),
  read(sources) {
    const variables = grubVariables(sources);
    if (variables.state === 'unknown') return variables;
    const grub = variables.state === 'known' ? variables.value : undefined;
    const usesEntries = grub === undefined || areEntriesUsed(sources, grub);
    const entry = usesEntries ? nextEntry(sources) : absent();
    if (entry.state === 'known') return fromEntry(sources, entry.value, entry.evidence);
    if (entry.state === 'unknown') return entry;
    if (grub !== undefined) return fromGrub(sources, grub);
    return fromKernelInstall(sources);
  },
};

/** The options that the boot loader will pass to Xen (grub.d/20_linux_xen). */
const configuredXenCommandLine: Reading<Parameters> = {
  says: 'the options that the boot loader is set up to pass to Xen',
  ways: grubFiles.map(file => ({ file })),
  read: sources =>
    chainKnown(grubVariables(sources), variables =>
      joined(sources, variables, ['GRUB_CMDLINE_XEN', 'GRUB_CMDLINE_XEN_DEFAULT']),
    ),
};

/** Command lines of kernel and hypervisor. */
export const commandLineReadings: ReadingsOf<
  Pick<Kernel, 'commandLine' | 'configuredCommandLine' | 'configuredXenCommandLine'>
> = { commandLine, configuredCommandLine, configuredXenCommandLine };

/** SUSE names its boot loader; Fedora and RHEL switch entries on in GRUB's own file. */
function areEntriesUsed(sources: Sources, grub: ReadonlyMap<string, ShellVariable>): boolean {
  const choice = sources.files.read(loaderChoice);
  const loader = choice.outcome === 'ok' ? /^[ \t]*LOADER_TYPE=["']?([\w-]{1,32})/m.exec(choice.value)?.[1] : undefined;
  return loader === 'systemd-boot' || loader === 'grub2-bls' || grub.get('GRUB_ENABLE_BLSCFG')?.text === 'true';
}

/** grub.d/10_linux passes GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT in this order; 20_linux_xen may replace each for a control domain. */
function fromGrub(sources: Sources, variables: ReadonlyMap<string, ShellVariable>): Known<Parameters> {
  const control = isControlDomain(sources);
  const isControl = control.state === 'known' && control.value;
  const replaced = (name: string, by: string): string =>
    isControl && (variables.get(by)?.text ?? '') !== '' ? by : name;
  return joined(sources, variables, [
    replaced('GRUB_CMDLINE_LINUX', 'GRUB_CMDLINE_LINUX_XEN_REPLACE'),
    replaced('GRUB_CMDLINE_LINUX_DEFAULT', 'GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT'),
  ]);
}

function joined(
  sources: Sources,
  variables: ReadonlyMap<string, ShellVariable>,
  names: readonly string[],
): Known<Parameters> {
  const parameters: KernelParameter[] = [];
  const evidence: Evidence[] = [];
  for (const name of names) {
    const variable = variables.get(name);
    if (variable === undefined) continue;
    const place = variable.setBy.at(-1);
    if (variable.text === undefined) {
      return unknown(`${place?.file ?? ''}:${place?.line ?? ''} sets ${name} in a way that only a shell can work out`);
    }
    parameters.push(...placedParameters(variable.pieces, name));
    evidence.push({ from: `${place?.file ?? ''} ${name}`, value: variable.text.slice(0, 400), place });
  }
  if (evidence.length === 0) evidence.push({ from: '/etc/default/grub', value: `no ${names.join(', no ')}` });
  return withTuned(sources, parameters, evidence);
}

/** `$tuned_params` stands for what tuned wrote down. */
function withTuned(sources: Sources, parameters: Parameters, evidence: readonly Evidence[]): Known<Parameters> {
  if (!parameters.some(({ name }) => name === '$tuned_params')) return known(parameters, ...evidence);
  const tuned = tunedParameters(sources);
  if (tuned.state === 'unknown') return tuned;
  const added = tuned.state === 'known' ? placedParameters(tuned.value.pieces, 'TUNED_BOOT_CMDLINE') : [];
  const all = parameters.flatMap(parameter => (parameter.name === '$tuned_params' ? added : [parameter]));
  return known(all, ...evidence, ...(tuned.state === 'known' ? tuned.evidence : []));
}

/** Options may name variables of GRUB's environment block, `$kernelopts` on RHEL 8; one that is not set is nothing. */
function fromEntry(sources: Sources, { path, entry }: PlacedEntry, evidence: readonly Evidence[]): Known<Parameters> {
  const pieces: PlacedText[] = [];
  for (const { text, line, column } of entry.options) {
    for (const { 0: run, 1: name, index } of text.matchAll(/\$\{?([A-Za-z_]\w{0,127})\}?|[^$]+|\$/g)) {
      const place = { file: path, line, column: column + index };
      if (name === undefined || name === 'tuned_params') {
        pieces.push({ text: run, place });
        continue;
      }
      const environment = grubEnvironment(sources);
      if (environment.state === 'unknown') return environment;
      const value = environment.state === 'known' ? environment.value.get(name) : undefined;
      if (value !== undefined) pieces.push({ text: value, place });
    }
    pieces.push({ text: ' ', place: { file: path, line, column: column + text.length } });
  }
  return withTuned(sources, placedParameters(pieces, path), evidence);
}

function fromKernelInstall(sources: Sources): Known<Parameters> {
  for (const path of kernelInstall) {
    const text = fileText(sources, path);
    if (text.state === 'unknown') return text;
    if (text.state !== 'known') continue;
    const place = { file: path, line: 1, column: 1 };
    return known(placedParameters([{ text: text.value, place }], path), ...text.evidence);
  }
  return absent({
    from: `/etc/default/grub, boot entries, ${kernelInstall.join(', ')}`,
    value: 'no boot loader is set up here',
  });
}
