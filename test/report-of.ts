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
  readonly mac?: string;
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
  mac = '52:54:00:00:00:01',
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
  )}    <interface type='network'><mac address='${mac}'/><source network='default'/><model type='e1000'/></interface>
  </devices>
</domain>
`;

/** What a guest, a file or a reason may be called by somebody who means harm. */
export const hostileNames: readonly string[] = [
  '</testcase></details><script>alert(1)</script><!--',
  '"} 1\n# TYPE evil counter\nevil{a="\\',
  '@root #12 !3 [x](http://evil.example) `code` **bold** | $x$ :// &lt; ]]>',
  '\u202egnp.exe\u0007\u001b[2J\u0000\ud800\u{e0041}',
  '../../../etc/passwd?#%00',
  '{0} {{x}} __proto__',
  'x'.repeat(100_000),
];

/** Gives the report with these names for its subjects in turn, and in what is said of them. */
export function withNames(report: CheckReport, names: readonly string[]): CheckReport {
  const outcomes = report.outcomes.map((one, at): CheckReport['outcomes'][number] => {
    const name = names[at % names.length] ?? '';
    const { subject } = one;
    const called = { ...subject, name, ...(subject.guest === undefined ? {} : { guest: name }) };
    if (one.outcome === 'bad') {
      const parts = (one.finding.parts ?? []).map(part => ({ ...part, key: name, saw: `${name}: ${part.saw}` }));
      const finding = { ...one.finding, saw: `${name} ${one.finding.saw}`, so: name, otherwise: name, parts };
      return { ...one, subject: called, finding };
    }
    return one.outcome === 'unknown' || one.outcome === 'not-applicable'
      ? { ...one, subject: called, reason: `${name} ${one.reason}` }
      : { ...one, subject: called };
  });
  const problems = names.map(message => ({ message, doThis: message, place: { file: message, line: 1, column: 1 } }));
  return { ...report, outcomes, problems, machine: { ...report.machine, notes: names } };
}

/** Gives the report with its findings of a rule waived, and a rule that failed. */
export function withWaiver(report: CheckReport, rule: string): CheckReport {
  const waiver = { owner: 'ops@example.com', reason: 'a scratch disk', until: '2027-01-31' };
  const outcomes = report.outcomes.map((one): CheckReport['outcomes'][number] =>
    one.outcome === 'bad' && one.rule.id === rule ? { ...one, outcome: 'waived', waiver } : one,
  );
  const [first, ...others] = outcomes;
  if (first === undefined) return report;
  const { rule: failed, subject, intents } = first;
  const crashed = { rule: failed, subject, intents, outcome: 'crashed', error: new Error('no such <thing>') } as const;
  return { ...report, outcomes: [crashed, ...others] };
}

/** A thousand guests with faults, each in its file. */
export const thousandGuests = (): CheckReport =>
  reportOfXml(
    Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [
        `guests/web${at}.xml`,
        faultyGuest({
          name: `web${at}`,
          uuid: `6e6d0000-0000-4000-8000-${String(at).padStart(12, '0')}`,
          memory: 1 + (at % 7),
          mac: `52:54:00:00:${(at >> 8).toString(16).padStart(2, '0')}:${(at & 255).toString(16).padStart(2, '0')}`,
        }),
      ]),
    ),
  );
