import type { EngineRun } from "./engine.ts";

/** How a run of the engine ended: its exit code, or the signal that ended it. */
export const endingOf = ({ code, signal }: Pick<EngineRun, "code" | "signal">): string =>
  signal === null ? `exit code ${code}` : signal;

/** Most lines of the engine's that an error message repeats. */
const mostLines = 60;

/**
 * What the engine said about why it failed: its diagnostics and what its policies say, without the resources and outputs around them;
 * the end of all that it said where it came to neither.
 */
export function reasonsIn(output: string): string {
  const lines = output.trim().split("\n");
  const kept: string[] = [];
  let wanted = false;
  for (const line of lines) {
    const section = /^([A-Z][a-z]+):$/.exec(line)?.[1];
    if (section !== undefined) wanted = section === "Diagnostics" || section === "Policies";
    if (wanted && line.trim() !== "") kept.push(line);
  }
  return (kept.length > 0 ? kept : lines).slice(-mostLines).join("\n");
}
