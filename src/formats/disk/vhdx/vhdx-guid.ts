import type { Buffer } from 'node:buffer';

/** Things of a VHDX that are known by GUIDs (Microsoft: [MS-VHDX], 2.2.3.2, 2.6.2). */
export const vhdxGuid = {
  none: '00000000-0000-0000-0000-000000000000',
  blockTable: '2dc27766-f623-4200-9d64-115e9bfd4a08',
  metadata: '8b7ca206-4790-4b9a-b8fe-575f050f886e',
  fileParameters: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
  virtualSize: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
  page83: 'beca12ab-b2e6-4523-93ef-c309e000c746',
  logicalSector: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
  physicalSector: 'cda348c7-445d-4471-9cc9-e9885251c556',
  parentLocator: 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c',
} as const;

/** Gives a GUID as text: its first three parts stand little end first. */
export function guidAt(bytes: Buffer, at: number): string {
  const part = (start: number, length: number) => bytes.toString('hex', at + start, at + start + length);
  const turned = (start: number, length: number) => part(start, length).match(/../g)?.reverse().join('') ?? '';
  return [turned(0, 4), turned(4, 2), turned(6, 2), part(8, 2), part(10, 6)].join('-');
}
