import { runRules } from '#check/run-rules';
import { guestOfDocument } from '#collect/guest/document-guest';
import { collectMachine } from '#collect/machine';
import { parseXmlSequence } from '#formats/xml/parse-xml';
import { known, unknown } from '#model/known';
import type { CheckReport } from '#report/check-report';
import { rules } from '#rules/index.gen';
import { noCommands } from '#transport/commands';
import { emptyTree } from '#transport/empty-tree';
import { noWishes } from '#wishes/wishes';

const reason = 'only XML was given, not the host';

/** Gives the report on files of domain XML, by their names, as `check` makes it of them. */
export function reportOfXml(files: Readonly<Record<string, string>>, more: Partial<CheckReport> = {}): CheckReport {
  const guests = Object.entries(files).flatMap(([file, text]) =>
    parseXmlSequence(text, { file }).map(({ root }) => guestOfDocument(root, file)),
  );
  const machine = {
    ...collectMachine({
      source: `${guests.length} files`,
      extent: 'documents',
      documents: [],
      sources: { files: emptyTree(reason), libvirt: unknown(reason), commands: noCommands },
    }),
    guests: known(guests),
  };
  return {
    version: '0.1.0',
    policy: 'current',
    machine,
    outcomes: runRules(machine, rules, noWishes, new Date('2026-11-01T12:00:00Z')),
    at: new Date('2026-11-01T12:00:00Z'),
    failOn: 'warning',
    exitCode: 2,
    tookMs: 400,
    ...more,
  };
}

/** Text in XML. */
export const inXml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`).replaceAll('\r', '&#13;');

/** What a sketched guest has of its own. */
export interface FaultyGuest {
  readonly name: string;
  readonly uuid?: string | undefined;
  /** GiB. */
  readonly memory?: number;
  /** Targets of disks, each with a fault. */
  readonly disks?: readonly string[];
  readonly cache?: string;
  /** Lines before the domain. */
  readonly blankLines?: number;
}

/** Gives the XML of a guest with faults: emulated disks whose flushes are ignored, an emulated interface, no ACPI, no CPU model. */
export const faultyGuest = ({
  name,
  uuid,
  memory = 4,
  disks = ['hda', 'hdb'],
  cache = 'unsafe',
  blankLines = 0,
}: FaultyGuest): string => `${'\n'.repeat(blankLines)}<domain type='kvm'>
  <name>${inXml(name)}</name>${uuid === undefined ? '' : `\n  <uuid>${uuid}</uuid>`}
  <memory unit='GiB'>${memory}</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='pc-i440fx-2.9'>hvm</type></os>
  <devices>
${disks
  .map(
    target => `    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='${cache}'/>
      <source file='/images/${inXml(target)}.qcow2'/>
      <target dev='${inXml(target)}' bus='ide'/>
    </disk>\n`,
  )
  .join(
    '',
  )}    <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><model type='e1000'/></interface>
  </devices>
</domain>
`;
