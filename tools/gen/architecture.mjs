import { readFile } from 'node:fs/promises';
import { importsOf, isPure, pureCore, rooms } from '../rooms.mjs';

/** docs/architecture.md: the template with the room table put in. */
export async function architecture() {
  const template = await readFile('tools/templates/architecture.md', 'utf8');
  const parts = {
    rooms: roomTable(),
    pureCore: pureCore.map(name => `\`${name}\``).join(', '),
    machineRooms: machineRooms(),
  };
  const text = template.replace(/\{\{(\w+)\}\}/g, (_, name) => {
    if (parts[name] === undefined) throw new Error(`tools/templates/architecture.md: no part is called ${name}`);
    return parts[name];
  });
  return [{ path: 'docs/architecture.md', text }];
}

function roomTable() {
  const head = '| room (`src/…`) | turns | into | lives here | may import |\n|---|---|---|---|---|\n';
  return (
    head +
    rooms
      .map(room => `| \`${room.name}/\` | ${room.turns} | ${room.into} | ${room.livesHere} | ${imports(room)} |`)
      .join('\n')
  );
}

function imports(room) {
  const { may, types } = importsOf(room);
  const values = room.may === 'above' ? 'all above' : may.join(', ') || 'nothing';
  if (types.length === 0) return values;
  return `${values}; types of ${room.mayTypes === 'above' ? 'all above' : types.join(', ')}`;
}

function machineRooms() {
  const head = '| room | core modules beside the pure ones |\n|---|---|\n';
  const rows = rooms.filter(room => !isPure(room)).map(room => `| \`${room.name}/\` | ${room.core.join(', ')} |`);
  return head + rows.join('\n');
}
