/**
 * Whether simulated nodes are switched on. A node that is off is a dead machine: its programs stop at once and its kubelet says nothing
 * more. Every node is on until it is switched off, one that does not exist yet too.
 */
export class Power {
  /** Nodes that are off, with the least time for which nobody takes them for lost. */
  readonly #off = new Map<string, number>();
  readonly #listeners = new Set<(node: string) => void>();

  /**
   * Switches a node off; nothing happens where it is off already.
   * @param leastGraceMs milliseconds that pass at least until the cluster takes the node for lost. Default: a second.
   */
  off(node: string, leastGraceMs = 1_000): void {
    if (this.#off.has(node)) return;
    this.#off.set(node, leastGraceMs);
    this.#tell(node);
  }

  /** What `off` was told about a node that is off; 0 for one that is on. */
  leastGraceMs(node: string): number {
    return this.#off.get(node) ?? 0;
  }

  /** Switches a node on again; nothing happens where it is on. */
  on(node: string): void {
    if (this.#off.delete(node)) this.#tell(node);
  }

  isOff(node: string): boolean {
    return this.#off.has(node);
  }

  /** Calls the listener with the name of each node that is switched, after the switch. Returns what ends it. */
  onChange(listener: (node: string) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(node: string): void {
    for (const listener of this.#listeners) listener(node);
  }
}
