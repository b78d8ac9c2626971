import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const main = join(import.meta.dirname, "..", "..", "..", "..", "rehearsal", "kubernetes-plugin", "main.ts");

// A process takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugin-"));
  writeFileSync(join(folder, "token"), "right");
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = (token: string) =>
  spawn(process.execPath, [main, "127.0.0.1:1"], {
    env: { POLYMATH_REHEARSAL_TOKEN: token, POLYMATH_REHEARSAL_TOKEN_FILE: join(folder, "token") },
    stdio: ["ignore", "pipe", "pipe"],
  });

// The engine kills a plugin that does not end by itself, but only after five seconds: each of its commands took them.
test.each(["SIGINT", "SIGTERM"] as const)(
  "the plugin serves with the token, and ends by itself on %s",
  async (signal) => {
    const plugin = start("right");
    const [port] = await once(plugin.stdout, "data");
    expect(String(port)).toMatch(/^\d+\n$/);
    plugin.kill(signal);
    expect(await once(plugin, "exit")).toEqual([0, null]);
  },
);

test("without the token it serves nobody", async () => {
  const plugin = start("wrong");
  expect(await once(plugin, "exit")).toEqual([1, null]);
});
