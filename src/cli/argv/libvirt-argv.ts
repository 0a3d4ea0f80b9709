import { refusedElement } from '#cli/argv/refused-element';
import type { OpenOptions } from '#cli/open-options';
import { inputError, usageError } from '#cli/request-error';
import type { Offer } from '#compat/offer';
import { parseCapabilities } from '#formats/capabilities/parse-capabilities';
import { type DomainCapabilities, parseDomainCapabilities } from '#formats/capabilities/parse-domain-capabilities';
import { errorCodes } from '#formats/libvirt-rpc/error-codes';
import { parseArgv, type QemuCommand } from '#formats/qemu-argv/parse-argv';
import { splitShellWords } from '#formats/qemu-argv/split-shell-words';
import { maskOutput } from '#formats/secrets/mask-output';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, childAttribute, childText } from '#formats/xml/xml-tree';
import { connect } from '#libvirt/connect';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';
import { UriError } from '#libvirt/uri-error';
import { versionOfLibvirtNumber } from '#units/version';

/** There is no libvirt to ask. */
export interface NoLibvirt {
  readonly reason: string;
  readonly doThis: string | undefined;
}

/** Opens the read-write connection that the call needs; it changes nothing. A connection that the user named must be there. */
export async function connectForArgv(options: OpenOptions): Promise<Connection | NoLibvirt> {
  if (options.readOnly === true)
    return {
      reason: '--read-only forbids the read-write connection that libvirt wants for it',
      doThis: 'leave --read-only away: the call changes nothing',
    };
  try {
    const root = options.root === undefined ? {} : { root: options.root };
    return await connect({ uri: options.connect, readOnly: false, allow: 'reads', ...root });
  } catch (error) {
    if (error instanceof UriError) throw usageError(error.message, error.doThis);
    const message = maskOutput(error instanceof Error ? error.message : String(error));
    const doThis =
      error instanceof Error && 'doThis' in error && typeof error.doThis === 'string' ? error.doThis : undefined;
    if (options.connect !== undefined) throw inputError(message, doThis);
    return { reason: message, doThis };
  }
}

/** A command line as libvirt would build it, or why it does not. */
export type Built =
  | { readonly command: QemuCommand; readonly refused: undefined }
  | {
      readonly command: undefined;
      readonly refused: { readonly message: string; readonly element: XmlElement | undefined };
    };

/** Has libvirt build the command line of a domain XML. Throws RequestError where this libvirt builds none at all. */
export async function buildArgv(connection: Connection, xml: string, domain: XmlElement): Promise<Built> {
  try {
    const command = parseArgv(splitShellWords(await connection.domainXmlToNative(xml)));
    if (command !== undefined) return { command, refused: undefined };
    return { command: undefined, refused: { message: 'it gave an empty command line', element: undefined } };
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    if (error.code === errorCodes.noSupport || /unsupported config type/.test(error.message))
      throw inputError(
        `this libvirt builds no QEMU command lines: ${error.message}`,
        'name one that does with --connect: qemu:///system',
      );
    if (error.code === errorCodes.operationDenied || error.code === errorCodes.accessDenied)
      throw inputError(`libvirt does not allow it: ${error.message}`, error.doThis);
    const message = maskOutput(error.message.replace(/^(?:unsupported configuration|internal error|XML error): /, ''));
    return { command: undefined, refused: { message, element: refusedElement(error.message, domain) } };
  }
}

/** Asks what the host offers guests such as this one; what it does not tell is left out. */
export async function askOffer(connection: Connection, domain: XmlElement): Promise<Offer> {
  const kind = {
    architecture: childAttribute(domain.children.find(({ name }) => name === 'os') ?? domain, 'type', 'arch'),
    machine: childAttribute(domain.children.find(({ name }) => name === 'os') ?? domain, 'type', 'machine'),
    virtType: attribute(domain, 'type'),
  };
  const emulator = childText(domain.children.find(({ name }) => name === 'devices') ?? domain, 'emulator');
  const none = (): undefined => undefined;
  const { machine } = kind;
  let emulatorProblem: string | undefined;
  const lacksEmulator = (error: unknown): undefined => {
    if (error instanceof LibvirtError && /QEMU binary|emulator binary/.test(error.message))
      emulatorProblem = error.message;
  };
  const [capabilities, version, ...offered] = await Promise.all([
    connection.capabilities().then(xml => parseCapabilities(parseXml(xml, { file: 'capabilities' }).root), none),
    connection.hypervisorVersion().then(number => (number > 0 ? versionOfLibvirtNumber(number) : undefined), none),
    // of an emulator or a machine that is not here nothing is told: then those of libvirt's choice count
    connection.domainCapabilities(withoutNothing({ ...kind, emulator })).then(readOffer, lacksEmulator),
    ...[kind, { ...kind, machine: machine === undefined ? undefined : aliasOf(machine) }].map(one =>
      connection.domainCapabilities(withoutNothing(one)).then(readOffer, none),
    ),
  ]);
  const domainOffer = offered.find(one => one !== undefined);
  return { capabilities, qemu: version, domain: domainOffer, emulatorProblem, asked: undefined };
}

/** What every QEMU calls its newest machine of that kind. */
function aliasOf(machine: string): string | undefined {
  if (machine.includes('q35')) return 'q35';
  if (/i440fx|^pc-\d/.test(machine)) return 'pc';
  return /^(virt|pseries|s390-ccw-virtio)/.exec(machine)?.[1];
}

const readOffer = (xml: string): DomainCapabilities =>
  parseDomainCapabilities(parseXml(xml, { file: 'domain capabilities' }).root);

const withoutNothing = (parts: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
