import { runRules } from '#check/run-rules';
import { guestOfDocument } from '#collect/guest/document-guest';
import { collectMachine } from '#collect/machine';
import { parseXml } from '#formats/xml/parse-xml';
import { known, unknown } from '#model/known';
import { rules } from '#rules/index.gen';
import { noCommands } from '#transport/commands';
import { emptyTree } from '#transport/empty-tree';
import { noWishes } from '#wishes/wishes';

const reason = 'only XML was given, not the host';
const empty = collectMachine({
  source: 'bench',
  extent: 'documents',
  documents: [],
  sources: { files: emptyTree(reason), libvirt: unknown(reason), commands: noCommands },
});
const now = new Date(0);

/** Takes one domain XML through parser, model and all rules; gives how many outcomes there are. */
export const checkText = (text: string): number => {
  const guest = guestOfDocument(parseXml(text, { file: 'bench.xml' }).root, 'bench.xml');
  return runRules({ ...empty, guests: known([guest]) }, rules, noWishes, now).length;
};
