import type { FormatOptions, Making } from '#change/image/making';
import type { ToolCall } from '#change/step';

/**
 * Gives the programs that make an image as a draft, and then prove it. Paths go to qemu-img as values of options, or begin with a slash, so that none
 * is taken for an option, a protocol (`nbd:…`) or a description (`json:…`). Passphrases are named by their file, never given. `path`: where the
 * image is to be.
 */
export function makingCalls(making: Making, path: string, draft: string): readonly ToolCall[] {
  switch (making.by) {
    case 'convert':
      return convertCalls(making, draft);
    case 'overlay': {
      const { backing, backingFormat, size, options } = making;
      const more = size === undefined ? [] : [String(size)];
      return [
        {
          says: 'making the layer',
          argv: [
            'qemu-img',
            'create',
            '-q',
            '-f',
            'qcow2',
            '-b',
            backing,
            '-F',
            backingFormat,
            ...optionWords(options),
            draft,
            ...more,
          ],
        },
        check('qcow2', draft),
      ];
    }
    case 'rebase': {
      const { format, backing = '', backingFormat } = making;
      const to = backingFormat === undefined ? ['-b', ''] : ['-b', backing, '-F', backingFormat];
      return [
        copy(path, draft),
        { says: 'writing what differs', argv: ['qemu-img', 'rebase', '-p', '-f', format, ...to, draft] },
        ...proof(format, path, draft),
      ];
    }
    case 'relink': {
      const { format, backing, backingFormat, isProven } = making;
      return [
        copy(path, draft),
        {
          says: 'naming the layer below',
          argv: ['qemu-img', 'rebase', '-u', '-f', format, '-b', backing, '-F', backingFormat, draft],
        },
        ...(isProven ? proof(format, path, draft) : checks(format, draft)),
      ];
    }
    case 'commit': {
      const { format, overlay, overlayFormat } = making;
      const below = imageOptions(format, draft).map(option => `backing.${option}`);
      return [
        copy(path, draft),
        {
          says: 'writing the layer into it',
          argv: [
            'qemu-img',
            'commit',
            '-p',
            '-d',
            '--image-opts',
            [...imageOptions(overlayFormat, overlay), ...below].join(','),
          ],
        },
        ...checks(format, draft),
        compare({ format: overlayFormat, path: overlay }, { format, path: draft }),
      ];
    }
    case 'resize': {
      const { format, size, isSmaller, preallocation } = making;
      const room = preallocation === undefined ? [] : [`--preallocation=${preallocation}`];
      return [
        copy(path, draft),
        {
          says: 'changing the size',
          argv: ['qemu-img', 'resize', '-q', '--shrink', '-f', format, ...room, draft, String(size)],
        },
        ...checks(format, draft),
        isSmaller === true
          ? compareOptions(startOf(format, path, size), imageOptions(format, draft))
          : compare({ format, path }, { format, path: draft }),
      ];
    }
    case 'repair':
      return [
        copy(path, draft),
        {
          says: 'repairing',
          argv: ['qemu-img', 'check', '-r', making.what, '-f', making.format, draft],
          // 2 and 3: something is left, which the examination after it finds
          isFine: [0, 2, 3],
        },
        // clusters that are lost QEMU finds in QED, and gives none back; they harm nothing
        { ...check(making.format, draft), ...(making.format === 'qed' && { isFine: [0, 3] }) },
      ];
  }
}

/** Blocks are shared with the original where the file system can, and holes stay holes. */
const copy = (path: string, draft: string): ToolCall => ({
  says: 'copying',
  argv: ['cp', '--reflink=auto', '--sparse=always', '--', path, draft],
});

const check = (format: string, draft: string): ToolCall => ({
  says: 'examining it',
  argv: ['qemu-img', 'check', '-q', '-f', format, draft],
});

/** Formats whose metadata qemu-img can examine. */
const checks = (format: string, draft: string): readonly ToolCall[] =>
  ['qcow2', 'qed', 'vdi', 'vhdx'].includes(format) ? [check(format, draft)] : [];

const proof = (format: string, path: string, draft: string): readonly ToolCall[] => [
  ...checks(format, draft),
  compare({ format, path }, { format, path: draft }),
];

interface Side {
  readonly format: string;
  readonly path: string;
  readonly key?: string | undefined;
}

const compare = (one: Side, other: Side, secrets: readonly string[] = []): ToolCall =>
  compareOptions(
    imageOptions(one.format, one.path, one.key),
    imageOptions(other.format, other.path, other.key),
    secrets,
  );

/** What is longer must be zeroes there. */
const compareOptions = (
  one: readonly string[],
  other: readonly string[],
  secrets: readonly string[] = [],
): ToolCall => ({
  says: 'comparing',
  argv: ['qemu-img', 'compare', '-p', ...secrets, '--image-opts', one.join(','), other.join(',')],
});

/** The first bytes of what a guest sees, by QEMU's driver for stretches of a raw disk. */
const startOf = (format: string, path: string, size: number): readonly string[] => [
  'driver=raw',
  'offset=0',
  `size=${size}`,
  ...imageOptions(format, path).map(option => `file.${option}`),
];

function convertCalls(making: Extract<Making, { readonly by: 'convert' }>, draft: string): readonly ToolCall[] {
  const { from, fromFormat, fromSecret, format, options, isCompressed, secret } = making;
  const secrets = [...secretWords('from', fromSecret), ...secretWords('to', secret)];
  const source: Side = { format: fromFormat, path: from, key: fromSecret && 'from' };
  const target: Side = { format, path: draft, key: secret && 'to' };
  const encryption =
    secret === undefined
      ? []
      : format === 'luks'
        ? ['-o', 'key-secret=to']
        : ['-o', 'encrypt.format=luks,encrypt.key-secret=to'];
  return [
    {
      says: 'converting',
      argv: [
        'qemu-img',
        'convert',
        '-p',
        ...(isCompressed === true ? ['-c'] : []),
        ...secrets,
        '-O',
        format,
        ...optionWords(options),
        ...encryption,
        '--image-opts',
        imageOptions(source.format, source.path, source.key).join(','),
        draft,
      ],
    },
    ...(secret === undefined ? checks(format, draft) : []),
    compare(source, target, secrets),
  ];
}

const secretWords = (id: string, file: string | undefined): readonly string[] =>
  file === undefined ? [] : ['--object', `secret,id=${id},file=${escaped(file)}`];

const optionWords = (options: FormatOptions): readonly string[] => {
  const words = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return words.length === 0 ? [] : ['-o', words.join(',')];
};

/** An image as QEMU's options describe it. */
export const imageOptions = (format: string, path: string, key?: string): readonly string[] => [
  `driver=${format}`,
  `file.driver=${/^\/dev\/(?!shm\/)/.test(path) ? 'host_device' : 'file'}`,
  `file.filename=${escaped(path)}`,
  ...(key === undefined ? [] : [format === 'luks' ? `key-secret=${key}` : `encrypt.key-secret=${key}`]),
];

/** In QEMU's options a comma is written twice. */
const escaped = (value: string): string => value.replaceAll(',', ',,');
