import assert from 'node:assert/strict';
import test from 'node:test';
import { parseExports } from '#formats/conf/exports';

test('folders, clients, defaults, continued lines and comments', () => {
  const text = `# exports
/srv/vm  node[1-9](rw,sync,no_root_squash) 10.0.0.0/8(ro,async)  # images
"/srv/with blank" -rw,async \\
   a b(sync)
/srv/a\\040b *(rw)
/srv/all
nonsense
`;
  assert.deepEqual(parseExports(text), [
    {
      path: '/srv/vm',
      clients: [
        ['rw', 'sync', 'no_root_squash'],
        ['ro', 'async'],
      ],
      line: 2,
    },
    {
      path: '/srv/with blank',
      clients: [
        ['rw', 'async'],
        ['rw', 'async', 'sync'],
      ],
      line: 3,
    },
    { path: '/srv/a b', clients: [['rw']], line: 5 },
    { path: '/srv/all', clients: [], line: 6 },
  ]);
  assert.deepEqual(parseExports(''), []);
});
