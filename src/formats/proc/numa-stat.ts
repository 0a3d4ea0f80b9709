/**
 * Reads memory.numa_stat and hugetlb.SIZE.numa_stat of a cgroup and gives the memory that belongs to processes, by node. cgroup v2
 * (linux: admin-guide/cgroup-v2.rst): lines `anon N0=… N1=…` and `shmem …`, in bytes; hugetlb one line `total=… N0=…`, in bytes. v1
 * (cgroup-v1/memory.rst): `hierarchical_anon=… N0=…`, in pages, shared memory included. Undefined for a text of another form.
 */
export function nodeAmounts(text: string): ReadonlyMap<number, number> | undefined {
  const lines = text.split('\n');
  const isV1 = lines.some(line => line.startsWith('hierarchical_anon='));
  const wanted = isV1 ? /^hierarchical_anon=/ : /^(?:anon|shmem) |^total=\d+ N/;
  const amounts = new Map<number, number>();
  for (const line of lines.filter(each => wanted.test(each))) {
    for (const [, node, amount] of line.matchAll(/ N(\d{1,4})=(\d{1,15})(?=\s|$)/g))
      amounts.set(Number(node), (amounts.get(Number(node)) ?? 0) + Number(amount));
  }
  return amounts.size > 0 ? amounts : undefined;
}
