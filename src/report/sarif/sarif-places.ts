import { posix } from 'node:path';
import type { ArtifactLocation, Location, LogicalLocation, Run } from 'sarif';
import type { Subject } from '#check/outcome';
import { type Evidence, type Place, valueIfKnown } from '#model/known';
import type { CheckReport } from '#report/check-report';
import type { FoundOrWaived } from '#report/fold';
import { clipped, printable } from '#report/printable';
import { kindWords } from '#report/subject-words';

/** Files of the working copy, or of the folder that the program was started in. */
const sourceRoot = 'SRCROOT';
/** Files of the host that was looked at, which need not be this one. */
const hostRoot = 'HOSTROOT';

/** Names places of a report as SARIF does. */
export interface SarifPlaces {
  /** The place of a piece of evidence: line and column where they are known, else the file; undefined where there is no file. */
  readonly ofEvidence: (evidence: Evidence) => Location | undefined;
  readonly ofPlace: (place: Place) => Location | undefined;
  /** The file that a subject was read from, where only XML was given. */
  readonly ofSubject: (subject: Subject) => Location | undefined;
  /** What the relative addresses are relative to; those that were used. */
  readonly bases: () => Run['originalUriBaseIds'];
}

/** Takes a report; gives the names of its places. File names of a host are relative to its root, those given to the program to the working copy. */
export function sarifPlaces(report: CheckReport): SarifPlaces {
  const used = new Set<string>();
  const root = report.workingCopy ?? report.folder;
  const isHost = report.machine.extent === 'host';
  const artifact = (file: string): ArtifactLocation | undefined => {
    if (isHost || file === 'standard input') {
      if (!isHost || !file.startsWith('/')) return undefined;
      used.add(hostRoot);
      return { uri: encoded(file.replace(/^\/+/, '')), uriBaseId: hostRoot };
    }
    const path = root === undefined ? file : posix.relative(root, posix.resolve(report.folder ?? root, file));
    if (path === '..' || path.startsWith('../') || path.startsWith('/'))
      return { uri: `file://${encoded(posix.resolve(report.folder ?? '/', file))}` };
    used.add(sourceRoot);
    return { uri: encoded(path), uriBaseId: sourceRoot };
  };
  const at = (file: string, place?: Place): Location | undefined => {
    const artifactLocation = artifact(file);
    if (artifactLocation === undefined) return undefined;
    const region = place === undefined ? {} : { region: { startLine: place.line, startColumn: place.column } };
    return { physicalLocation: { artifactLocation, ...region } };
  };
  return {
    ofPlace: place => at(place.file, place),
    ofEvidence: ({ from, place }) => {
      if (place !== undefined) return at(place.file, place);
      // `/proc/meminfo, MemTotal` names a file of the host, `virDomainGetXMLDesc db01` none
      const file = isHost ? /^\/[^\s,]+/.exec(from)?.[0] : undefined;
      return file === undefined ? undefined : at(file);
    },
    ofSubject: ({ source }) => (isHost ? undefined : at(source)),
    bases: () => {
      const name = valueIfKnown(report.machine.host.name);
      const bases: NonNullable<Run['originalUriBaseIds']> = {};
      if (used.has(sourceRoot))
        bases[sourceRoot] = root === undefined ? {} : { uri: `file://${encoded(root.replace(/\/*$/, '/'))}` };
      if (used.has(hostRoot))
        bases[hostRoot] = {
          description: { text: `the root of the file system of ${name === undefined ? 'the host' : printable(name)}` },
        };
      return used.size === 0 ? undefined : bases;
    },
  };
}

/** The subject as a thing with a name, whatever file it is in: `vhost1/web03/vda`; and the element of its XML that shows most. */
export function logicalLocations({ subject, evidence }: FoundOrWaived, report: CheckReport): LogicalLocation[] {
  const host = valueIfKnown(report.machine.host.name);
  const name = clipped(subject.name, 120);
  const names = subject.kind === 'host' ? [name] : [host, subject.guest, name];
  const fullyQualifiedName = names.flatMap(part => (part === undefined ? [] : [clipped(part, 120)])).join('/');
  const path = evidence.flatMap(({ from }) => /^domain XML (\/domain\/\S+)$/.exec(from)?.[1] ?? [])[0];
  const guest = subject.kind === 'guest' ? fullyQualifiedName : fullyQualifiedName.slice(0, -name.length - 1);
  return [
    { name, fullyQualifiedName, kind: kindWords(subject.kind) },
    ...(path === undefined || subject.kind === 'host'
      ? []
      : [{ name: path.slice(path.lastIndexOf('/') + 1), fullyQualifiedName: `${guest}${path}`, kind: 'element' }]),
  ];
}

/** A path as part of an address; what no address can hold (half a character) is replaced. */
const encoded = (path: string): string =>
  path
    .replaceAll(/[\ud800-\udfff]/gu, '\ufffd')
    .split('/')
    .map(part => encodeURIComponent(part))
    .join('/');
