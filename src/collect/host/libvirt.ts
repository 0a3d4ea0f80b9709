import { confSettings } from '#collect/host/conf-settings';
import { libvirtFact } from '#collect/libvirt-facts';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseCapabilities } from '#formats/capabilities/parse-capabilities';
import { parseDomainCapabilities } from '#formats/capabilities/parse-domain-capabilities';
import { XmlValueError } from '#formats/libvirt-xml/xml-value';
import { maskUris } from '#formats/secrets/mask-uris';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { chainKnown, type Known, known, unknown } from '#model/known';
import type { DomainCapabilities, HostCapabilities, Libvirt } from '#model/libvirt';

/** The connection that answered. */
const uriOf = (sources: Sources): Known<string> => {
  const answers = sources.libvirt;
  if ('state' in answers) return answers;
  const uri = maskUris(answers.uri);
  return known(uri, { from: 'virConnectGetURI', value: uri });
};

/** Reads one document of libvirt; what is no XML or not what it should be is unknown. */
function readDocument<T>(call: string, text: string, read: (root: XmlElement) => T): Known<T> {
  try {
    return known(read(parseXml(text, { file: call }).root));
  } catch (error) {
    if (error instanceof XmlError || error instanceof XmlValueError) {
      return unknown(`the answer of ${call} was not understood: ${error.message}`);
    }
    throw error;
  }
}

const summary = (text: string): string => `${text.length} characters`;

const capabilities: Reading<HostCapabilities> = {
  says: 'what libvirt says the host can do',
  ways: [{ call: 'virConnectGetCapabilities' }],
  read: sources =>
    chainKnown(
      libvirtFact(sources, 'virConnectGetCapabilities', answers => answers.capabilities, summary),
      text => readDocument('virConnectGetCapabilities', text, parseCapabilities),
    ),
};

const domainCapabilities: Reading<readonly DomainCapabilities[]> = {
  says: 'what libvirt says guests can have',
  ways: [{ call: 'virConnectGetDomainCapabilities' }],
  read: sources =>
    chainKnown(
      libvirtFact(
        sources,
        'virConnectGetDomainCapabilities',
        answers => answers.domainCapabilities,
        texts => `${texts.length} documents`,
      ),
      texts => {
        const found: DomainCapabilities[] = [];
        for (const text of texts) {
          const one = readDocument('virConnectGetDomainCapabilities', text, parseDomainCapabilities);
          if (one.state !== 'known') return one;
          found.push(one.value);
        }
        return known(found);
      },
    ),
};

/** libvirt on this host, but its version. */
export const libvirtReadings: ReadingsOf<Omit<Libvirt, 'version'>> = {
  uri: { says: 'the connection that libvirt answered on', ways: [{ call: 'virConnectGetURI' }], read: uriOf },
  instance: {
    says: "whether it is the system's libvirt or a user's own",
    ways: [{ call: 'virConnectGetURI' }],
    read: sources =>
      chainKnown(uriOf(sources), uri => known(/^[^?#]*\/session(?:[?#]|$)/.test(uri) ? 'session' : 'system')),
  },
  capabilities,
  domainCapabilities,
  qemuConf: {
    says: "settings of libvirt's QEMU driver",
    ways: [{ file: '/etc/libvirt/qemu.conf' }],
    read: sources => confSettings(sources, '/etc/libvirt/qemu.conf'),
  },
};
