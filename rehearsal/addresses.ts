/** Hosts that a node's /24 has for pods. */
const hosts = 254;

/** The addresses that nodes have given to their pods. */
export class Addresses {
  readonly #owners = new Map<string, string>();
  readonly #last = new Map<string, number>();

  /**
   * A free address out of a node's range; the same again for the same pod. Addresses go round, so that one that was given back rests
   * before another pod has it: clients may still know it.
   * @param range the node's, such as `10.64.1.0/24`.
   * @returns undefined when every address of it is taken.
   */
  give(uid: string, range: string): string | undefined {
    for (const [address, owner] of this.#owners) if (owner === uid) return address;
    const base = range.split(".").slice(0, 3).join(".");
    const last = this.#last.get(base) ?? 0;
    for (let step = 0; step < hosts; step += 1) {
      const host = ((last + step) % hosts) + 1;
      const address = `${base}.${host}`;
      if (this.#owners.has(address)) continue;
      this.#owners.set(address, uid);
      this.#last.set(base, host);
      return address;
    }
    return undefined;
  }

  /** Takes back what a pod had. */
  release(uid: string): void {
    for (const [address, owner] of this.#owners) if (owner === uid) this.#owners.delete(address);
  }
}
