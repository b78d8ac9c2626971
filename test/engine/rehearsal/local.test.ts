import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { documentSchema } from "../../../cli/rehearse/document.ts";
import { processesWith, rehearse, sandbox, untouchedHome, type Sandbox } from "../../support/rehearse.ts";

const chunkSchema = z.object({ choices: z.array(z.object({ delta: z.object({ content: z.string().optional() }) })) });

let box: Sandbox;
beforeEach(() => {
  box = sandbox();
});
afterEach(() => box.remove());

/** Waits until nothing of the sandbox runs any more; the test's own time limit ends a wait that is in vain. */
async function untilNothingRuns(): Promise<void> {
  while (processesWith(box.folder).length > 0) await sleep(100);
}

/** Name, route and judgement of each row of the table. */
const rows = (output: string) =>
  output
    .split("\n")
    .map((line) => line.split(/ {2,}/))
    .filter((cells) => cells.length === 9 && cells[0] !== "specialist")
    .map((cells) => [cells[0], cells[1], cells[6], cells[7]?.replace(/ from .*/, "")]);

test("local --json applies the environment, answers on every route, is idempotent and leaves nothing", async () => {
  const run = rehearse(box, ["local", "--json"]);
  const code = await run.ended;
  const output = run.output();
  expect(output).not.toContain("The rehearsal failed");
  expect(code).toBe(0);
  expect(rows(output)).toEqual([
    ["fin-r1", "finance", "model fin-r1", "ok: 200"],
    ["saul-7b-instruct", "law", "model saul-7b-instruct", "ok: 200"],
    ["saul-7b-instruct", "law", "model contract-review", "ok: 200"],
    ["medgemma-1-5-4b-it", "medicine", "model medgemma-1-5-4b-it", "ok: 200"],
    ["diffdock", "biology", "/molecular-docking/diffdock/generate", "ok: 200"],
    ["diffdock", "biology", "/diffdock/molecular-docking/diffdock/generate", "ok: 200"],
    ["boltz2", "biology", "/biology/mit/boltz2/predict", "ok: 200"],
    ["boltz2", "biology", "/boltz2/biology/mit/boltz2/predict", "ok: 200"],
    ["proteinmpnn", "biology", "/biology/ipd/proteinmpnn/predict", "ok: 200"],
    ["proteinmpnn", "biology", "/proteinmpnn/biology/ipd/proteinmpnn/predict", "ok: 200"],
    ["nemotron-3-nano-30b-a3b", "general", "model nemotron-3-nano-30b-a3b", "ok: 200"],
    ["llama-nemotron-embed-1b-v2", "retrieval", "model llama-nemotron-embed-1b-v2", "ok: 200"],
    ["llama-3-2-1b-instruct", "baseline", "model llama-3-2-1b-instruct", "ok: 200"],
  ]);
  const promises = [
    "unknown model is refused",
    "models are listed",
    "a client's own model header does not count",
    "a request without a key is refused",
    "a request with a wrong key is refused",
    "a path route without a key is refused",
  ];
  for (const promise of promises) expect(output).toMatch(new RegExp(`^${promise} .* ok: \\d{3} `, "m"));
  expect(output).toMatch(/^Total: 9 GPUs, \d+\.\d\d USD per hour .* The sum leaves out: control plane/m);
  expect(output).toMatch(/^Not rehearsed: enforcement of network policies/m);
  expect(output).toContain("a second preview plans nothing, a refresh finds no drift");
  const objects = Number(/taken down: (\d+) objects, none of them left/.exec(output)?.[1]);

  // The same as one document, and standard output has nothing else.
  const document = documentSchema.parse(JSON.parse(run.stdout()));
  expect(document).toMatchObject({
    environment: "local",
    ok: true,
    interrupted: false,
    warnings: [],
    cost: { gpus: 9, region: "us-east-1" },
    drills: [],
    stable: true,
    destroyedObjects: objects,
    standing: null,
    failure: null,
    logs: null,
  });
  expect(document.phases.map(({ name, ok }) => [name, ok])).toEqual(
    ["tools", "control-plane", "gateway", "update", "traffic", "proof", "destroy"].map((name) => [name, true]),
  );
  expect(document.specialists.map(({ name, domain, route }) => [name, domain, route])).toEqual(
    rows(output).map((cells) => cells.slice(0, 3)),
  );
  expect(document.gateway.map(({ name, ok }) => [name, ok])).toEqual(promises.map((name) => [name, true]));
  expect(output).toContain(`Not rehearsed: ${document.notRehearsed.join("; ")}.`);

  await untilNothingRuns();
  expect(box.home()).toEqual(untouchedHome);
  expect(box.runFolders()).toEqual([]);
});

/** What the curl line of the output would send, by Node's own client. */
function send(output: string, body: unknown): Promise<{ readonly status: number | undefined; readonly text: string }> {
  const socketPath = /--unix-socket '([^']+)'/.exec(output)?.[1] ?? "";
  const key = /Authorization: (Bearer [^']+)'/.exec(output)?.[1] ?? "";
  const url = new URL(/(http:\S+)$/m.exec(output)?.[1] ?? "");
  return new Promise((resolve, reject) => {
    const headers = { host: url.host, authorization: key, "content-type": "application/json" };
    const request = http.request({ socketPath, path: url.pathname, method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}

test("it stays up, answers through its socket, also streaming, and Ctrl-C ends all of it", async () => {
  const run = rehearse(box, ["local"]);
  await run.says("It stays up until Ctrl-C");
  await run.says("/v1/chat/completions");
  const plain = await send(run.output(), { model: "contract-review", messages: [{ role: "user", content: "Hello" }] });
  expect(plain.status).toBe(200);
  expect(JSON.parse(plain.text)).toMatchObject({
    object: "chat.completion",
    polymath: {
      specialist: "saul-7b-instruct",
      namespace: "polymath-local-law",
      node: expect.stringMatching(/^g6-xlarge-1gpu-[01]$/),
    },
  });

  const streamed = await send(run.output(), {
    model: "fin-r1",
    stream: true,
    messages: [{ role: "user", content: "Hello" }],
  });
  const events = streamed.text.trim().split("\n\n");
  expect(events.at(-1)).toBe("data: [DONE]");
  const pieces = events.slice(0, -1).map((event) => chunkSchema.parse(JSON.parse(event.slice("data: ".length))));
  expect(pieces.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toMatch(/^Simulated answer of fin-r1/);

  run.signal("SIGINT");
  expect(await run.ended).toBe(0);
  await untilNothingRuns();
  expect(box.runFolders()).toEqual([]);
  expect(box.home()).toEqual(untouchedHome);
});

test("after kill -9 of the outer process nothing runs on", async () => {
  const run = rehearse(box, ["local"]);
  await run.says("control plane is ready");
  expect(processesWith(box.folder).some((line) => line.includes("kube-apiserver"))).toBe(true);
  run.signal("SIGKILL");
  expect(await run.ended).toBeNull();
  await untilNothingRuns();
  expect(box.home()).toEqual(untouchedHome);
  // The folder that nobody could remove is removed by the next run, even by one that goes no further than its start.
  expect(box.runFolders()).toHaveLength(1);
  const next = rehearse(box, ["local"]);
  await next.says("control plane is ready");
  expect(box.runFolders()).toHaveLength(1);
  next.signal("SIGTERM");
  expect(await next.ended).toBe(130);
  await untilNothingRuns();
  expect(box.runFolders()).toEqual([]);
});
