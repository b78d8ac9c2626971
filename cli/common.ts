import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RefusedError } from "../config/finding.ts";
import { planEnvironment } from "../plan/plan-environment.ts";
import type { Plan } from "../plan/types.ts";

/** Folder of the stack files: POLYMATH_STACKS, else `stacks` of this project. */
export const stacksFolder = (): string =>
  process.env["POLYMATH_STACKS"] ?? fileURLToPath(new URL("../stacks", import.meta.url));

/** The plan of an environment, from its stack file and lock. @throws RefusedError with every finding. */
export const planOf = (environment: string): Plan => planEnvironment(stacksFolder(), environment);

/** A mistake of the person at the keyboard, or of their machine: its message is all they need. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** One positional argument (the environment) and boolean flags. @throws UserError on anything else. */
export function environmentAndFlags<Flag extends string>(
  usage: string,
  flags: readonly Flag[],
  argv = process.argv.slice(2),
): { environment: string; flags: ReadonlySet<Flag> } {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: Object.fromEntries(flags.map((flag) => [flag, { type: "boolean" as const }])),
    });
    if (positionals.length > 1) throw new UserError(`One environment at a time; given: ${positionals.join(", ")}.`);
    return { environment: positionals[0] ?? "local", flags: new Set(flags.filter((flag) => values[flag] === true)) };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}`);
  }
}

/** A file or folder that cannot be read or written: what the system says names it, and the person can mend it. */
const isSystemError = (error: Error): boolean => "syscall" in error && "path" in error && "code" in error;

/** Nobody reads on, as after `| head`: the command's own exit code stays. Anything else is a failure. */
function onUnwritable(error: Error): void {
  if ("code" in error && error.code === "EPIPE") return;
  process.stderr.write(`${error.message}\n`);
  process.once("exit", () => {
    process.exitCode = 1;
  });
}

/** Runs a command: prints the messages of expected failures without a stack, and sets the exit code. */
export async function run(command: () => Promise<number> | number): Promise<void> {
  process.stdout.off("error", onUnwritable).on("error", onUnwritable);
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = 1;
    const expected =
      error instanceof RefusedError ||
      error instanceof UserError ||
      (error instanceof Error && (error.name === "ToolchainError" || isSystemError(error)));
    process.stderr.write(
      `${expected ? (error as Error).message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}
