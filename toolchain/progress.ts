/**
 * Where progress goes: a line, and what it is. "update" lines come about once a second and each replaces the one before;
 * "note" lines stand for themselves.
 */
export type Progress = (line: string, kind: "note" | "update") => void;

/** What a printer needs of a stream such as process.stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** How often a stream that is no terminal gets an update, in milliseconds. */
const plainInterval = 30_000;

/**
 * Prints progress: on a terminal the updates rewrite one line; elsewhere (a CI's log) an update is printed every 30 seconds.
 * @param now a clock in milliseconds, for tests
 */
export function progressPrinter(stream: ProgressStream, now: () => number = () => performance.now()): Progress {
  let unfinished = false;
  let lastPrinted = now();
  return (line, kind) => {
    if (stream.isTTY === true) {
      // A line longer than the terminal would wrap, and could not be rewritten.
      const shown = kind === "update" ? line.slice(0, (stream.columns ?? 80) - 1) : line;
      stream.write(`${unfinished ? "\r\u001B[K" : ""}${shown}${kind === "update" ? "" : "\n"}`);
      unfinished = kind === "update";
    } else if (kind === "note" || now() - lastPrinted >= plainInterval) {
      stream.write(`${line}\n`);
      lastPrinted = now();
    }
  };
}

/** A span in words: `45 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Reports once a second, as long as the work lasts.
 * @param describe what to say now, given the time since the start in milliseconds
 */
export async function reporting<T>(
  progress: Progress,
  describe: (elapsed: number) => string,
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const timer = setInterval(() => progress(describe(performance.now() - start), "update"), 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
