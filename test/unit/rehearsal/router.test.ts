import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { RouterProgram } from "../../../rehearsal/router.ts";
import { podOf } from "./objects.ts";

/** A router that is no more than a process that stays. */
function router() {
  const folder = mkdtempSync(join(tmpdir(), "polymath-router-"));
  const program = new RouterProgram("/bin/sleep", folder, {
    folder,
    kubeconfigFor: (token) => `kubeconfig with ${token}`,
    client: {
      request: (method, path) =>
        Promise.resolve({ apiVersion: "v1", kind: "", metadata: {}, status: { token: `${method} ${path}` } }),
    },
  });
  onTestFinished(async () => {
    for (const one of program.processes()) await one.stop();
    rmSync(folder, { recursive: true });
  });
  return { program, folder };
}

const pod = (name: string) =>
  podOf(name, {
    serviceAccountName: "bbr",
    containers: [{ name: "router", image: "example.com/bbr:1", args: ["600"] }],
  });

test("one process plays all pods, and ends with the last of them", async () => {
  const { program, folder } = router();
  const first = await program.start(pod("a"));
  const [process] = program.processes();
  expect(process?.isRunning()).toBe(true);
  expect(readFileSync(join(folder, "body-based-router.kubeconfig"), "utf8")).toBe(
    "kubeconfig with POST /api/v1/namespaces/law/serviceaccounts/bbr/token",
  );
  const second = await program.start(pod("b"));
  expect(program.processes()).toEqual([process]);
  await first.stop();
  await first.stop();
  expect(process?.isRunning()).toBe(true);
  await second.stop();
  expect([process?.isRunning(), program.processes()]).toEqual([false, []]);
});

test("a pod that starts after the last has ended brings the process back", async () => {
  const { program } = router();
  await (await program.start(pod("a"))).stop();
  await program.start(pod("b"));
  expect(program.processes().map((one) => one.isRunning())).toEqual([true]);
});
