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

/** The areas that the goal is set for. */
const first = new Set(['host-memory', 'guest-memory', 'overcommit', 'host-io', 'guest-net', 'xen']);

export const ruleSets = {
  all: rules,
  'of the six first areas': rules.filter(({ id }) => first.has(id.slice(0, id.indexOf('/')))),
} as const;

/** Takes one domain XML through parser, model and rules; gives how many outcomes there are. */
export const checkText = (text: string, set: keyof typeof ruleSets): number => {
  const guest = guestOfDocument(parseXml(text, { file: 'bench.xml' }).root, 'bench.xml');
  return runRules({ ...empty, guests: known([guest]) }, ruleSets[set], noWishes, now).length;
};
