import { existsSync } from 'node:fs';
import type { ArgvFindings } from '#cli/argv/argv-report';
import { askQemu } from '#cli/argv/ask-qemu';
import { findGuestCommand, findStoredDomain, nameOfCommand } from '#cli/argv/guest-command';
import { askOffer, buildArgv, connectForArgv, type NoLibvirt } from '#cli/argv/libvirt-argv';
import { readCommandLine } from '#cli/argv/read-command-line';
import { nearest } from '#cli/nearest';
import type { OpenOptions } from '#cli/open-options';
import { isStandardInput, readInput, standardInput } from '#cli/read-input';
import { inputError, usageError } from '#cli/request-error';
import { handedDrivers } from '#compat/command-breaks';
import { findBreaks } from '#compat/find-breaks';
import { parseDomainStatus } from '#formats/domain-xml/parse-domain-status';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { decodeXmlBytes } from '#formats/xml/decode-xml-bytes';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { xmlLimits } from '#formats/xml/xml-limits';
import { childText } from '#formats/xml/xml-tree';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';
import { localTree } from '#transport/local-tree';

/** What `argv` understands beside the rest. */
export interface ArgvOptions extends OpenOptions {
  /** A file with a command line that was printed elsewhere. */
  readonly from?: string;
}

type Found = Omit<ArgvFindings, 'version'>;

/** Finds the command line of a guest or of a domain XML, and what of it the installed QEMU cannot do. Throws RequestError. */
export async function findArgv(target: string, options: ArgvOptions): Promise<Found> {
  if (target.trim() === '') throw usageError('argv needs a guest or a file with domain XML');
  const file = isFile(target) ? await readDomain(target) : undefined;
  if (options.from !== undefined) return fromFile(options.from, file ?? storedDomain(target, options), target);
  const connection = await connectForArgv(options);
  if ('reason' in connection)
    return file === undefined ? fromProcess(target, options, connection) : refuseFile(connection);
  try {
    if (file !== undefined) return await ofXml(connection, file, options);
    const domain = await lookUp(connection, target);
    return domain === undefined
      ? await ofXml(connection, await readDomain(target), options)
      : await ofGuest(connection, domain, options);
  } finally {
    await connection.close();
  }
}

const isFile = (target: string): boolean => isStandardInput(target) || target.includes('/') || target.endsWith('.xml');

interface Source {
  readonly domain: XmlElement;
  /** The XML in which lines count. */
  readonly xml: string;
}

async function readDomain(path: string): Promise<Source> {
  const file = isStandardInput(path) ? standardInput : path;
  try {
    const text = decodeXmlBytes(await readInput(path, () => xmlLimits.length), { file });
    const { root } = parseXml(text, { file });
    const domain = root.name === 'domain' ? root : parseDomainStatus(root)?.domain;
    if (domain === undefined)
      throw inputError(`${file}: <${root.name}> is no domain`, 'argv takes the XML of one guest');
    return { domain, xml: file };
  } catch (error) {
    throw error instanceof XmlError ? inputError(error.message, error.doThis) : error;
  }
}

function refuseFile({ reason, doThis }: NoLibvirt): never {
  throw inputError(
    `only libvirt can build the command line of a domain XML, and there is none to ask: ${reason}`,
    `${doThis === undefined ? '' : `${doThis.replace(/\.$/, '')}; or `}give a command line that was printed elsewhere: --from FILE`,
  );
}

function storedDomain(name: string, options: ArgvOptions): Source {
  const stored = findStoredDomain(localTree(options.root ?? '/', { missing: 'absent' }), name);
  if (stored !== undefined) return { domain: stored.domain, xml: stored.path };
  throw inputError(
    `the definition of ${name} is not to be found in /run/libvirt/qemu or /etc/libvirt/qemu`,
    'name its XML as a file, or run as root',
  );
}

async function fromFile(path: string, { domain, xml }: Source, target: string): Promise<Found> {
  if (isStandardInput(path) && isStandardInput(target))
    throw usageError('standard input can be the XML or the command line, not both');
  const command = await readCommandLine(path);
  const name = childText(domain, 'name') ?? '';
  const other = nameOfCommand(command);
  const notes = ['No libvirt was asked: what of it the installed QEMU lacks is not known.'];
  if (other !== undefined && other !== name)
    notes.unshift(`The command line is that of a guest ${other}, the XML that of ${name}: ties may be wrong.`);
  return {
    ...nothingElse,
    from: 'file',
    origin: `given in ${path}`,
    xml,
    domain,
    command,
    notes,
  };
}

