import { expect, test } from "vitest";
import type { Fault, ModelServer } from "../../../rehearsal/model-server/server.ts";
import { loadingServer } from "../../../rehearsal/roles.ts";

/** Starts servers that only tell what is done to them. */
function recorder() {
  const told: string[] = [];
  const start = (fault?: Fault): Promise<ModelServer> => {
    const name = fault ?? "sound";
    told.push(`start ${name}`);
    return Promise.resolve({
      url: "http://127.0.0.1",
      close: () => {
        told.push(`close ${name}`);
        return Promise.resolve();
      },
    });
  };
  return { told, start };
}

test("a runtime that listens while it loads says that it is not ready", async () => {
  const { told, start } = recorder();
  const program = await loadingServer(true, start);
  expect(told).toEqual(["start unready"]);
  await program.load();
  expect(told).toEqual(["start unready", "close unready", "start sound"]);
  await program.stop();
  expect(told.slice(3)).toEqual(["close sound"]);
});

test("another has no listener until it has loaded, and is then broken as a fault says", async () => {
  const { told, start } = recorder();
  const program = await loadingServer(false, start, "hang");
  expect(told).toEqual([]);
  await program.load();
  expect(told).toEqual(["start hang"]);
});

test("one that is stopped while it loads does not come up", async () => {
  const { told, start } = recorder();
  const program = await loadingServer(false, start);
  const loading = program.load();
  await program.stop();
  await loading;
  expect(told.at(-1)).toBe("close sound");
});
