import { recognizeXml } from '#formats/libvirt-xml/recognize-xml';
import { parseXmlSequence } from '#formats/xml/parse-xml';
import { xmlFiles } from './xml-files.js';

/** Every domain document of the shared data, by file; a file that is no XML (diffs have the same ending) holds none. */
export function domainDocuments(): readonly { readonly name: string; readonly text: string }[] {
  return xmlFiles().flatMap(({ name, text }) => {
    try {
      return parseXmlSequence(text, { file: name })
        .filter(document => recognizeXml(document) === 'domain')
        .map(document => ({ name, text: text.slice(document.start, document.end) }));
    } catch {
      return [];
    }
  });
}
