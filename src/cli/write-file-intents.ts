import { FileChanged, replaceFile } from '#apply/replace-file';
import { exitCodes } from '#cli/exit-codes';
import type { Confirm, IntentRequest } from '#cli/intent-request';
import { readInput } from '#cli/read-input';
import { inputError, outputError, RequestError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import type { IntentsWritten } from '#cli/write-guest-intents';
import { editIntents, statedIntents } from '#formats/domain-xml/intent-element';
import { recognizeXml } from '#formats/libvirt-xml/recognize-xml';
import { decodeXmlBytes } from '#formats/xml/decode-xml-bytes';
import { editXml } from '#formats/xml/edit-xml';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlDocument } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { xmlLimits } from '#formats/xml/xml-limits';
import { childText } from '#formats/xml/xml-tree';
import { type IntentChange, intentChangeJson, intentChangeText, planText } from '#report/intent-change';

/** Writes intents into a file of one domain's XML: only their element changes, a copy is kept beside it. */
export async function writeFileIntents({ word, intents }: IntentRequest, confirm: Confirm): Promise<IntentsWritten> {
  const bytes = await readInput(word, () => xmlLimits.length);
  const document = readDomain(bytes, word);
  const { own, others } = statedIntents(document.root);
  const change: IntentChange = {
    guest: childText(document.root, 'name') ?? word,
    where: [word],
    before: own,
    others,
    after: intents,
    undo: '',
    isSame: own?.join() === intents?.join(),
  };
  const tell = (told: IntentChange, result: Parameters<typeof intentChangeJson>[1], copy?: string): IntentsWritten => ({
    text: intentChangeText(told, result, copy),
    json: intentChangeJson(told, result, copy),
    exitCode: exitCodes.ok,
  });
  if (change.isSame) return tell(change, 'nothing-to-do');
  const after = editXml(document, editIntents(document, intents));
  if (!(await confirm(planText(change, `beside it, as ${word}.pre-TIME`)))) return tell(change, 'not-written');
  try {
    const { copy } = replaceFile(word, bytes, after, new Date());
    const now = statedIntents(readDomain(await readInput(word, () => xmlLimits.length), word).root).own;
    const result = now?.join() === intents?.join() ? 'written' : 'not-holding';
    const done = tell({ ...change, undo: `mv ${quoted(copy)} ${quoted(word)}` }, result, copy);
    return result === 'written' ? done : { ...done, exitCode: exitCodes.notHolding };
  } catch (error) {
    if (error instanceof FileChanged)
      throw new RequestError(error.message, exitCodes.notHolding, 'nothing was written; do it again');
    throw error instanceof RequestError ? error : outputError(`cannot write ${word}: ${systemWords(error)}`);
  }
}

function readDomain(bytes: Uint8Array, file: string): XmlDocument {
  // what is not UTF-8 would be written back as it
  if (bytes[0] === 0xfe || bytes[0] === 0xff)
    throw inputError(`${file} is UTF-16; only UTF-8 is written`, 'iconv -t UTF-8, and change the XML declaration');
  try {
    const document = parseXml(decodeXmlBytes(bytes, { file }), { file });
    const kind = recognizeXml(document);
    if (kind !== 'domain') throw inputError(`${file} holds <${document.root.name}>, not one domain`);
    return document;
  } catch (error) {
    if (error instanceof XmlError) throw inputError(error.message, error.doThis);
    throw error;
  }
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
