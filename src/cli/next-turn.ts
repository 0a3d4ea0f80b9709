/** Lets answers that have come meanwhile be seen to. */
export const nextTurn = (): Promise<void> => new Promise(done => setImmediate(done));
