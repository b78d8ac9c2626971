import { createServer, type RequestListener, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { SteadyTraffic, targetsOf, type Target } from "../../../../rehearsal/drills/steady.ts";
import { freePort } from "../../../support/free-port.ts";
import { planOf } from "../../plan/support.ts";

const target = (specialist: string): Target => ({
  specialist,
  objectName: specialist,
  ask: { path: `/${specialist}`, body: { model: specialist } },
});
const names = ["well", "wrong", "error", "silent", "cut"];

async function listen(listener: RequestListener): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(listener);
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, port };
}

const entryOf = (port: number) => ({ address: "127.0.0.1", port, host: "models.example.eu", key: "k-1" });

/** What became of the requests to each, without repetition. */
const outcomes = ({ samples }: SteadyTraffic) =>
  Object.fromEntries(
    [...Map.groupBy(samples, ({ specialist }) => specialist)].map(([name, all]) => [
      name,
      [...new Set(all.map(({ failure, pod, node }) => failure ?? `${pod} on ${node}`))],
    ]),
  );

test("asks every specialist in turn, and knows what became of each request", async () => {
  const { port } = await listen((request, response) => {
    const name = String(request.url).slice(1);
    request.resume();
    if (name === "silent") return;
    if (name === "cut") {
      request.socket.destroy();
      return;
    }
    response.statusCode = name === "error" ? 503 : 200;
    response.setHeader("x-polymath-specialist", name === "wrong" ? "well" : name);
    response.setHeader("x-polymath-pod", `models/${name}-0`);
    response.setHeader("x-polymath-node", "node-1");
    response.end("{}");
  });
  const traffic = new SteadyTraffic(names.map(target), entryOf(port), 20, 2_000);
  await sleep(300);
  await traffic.stop();
  expect(outcomes(traffic)).toEqual({
    well: ["well-0 on node-1"],
    wrong: ["wrong specialist"],
    error: ["HTTP 503"],
    silent: ["no answer in 2 s"],
    cut: ["reset"],
  });
  const sent = traffic.samples.toSorted((a, b) => a.at - b.at).map(({ specialist }) => specialist);
  expect(sent.slice(0, 10)).toEqual([...names, ...names]);
  const { length } = traffic.samples;
  await sleep(100);
  expect(traffic.samples).toHaveLength(length);
});

test("goes on at its rate where nobody listens", async () => {
  const { server, port } = await listen(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  const traffic = new SteadyTraffic([target("well")], entryOf(port), 100, 5_000);
  await sleep(200);
  await traffic.stop();
  expect(outcomes(traffic)).toEqual({ well: ["refused"] });
  expect(traffic.samples.length).toBeGreaterThan(2);
});

test("a plan's specialists are asked by name, or by the first of their paths", () => {
  const targets = targetsOf(planOf({ bundles: ["finance", "biology"] }, "local"));
  expect(targets.map(({ specialist, ask: { path, body } }) => [specialist, path, body])).toEqual([
    ["fin-r1", "/v1/chat/completions", { model: "fin-r1", messages: [{ role: "user", content: "Who answers?" }] }],
    ["diffdock", "/molecular-docking/diffdock/generate", { question: "Who answers?" }],
    ["boltz2", "/biology/mit/boltz2/predict", { question: "Who answers?" }],
    ["proteinmpnn", "/biology/ipd/proteinmpnn/predict", { question: "Who answers?" }],
  ]);
});

test("without a specialist nothing is sent, and no timer runs", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const traffic = new SteadyTraffic([], { address: "127.0.0.1", port: 1, host: "a", key: undefined }, 4, 1_000);
  expect(vi.getTimerCount()).toBe(0);
  await traffic.stop();
  expect(traffic.samples).toEqual([]);
});
