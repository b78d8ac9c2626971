/**
 * The stand-in for `pulumi-resource-kubernetes` where the official plugin cannot be had. It serves one rehearsal only: the
 * process that starts it proves with the rehearsal's token that it is that rehearsal's engine.
 */
import { readFileSync } from "node:fs";
import { serve } from "./provider.ts";

/** True when the environment holds the rehearsal's token. */
function holdsToken(): boolean {
  const file = process.env["POLYMATH_REHEARSAL_TOKEN_FILE"];
  const token = process.env["POLYMATH_REHEARSAL_TOKEN"];
  if (file === undefined || token === undefined || token === "") return false;
  try {
    return readFileSync(file, "utf8").trim() === token.trim();
  } catch {
    return false;
  }
}

/** The engine's address: the first argument that is no option (`--logtostderr`, `-v=9`, `--tracing WHERE`). */
function engineAddress(args: readonly string[]): string {
  return args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--tracing") ?? "";
}

/** An engine that was killed cannot end its plugins; a plugin without its engine ends by itself. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 1000).unref();
}

if (holdsToken()) {
  endWithParent();
  const port = await serve(engineAddress(process.argv.slice(2)));
  process.stdout.write(`${port}\n`);
} else {
  process.stderr.write(
    "This is not the official Kubernetes plugin: it is Polymath's stand-in and only serves a rehearsal " +
      "(POLYMATH_REHEARSAL_TOKEN is not the content of the file that POLYMATH_REHEARSAL_TOKEN_FILE names). " +
      "Install the official one with `pulumi plugin install resource kubernetes 4.34.2`.\n",
  );
  process.exitCode = 1;
}
