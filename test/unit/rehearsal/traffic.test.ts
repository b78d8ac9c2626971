import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ask, askGateway, askSpecialists, pathOn, requestFor, type Entry } from "../../../rehearsal/traffic.ts";
import { planOf } from "../plan/support.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A gateway on a free port that answers as it is told, and remembers what it was asked. */
async function gateway(answer: (seen: Seen, response: ServerResponse) => void, key: string | undefined = "k-1") {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(one);
      answer(one, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server without a port.");
  const entry: Entry = { address: "127.0.0.1", port: address.port, host: "models.example.eu", key };
  return { entry, seen };
}

const modelOf = ({ body }: Seen) =>
  z.object({ model: z.string().default("") }).parse(body === "" ? {} : JSON.parse(body)).model;

describe("a request", () => {
  test("carries host, key and JSON, and gives status, headers and body", async () => {
    const { entry, seen } = await gateway((_seen, response) => {
      response.writeHead(201, { "x-polymath-pod": "law/a" });
      response.write("grü");
      response.end("ße");
    });
    const answer = await ask(entry, { path: "/v1/x", body: { a: "ü" }, headers: { "x-extra": "1" } });
    expect([answer.status, answer.headers["x-polymath-pod"], answer.body]).toEqual([201, "law/a", "grüße"]);
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([["POST", "/v1/x", '{"a":"ü"}']]);
    expect(seen[0]?.headers).toMatchObject({
      host: "models.example.eu",
      authorization: "Bearer k-1",
      "content-type": "application/json",
      "content-length": "10",
      "x-extra": "1",
    });
  });

  test.each([
    ["anonymous", { anonymous: true }, "k-1", undefined],
    ["with another key", { anonymous: true, headers: { authorization: "Bearer wrong" } }, "k-1", "Bearer wrong"],
    ["to a gateway without keys", {}, undefined, undefined],
  ])("%s", async (_what, options, key, expected) => {
    const { entry, seen } = await gateway((_seen, response) => response.end());
    await ask({ ...entry, key }, { method: "GET", path: "/", ...options });
    expect([seen[0]?.method, seen[0]?.body, seen[0]?.headers.authorization, seen[0]?.headers["content-type"]]).toEqual([
      "GET",
      "",
      expected,
      undefined,
    ]);
  });

  test("to a server that breaks off fails", async () => {
    const { entry } = await gateway((_seen, response) => response.destroy());
    await expect(ask(entry, { path: "/" })).rejects.toThrow("socket hang up");
  });

  test("whose answer breaks off in the middle fails", async () => {
    const { entry } = await gateway((_seen, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    await expect(ask(entry, { path: "/" })).rejects.toThrow("aborted");
  });
});

test.each([
  ["chat", "/v1/chat/completions", { model: "m", messages: [{ role: "user", content: "Who answers?" }] }],
  ["embeddings", "/v1/embeddings", { model: "m", input: "Who answers?" }],
  ["rerank", "/v1/ranking", { model: "m", query: { text: "Who answers?" }, passages: [{ text: "I do." }] }],
] as const)("the request for %s by name, and by path", (api, path, body) => {
  expect(requestFor({ api }, "m", undefined)).toEqual({ path, body });
  const byPath = { path: "/own/path", body: { question: "Who answers?" } };
  expect(requestFor({ api }, "m", "/own/path")).toEqual(byPath);
  expect(requestFor({ api: "rest" }, "", "/own/path")).toEqual(byPath);
});

test("a route for everything below a path is asked below it", () => {
  const route = { specialist: "a", target: "/v2", namespace: "n", service: "a", port: 1, timeoutSeconds: 1 } as const;
  expect(pathOn({ ...route, path: "/a/v2", match: "prefix" })).toBe("/a/v2/rehearsal");
  expect(pathOn({ ...route, path: "/a/v2", match: "exact" })).toBe("/a/v2");
});

const plan = planOf({
  bundles: ["law", "biology", "general"],
  routing: {
    host: "models.example.eu",
    auth: { apiKey: { clients: ["demo"] } },
    aliases: { review: "saul-7b-instruct" },
  },
});

/** Who serves what a request asks for, as the plan's routes say. */
function servedBy(seen: Seen): string | undefined {
  const byPath = plan.gateway.paths.find(({ path }) => path === seen.url);
  return (byPath ?? plan.gateway.models.find(({ names }) => names.includes(modelOf(seen))))?.service;
}

describe("specialists", () => {
  const right = (seen: Seen, response: ServerResponse) => {
    const service = servedBy(seen);
    response.setHeader("x-polymath-specialist", service ?? "");
    response.setHeader("x-polymath-pod", `ns/${service}-pod`);
    response.setHeader("x-polymath-node", "node-1");
    response.end("{}");
  };
  const failuresWith = async (answer: (seen: Seen, response: ServerResponse) => void) => {
    const { entry } = await gateway((seen, response) =>
      modelOf(seen) === "review" ? answer(seen, response) : right(seen, response),
    );
    return (await askSpecialists(plan, entry)).filter(({ ok }) => !ok).map(({ milliseconds: _time, ...rest }) => rest);
  };

  test("are each asked once by every name and path, and say which pod answered", async () => {
    const { entry, seen } = await gateway(right);
    const exchanges = await askSpecialists(plan, entry);
    expect(exchanges.map(({ name, route, ok, answer, node }) => [name, route, ok, answer, node])).toEqual(
      [
        ["saul-7b-instruct", "model saul-7b-instruct"],
        ["saul-7b-instruct", "model review"],
        ["diffdock", "/molecular-docking/diffdock/generate"],
        ["diffdock", "/diffdock/molecular-docking/diffdock/generate"],
        ["boltz2", "/biology/mit/boltz2/predict"],
        ["boltz2", "/boltz2/biology/mit/boltz2/predict"],
        ["proteinmpnn", "/biology/ipd/proteinmpnn/predict"],
        ["proteinmpnn", "/proteinmpnn/biology/ipd/proteinmpnn/predict"],
        ["nemotron-3-nano-30b-a3b", "model nemotron-3-nano-30b-a3b"],
        ["llama-nemotron-embed-1b-v2", "model llama-nemotron-embed-1b-v2"],
        ["llama-3-2-1b-instruct", "model llama-3-2-1b-instruct"],
      ].map(([name = "", route]) => [name, route, true, `200 from ${name.replaceAll(".", "-")}-pod`, "node-1"]),
    );
    expect(seen.map(({ url }) => url)).toContain("/v1/embeddings");
  });

  const failed = { name: "saul-7b-instruct", route: "model review", ok: false, node: "" };

  test.each([
    [
      "an error",
      (response: ServerResponse) => response.writeHead(503).end(` ${"no healthy upstream ".repeat(20)}`),
      `HTTP 503: ${"no healthy upstream ".repeat(20).slice(0, 117)}...`,
    ],
    ["nobody's name", (response: ServerResponse) => response.end("{}"), "answered by nobody that says its name"],
    [
      "another's name",
      (response: ServerResponse) => response.setHeader("x-polymath-specialist", "boltz2").end("{}"),
      "answered by boltz2",
    ],
    ["no answer", (response: ServerResponse) => response.destroy(), "socket hang up"],
  ])("fail with %s, and only the one concerned", async (_what, answer, said) => {
    expect(await failuresWith((_seen, response) => answer(response))).toEqual([{ ...failed, answer: said }]);
  });
});

describe("the gateway's promises", () => {
  /** A gateway that keeps them all: keys first, then the model. */
  const keeping = (seen: Seen, response: ServerResponse) => {
    if (seen.headers.authorization !== "Bearer k-1") response.writeHead(401).end("who are you");
    else if (seen.url === "/v1/models") response.end(JSON.stringify({ object: "list", data: plan.gateway.models }));
    else if (servedBy(seen) === undefined) response.writeHead(404).end('{"error":{"code":"model_not_found"}}');
    else response.end("{}");
  };
  const all = [
    "unknown model is refused",
    "models are listed",
    "a client's own model header does not count",
    "a request without a key is refused",
    "a request with a wrong key is refused",
    "a path route without a key is refused",
  ];
  const brokenWith = async (answer: typeof keeping) => {
    const { entry } = await gateway(answer);
    return (await askGateway(plan, entry)).filter(({ ok }) => !ok).map(({ name, answer: said }) => [name, said]);
  };

  test("are each tried from the outside", async () => {
    const { entry, seen } = await gateway(keeping);
    const exchanges = await askGateway(plan, entry);
    expect(exchanges.map(({ name, ok, answer }) => [name, ok, answer])).toEqual(
      all.map((name, index) => [name, true, ["404", "200", "404", "401", "401", "401"][index]]),
    );
    expect(seen[2]?.headers["x-gateway-model-name"]).toBe("nemotron-3-nano-30b-a3b");
    expect(modelOf(seen[2] ?? { method: "", url: "", headers: {}, body: "" })).toBe("no-such-model");
  });

  test("without keys are those that need none", async () => {
    const { entry } = await gateway((seen, response) => {
      keeping({ ...seen, headers: { ...seen.headers, authorization: "Bearer k-1" } }, response);
    }, undefined);
    const exchanges = await askGateway(plan, { ...entry, key: undefined });
    expect(exchanges.map(({ name, ok }) => [name, ok])).toEqual(all.slice(0, 3).map((name) => [name, true]));
  });

  test("are broken by a gateway that lets anybody in", async () => {
    const open: typeof keeping = (seen, response) =>
      keeping({ ...seen, headers: { ...seen.headers, authorization: "Bearer k-1" } }, response);
    expect(await brokenWith(open)).toEqual(all.slice(3).map((name) => [name, "HTTP 200: {}"]));
  });

  test("are broken by a gateway that believes a client's model header", async () => {
    const gullible: typeof keeping = (seen, response) => {
      if (seen.headers["x-gateway-model-name"] === undefined) keeping(seen, response);
      else response.end("{}");
    };
    expect(await brokenWith(gullible)).toEqual([[all[2], "HTTP 200: {}"]]);
  });

  test("are broken by a 404 of another kind, and by a list without the first model", async () => {
    const vague: typeof keeping = (seen, response) => {
      if (seen.url === "/v1/models") response.end('{"object":"list","data":[]}');
      else if (modelOf(seen) === "no-such-model") response.writeHead(404).end("route not found");
      else keeping(seen, response);
    };
    expect(await brokenWith(vague)).toEqual([
      [all[0], "HTTP 404: route not found"],
      [all[1], 'HTTP 200: {"object":"list","data":[]}'],
      [all[2], "HTTP 404: route not found"],
    ]);
  });
});
