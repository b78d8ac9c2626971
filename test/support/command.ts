import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Sandbox } from "./rehearse.ts";

const project = join(import.meta.dirname, "..", "..");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run rehearse -- ARGS` in a sandbox to its end, with something to read. */
export async function rehearseCommand(
  box: Sandbox,
  args: readonly string[],
  { input = "", prefix = [] }: { readonly input?: string; readonly prefix?: readonly string[] } = {},
): Promise<Outcome> {
  const [command = "", ...rest] = [...prefix, process.execPath, join(project, "cli", "rehearse.ts"), ...args];
  const child = spawn(command, rest, { cwd: project, env: box.env });
  box.started.push(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { code, stdout, stderr };
}
