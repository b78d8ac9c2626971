import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

/**
 * A go that compiles nothing: it notes how it was called, and for `go build` writes a script for each package that
 * answers $FAKE_VERSION. With $FAKE_GATE it builds only when that file exists, and meanwhile has a child of its own.
 */
const fakeGo = `#!/bin/sh
PATH=/usr/bin:/bin
echo "$*" >> "$FAKE_CALLS"
case "$1" in
env) echo "go$FAKE_GO"; echo local; echo "$FAKE_CACHES/build"; echo "$FAKE_CACHES/mod" ;;
list) echo "go: downloading example.com/a v1.0.0" >&2; shift 2; printf '%s\\n' fmt "$@" ;;
mod) echo "{\\"Dir\\": \\"$FAKE_MODULE\\"}" ;;
build)
  if [ -n "$FAKE_FAILS" ]; then echo "no space left on device" >&2; exit 1; fi
  while [ "$1" != "-o" ]; do shift; done
  dir="$2"; shift 2
  if [ -n "$FAKE_GATE" ]; then
    echo half > "$dir/half"
    sleep 600 & echo "$$ $!" > "$FAKE_GATE.pids.part"; mv "$FAKE_GATE.pids.part" "$FAKE_GATE.pids"
    while [ ! -e "$FAKE_GATE" ]; do sleep 0.1; done
    kill $!; rm -f "$dir/half"
  fi
  for package; do
    echo "$package" >&2
    name="\${package%/v3}"; name="$dir\${name##*/}"
    printf '#!/bin/sh\\necho "version v%s"\\n' "$FAKE_VERSION" > "$name"; chmod 755 "$name"
  done ;;
esac
`;

export interface Sandbox {
  readonly root: string;
  /** The only folder on PATH; holds the fake go. */
  readonly bin: string;
  readonly tools: string;
  readonly env: Record<string, string>;
  /** The calls of go so far, without those that only ask for its version. */
  calls(): Promise<string[]>;
  /** Names in the cache, in no order. */
  shelf(): Promise<string[]>;
}

/** Writes an executable shell script. */
export async function script(path: string, body: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
}

/** A machine of its own: PATH, home and cache in a temporary folder. */
export async function sandbox(extra: Record<string, string> = {}): Promise<Sandbox> {
  const root = await mkdtemp(join(tmpdir(), "polymath-toolchain-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const bin = join(root, "bin");
  const callsFile = join(root, "calls");
  await mkdir(bin);
  await writeFile(join(bin, "go"), fakeGo, { mode: 0o755 });
  await writeFile(callsFile, "");
  const tools = join(root, "cache", "polymath", "tools");
  return {
    root,
    bin,
    tools,
    env: {
      PATH: bin,
      HOME: root,
      XDG_CACHE_HOME: join(root, "cache"),
      FAKE_CALLS: callsFile,
      FAKE_GO: "1.26.8",
      FAKE_CACHES: join(root, "go"),
      FAKE_VERSION: "3.6.16",
      ...extra,
    },
    calls: async () =>
      (await readFile(callsFile, "utf8")).split("\n").filter((line) => line !== "" && !line.startsWith("env ")),
    shelf: () => readdir(tools).catch(() => []),
  };
}

/** Waits until the question is answered with something other than undefined. */
export async function eventually<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(20);
  }
}

/** Whether a process exists and is not merely waiting to be reaped. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat !== undefined && !/\) [ZX] /.test(stat);
}
