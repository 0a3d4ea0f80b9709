/** What a verdict needs beside the XML of guests. */
export type Lacks = 'host facts' | 'image facts' | 'a running guest' | 'facts from inside';

/** Rules about guests, disks and interfaces that have no row in the table: what they judge does not stand in the XML. Their examples plant it. */
export const notPlanted: Readonly<Record<string, readonly [lacks: Lacks, why: string]>> = {
  'image/backing-format-recorded': ['image facts', 'the format of the layer below stands in the image'],
  'image/qcow2-cluster-size': ['image facts', 'the cluster size stands in the image'],
  'image/qcow2-dirty': ['image facts', 'the marks stand in the image'],
  'image/qcow2-l2-cache': ['image facts', 'the cache follows from the size of the image'],
  'image/qcow2-lazy-refcounts': ['image facts', 'the reference counts are a feature of the image'],
  'libvirt-hygiene/config-drift': ['a running guest', 'it compares what runs with what is stored'],
};
