import { parseUdevRules } from '#formats/conf/udev-rules';
import type { GuestTree } from '#formats/guest-disk/guest-tree';
import type { NetworkBinding } from '#model/guest-boot';

const longest = 1024 * 1024;

/** Where interfaces are configured by a file of their own: RHEL and Fedora, SUSE. */
const scriptFolders = ['/etc/sysconfig/network-scripts', '/etc/sysconfig/network'];

/**
 * Gives what binds a guest's network to a card: by its MAC address, its place on the bus, its driver, its name. Reads udev rules, ifcfg files,
 * Debian's interfaces, netplan, NetworkManager, systemd's .link and .network files, old aliases of modprobe.
 */
export function networkBindings(tree: GuestTree): readonly NetworkBinding[] {
  return [...udevBindings(tree), ...scriptBindings(tree), ...otherBindings(tree), ...aliasBindings(tree)];
}

function udevBindings(tree: GuestTree): readonly NetworkBinding[] {
  return tree
    .names('/etc/udev/rules.d')
    .filter(name => /net/.test(name) && name.endsWith('.rules'))
    .flatMap(name => {
      const file = `/etc/udev/rules.d/${name}`;
      const text = tree.text(file, longest) ?? '';
      const lines = text.split('\n');
      return parseUdevRules(text).flatMap(({ line, parts }): readonly NetworkBinding[] => {
        if (!parts.some(({ key }) => key === 'NAME')) return [];
        const place = { file, line, text: (lines[line - 1] ?? '').trim() };
        const matches = parts.filter(({ operator }) => operator === '==');
        const driver = matches.find(
          ({ key, value }) => (key === 'DRIVERS' || key === 'DRIVER') && !/^[?*]+$/.test(value),
        );
        const path = matches.find(
          ({ key, value }) =>
            (key === 'KERNELS' || key === 'ID' || key === 'DEVPATH' || key === 'ENV') &&
            /pci|[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/.test(value),
        );
        const mac = matches.find(
          ({ key, attribute }) => (key === 'ATTR' || key === 'SYSFS' || key === 'ATTRS') && attribute === 'address',
        );
        return [
          ...(driver === undefined ? [] : [{ ...place, by: 'driver' as const, value: driver.value }]),
          ...(path === undefined ? [] : [{ ...place, by: 'path' as const, value: path.value }]),
          ...(mac === undefined ? [] : [{ ...place, by: 'mac' as const, value: mac.value }]),
        ];
      });
    });
}

function scriptBindings(tree: GuestTree): readonly NetworkBinding[] {
  return scriptFolders.flatMap(folder =>
    tree
      .names(folder)
      .filter(
        name =>
          name.startsWith('ifcfg-') &&
          !/^ifcfg-(?:lo|br|bond|vlan|tun|tap)/.test(name) &&
          !/~$|\.(?:bak|rpm\w+|template)$/.test(name),
      )
      .flatMap(name => {
        const file = `${folder}/${name}`;
        const text = tree.text(file, longest) ?? '';
        const mac = firstLine(file, text, /^\s*(?:HWADDR|LLADDR)=["']?([0-9A-Fa-f:]{17})/);
        const named = { file, line: 1, text: name, by: 'name' as const, value: name.replace(/^ifcfg-/, '') };
        return mac === undefined ? [named] : [{ ...mac, by: 'mac' as const }, named];
      }),
  );
}

/** Files that name a card, and the lines of them that do. */
const others: readonly {
  readonly folder: string;
  readonly files: RegExp;
  readonly lines: readonly (readonly [NetworkBinding['by'], RegExp])[];
}[] = [
  { folder: '/etc/network', files: /^interfaces$/, lines: [['name', /^\s*iface\s+((?!lo\b|br|bond|vlan)\S+)\s/]] },
  { folder: '/etc/network/interfaces.d', files: /./, lines: [['name', /^\s*iface\s+((?!lo\b|br|bond|vlan)\S+)\s/]] },
  {
    folder: '/etc/netplan',
    files: /\.ya?ml$/,
    lines: [
      ['mac', /^\s*macaddress:\s*["']?([0-9A-Fa-f:]{17})/],
      ['driver', /^\s*driver:\s*["'[]?\s*["']?([\w-]+)/],
      ['name', /^\s{4,}((?:en|eth)\w+):\s*$/],
    ],
  },
  {
    folder: '/etc/systemd/network',
    files: /\.(?:link|network)$/,
    lines: [
      ['mac', /^\s*(?:Permanent)?MACAddress=(\S+)/],
      ['path', /^\s*Path=(\S+)/],
      ['driver', /^\s*Driver=(\S+)/],
      ['name', /^\s*Name=((?:en|eth)\S*)/],
    ],
  },
  {
    folder: '/etc/NetworkManager/system-connections',
    files: /./,
    lines: [
      ['mac', /^\s*mac-address=(\S+)/],
      ['driver', /^\s*driver=(\S+)/],
      ['path', /^\s*path=(\S+)/],
      ['name', /^\s*interface-name=((?:en|eth)\S*)/],
    ],
  },
];

function otherBindings(tree: GuestTree): readonly NetworkBinding[] {
  return others.flatMap(({ folder, files, lines }) =>
    tree
      .names(folder)
      .filter(name => files.test(name))
      .flatMap(name => {
        const file = `${folder}/${name}`;
        const text = tree.text(file, longest) ?? '';
        return lines.flatMap(([by, pattern]) => {
          const found = firstLine(file, text, pattern);
          return found === undefined ? [] : [{ ...found, by }];
        });
      }),
  );
}

/** `alias eth0 e1000` of systems before udev loaded drivers. */
function aliasBindings(tree: GuestTree): readonly NetworkBinding[] {
  const files = [
    '/etc/modprobe.conf',
    '/etc/modules.conf',
    ...tree.names('/etc/modprobe.d').map(name => `/etc/modprobe.d/${name}`),
  ];
  return files.flatMap(file => {
    const found = firstLine(
      file,
      tree.text(file, longest) ?? '',
      /^\s*alias\s+eth\d+\s+(?!virtio_net\b|virtio-net\b|off\b)(\S+)/,
    );
    return found === undefined ? [] : [{ ...found, by: 'driver' as const }];
  });
}

function firstLine(file: string, text: string, pattern: RegExp): Omit<NetworkBinding, 'by'> | undefined {
  for (const [index, line] of text.split('\n').entries()) {
    const value = line.length > 4096 ? undefined : pattern.exec(line)?.[1];
    if (value !== undefined) return { file, line: index + 1, text: line.trim(), value };
  }
  return undefined;
}
