import type { Share } from "./events.ts";

/** Counts what an update makes, from what it prints: first a preview with its sum, then each resource as it is made. */
export class EngineProgress {
  #rest = "";
  #planned: number | undefined;
  #made = 0;

  /** Takes the next piece of the output, cut anywhere. */
  feed(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const planned = /^\s+\+ (\d+) to create$/.exec(line)?.[1];
      if (planned !== undefined) this.#planned = Number(planned);
      else if (/^\s*\+\s+\S+ \S+ created\b/.test(line)) this.#made += 1;
    }
  }

  /** Null until the preview has ended. */
  share(): Share | null {
    return this.#planned === undefined ? null : { ready: this.#made, total: this.#planned };
  }
}
