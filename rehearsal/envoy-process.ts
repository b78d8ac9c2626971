import { readFileSync } from "node:fs";
import { envoyVersion } from "./gateway.ts";
import { processIds, readOf } from "./proc.ts";
import { tailOf, type Watched } from "./processes.ts";

/** The command line of a process that runs an Envoy. One that has ended and was not waited for has none any more. */
function commandOf(pid: number): readonly string[] | undefined {
  const command = readOf(pid, "cmdline")?.split("\0").slice(0, -1);
  return command?.[0]?.endsWith(`/${envoyVersion}/bin/envoy`) ? command : undefined;
}

export interface EnvoyProcess {
  readonly pid: number;
  readonly command: readonly string[];
}

/** Every process that runs an Envoy. */
export const findEnvoys = (): readonly EnvoyProcess[] =>
  processIds().flatMap((pid) => {
    const command = commandOf(pid);
    return command ? [{ pid, command }] : [];
  });

/** How an Envoy ended by itself, in Envoy Gateway's words; undefined while none has, and for one that Envoy Gateway ended. */
export const envoyFailure = (log: string): string | undefined =>
  /failed to run envoy\t.*"error": "([^"]+)"/.exec(log)?.[1];

/**
 * The Envoy that Envoy Gateway runs while there is a Gateway. Envoy Gateway writes down the end of an Envoy, but neither ends itself then
 * nor starts another. Only inside a rehearsal's own process namespace, where there are no others' Envoys.
 * @param logFile Envoy Gateway's
 */
export function watchEnvoy(logFile: string): Watched {
  let pid: number | undefined;
  const failure = () => envoyFailure(readFileSync(logFile, "utf8"));
  return {
    name: "envoy",
    isRunning: () => {
      if (pid === undefined || !commandOf(pid)) pid = findEnvoys()[0]?.pid;
      return pid !== undefined || failure() === undefined;
    },
    ending: () => failure() ?? "",
    tail: (lines) => tailOf(logFile, lines),
  };
}
