import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { ExternalRoutePlan, Plan } from "../../../../plan/types.ts";
import { askExternal, guardExternal } from "../../../../rehearsal/providers/traffic.ts";
import type { Entry } from "../../../../rehearsal/traffic.ts";
import { planOf } from "../../plan/support.ts";

const chat: ExternalRoutePlan = {
  provider: "openai-gpt",
  objectName: "external-openai-gpt",
  domain: "proprietary",
  host: "api.openai.com",
  port: 443,
  api: "chat",
  model: "gpt-9",
  names: ["gpt-9"],
  paths: [
    { path: "/v1/chat/completions", target: "/v1/chat/completions", dialect: "chat-completions" },
    { path: "/v1/responses", target: "/v1/responses", dialect: "responses" },
  ],
  credential: "openai",
  timeoutSeconds: 600,
};
const rest: ExternalRoutePlan = {
  ...chat,
  provider: "bedrock-nova-2-lite",
  host: "bedrock-runtime.eu-central-1.amazonaws.com",
  api: "rest",
  model: "nova:0",
  names: [],
  paths: [{ path: "/model/nova%3A0/converse", target: "/model/nova%3A0/converse", dialect: "converse" }],
};
const local = planOf({ bundles: ["law"] });
const plan: Plan = { ...local, gateway: { ...local.gateway, external: [chat, rest] } };

/** A gateway that answers as it is told, and what it was asked. */
async function gateway(answer: (request: IncomingMessage, response: ServerResponse) => void, key?: string) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    request.resume().on("end", () => answer(request, response));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server without a port.");
  const entry: Entry = { address: "127.0.0.1", port: address.port, host: "models.example.eu", key };
  return { entry, seen };
}

const withoutTime = (exchanges: readonly { readonly milliseconds: number }[]) =>
  exchanges.map(({ milliseconds: _time, ...one }) => one);

const headersOf = (host: string, model: string) => ({
  "x-polymath-specialist": host,
  "x-polymath-model": model,
  "x-polymath-node": "outside",
});

test("each path of each provider is asked once, with what must not get through", async () => {
  const { entry, seen } = await gateway((request, response) => {
    const isChat = request.url?.startsWith("/v1/") === true;
    response.writeHead(200, isChat ? headersOf(chat.host, "gpt-9") : headersOf(rest.host, "nova:0")).end("{}");
  }, "k-1");
  const ok = { ok: true, node: "outside" };
  expect(withoutTime(await askExternal(plan, entry))).toEqual([
    { ...ok, name: "openai-gpt", route: "model gpt-9 on /v1/chat/completions", answer: "200 from api.openai.com" },
    { ...ok, name: "openai-gpt", route: "model gpt-9 on /v1/responses", answer: "200 from api.openai.com" },
    { ...ok, name: "bedrock-nova-2-lite", route: "/model/nova%3A0/converse", answer: `200 from ${rest.host}` },
  ]);
  expect(seen.map(({ url }) => url)).toEqual(["/v1/chat/completions", "/v1/responses", "/model/nova%3A0/converse"]);
  expect(seen[0]?.headers).toMatchObject({
    authorization: "Bearer k-1",
    "x-api-key": "a-key-of-something-else",
    "api-key": "a-key-of-something-else",
    cookie: "session=of-the-client",
    "x-forwarded-for": "192.0.2.1",
  });
});

test("an answer of another host, for another model, of nobody, or none that helps is a failure", async () => {
  const answers = [headersOf("api.openai.com", "gpt-8"), headersOf("elsewhere", "gpt-9")];
  const { entry } = await gateway((request, response) => {
    if (request.url === "/v1/chat/completions") response.writeHead(200, answers[0]).end();
    else if (request.url === "/v1/responses") response.writeHead(200, answers[1]).end();
    else response.writeHead(401).end("not that of the account");
  });
  expect((await askExternal(plan, entry)).map(({ ok, answer }) => [ok, answer])).toEqual([
    [false, "answered by api.openai.com for gpt-8"],
    [false, "answered by elsewhere for gpt-9"],
    [false, "HTTP 401: not that of the account"],
  ]);
});

test("neither kind of route is open to those without a key", async () => {
  const { entry, seen } = await gateway((request, response) => {
    response.writeHead(request.url?.startsWith("/v1/") === true ? 401 : 200).end("hello");
  }, "k-1");
  expect(withoutTime(await guardExternal(plan, entry))).toEqual([
    {
      name: "an external provider by model without a key is refused",
      route: "/v1/chat/completions",
      ok: true,
      answer: "401",
      node: "",
    },
    {
      name: "an external provider by path without a key is refused",
      route: "/model/nova%3A0/converse",
      ok: false,
      answer: "HTTP 200: hello",
      node: "",
    },
  ]);
  expect(seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
});

test("where the gateway asks for no key, or nothing leaves the cluster, there is nothing to try", async () => {
  const { entry, seen } = await gateway((_request, response) => void response.end());
  expect(await guardExternal(plan, entry)).toEqual([]);
  expect(await guardExternal(local, { ...entry, key: "k-1" })).toEqual([]);
  expect(await askExternal(local, entry)).toEqual([]);
  expect(seen).toEqual([]);
});