const nothingElse = { refused: undefined, breaks: [], running: undefined, notes: [] } as const;

/** Without libvirt a running guest still has its process, and libvirt's file of it. */
function fromProcess(name: string, options: ArgvOptions, { reason, doThis }: NoLibvirt): Found {
  const found = findGuestCommand(localTree(options.root ?? '/', { missing: 'absent' }), { name });
  if (found === undefined)
    throw inputError(
      `${name}: libvirt was not asked (${reason}), and no process of a running QEMU has this name`,
      doThis ?? 'start libvirt',
    );
  const { domain, xml } = storedDomain(name, options);
  return {
    ...nothingElse,
    from: 'process',
    origin: `of its running process ${found.pid}`,
    xml,
    domain,
    command: found.command,
    notes: [
      `libvirt was not asked: ${reason}. This is how the guest was started; its next start may differ, and what the installed QEMU lacks is not known.`,
    ],
  };
}

async function ofXml(connection: Connection, source: Source, options: ArgvOptions): Promise<Found> {
  const { document, start, end } = source.domain;
  const built = await buildArgv(connection, document.text.slice(start, end), source.domain);
  const uri = await uriOf(connection, options);
  return {
    ...nothingElse,
    ...built,
    from: 'libvirt',
    origin: `that libvirt (${uri}) would start it with`,
    ...source,
    ...(await breaksOf(connection, source.domain, built.command, options)),
  };
}

async function ofGuest(connection: Connection, guest: Domain, options: ArgvOptions): Promise<Found> {
  const text = await connection.domainXml(guest, { inactive: true });
  const xml = `virsh dumpxml --inactive ${guest.name}`;
  const found = await ofXml(connection, { domain: parseXml(text, { file: xml }).root, xml }, options);
  if (guest.id < 0) return found;
  const files = localTree(options.root ?? '/', { missing: 'absent' });
  const process = findGuestCommand(files, guest);
  if (process === undefined)
    return {
      ...found,
      notes: [
        ...found.notes,
        'It runs, but its process is not to be seen here: whether it runs with these arguments is not known.',
      ],
    };
  const live = parseXml(await connection.domainXml(guest), { file: `virsh dumpxml ${guest.name}` }).root;
  return { ...found, running: { pid: process.pid, command: process.command, domain: live } };
}

async function breaksOf(
  connection: Connection,
  domain: XmlElement,
  command: ArgvFindings['command'],
  options: ArgvOptions,
): Promise<Pick<Found, 'breaks' | 'notes'>> {
  const offer = await askOffer(connection, domain);
  const drivers = handedDrivers(domain, command);
  const emulator = command?.program ?? offer.domain?.emulator;
  const asked = options.run === true && emulator !== undefined ? askQemu(emulator, drivers) : undefined;
  const breaks = findBreaks(domain, command, { ...offer, asked });
  const notes: string[] = [];
  if (command?.arguments.some(({ option }) => option === 'netdev') === true) notes.push(aboutNetworks);
  if (drivers.length > 0 && asked === undefined)
    notes.push(
      `Whether this QEMU has ${drivers.join(', ')}, which the XML hands to it unseen, only QEMU itself tells: --run asks it.`,
    );
  return { breaks, notes };
}

/** libvirt: qemuConnectDomainXMLToNative makes every interface one of type ethernet. */
const aboutNetworks =
  'libvirt sets no network up for this: whatever an interface is, it is printed as a tap with a file descriptor. What starts the guest differs there.';

const uriOf = (connection: Connection, options: ArgvOptions): Promise<string> =>
  connection.uri().catch(() => options.connect ?? 'libvirt');

/** A guest by name, UUID or id. Undefined for a word that is no guest, but a file. */
async function lookUp(connection: Connection, word: string): Promise<Domain | undefined> {
  const isMissing = (error: unknown): undefined => {
    if (error instanceof LibvirtError) return undefined;
    throw error;
  };
  const found =
    (await connection.domainByName(word).catch(isMissing)) ??
    (/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(word)
      ? await connection.domainByUuid(word).catch(isMissing)
      : /^\d{1,9}$/.test(word)
        ? await connection.domainById(Number(word)).catch(isMissing)
        : undefined);
  if (found !== undefined || existsSync(word)) return found;
  const names = (await connection.domains()).map(({ name }) => name);
  const near = nearest(word, names);
  throw inputError(
    `libvirt has no guest ${word}, and there is no such file`,
    near === undefined ? 'virsh list --all names all guests' : `did you mean ${near}?`,
  );
}
