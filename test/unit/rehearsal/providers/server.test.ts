import { request as ask } from "node:https";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { catalogue } from "../../../../catalogue/index.ts";
import { Providers } from "../../../../rehearsal/providers/server.ts";

const providers = new Providers(catalogue, "127.0.0.1");
const tokens = { openai: "key-of-openai", bedrock: "key-of-bedrock", gemini: "key-of-gemini" };
let port = 0;

beforeAll(async () => {
  port = await providers.listen(0);
  providers.openAccounts(tokens);
});
afterAll(() => providers.close());

interface Sent {
  readonly servername?: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const question = { model: "gpt-9", messages: [{ role: "user", content: "Hello" }] };
const chat = JSON.stringify(question);
const converse = JSON.stringify({ messages: [{ role: "user", content: [{ text: "Hello" }] }] });

/** Sends a request as the gateway would, to a host that is only a name here. */
const send = (host: string, sent: Sent = {}) =>
  new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const request = ask(
      {
        host: "127.0.0.1",
        port,
        agent: false,
        ca: providers.authority,
        servername: sent.servername ?? host,
        method: sent.method ?? "POST",
        path: sent.path ?? "/v1/chat/completions",
        headers: { host, authorization: "Bearer key-of-openai", ...sent.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    request.on("error", reject);
    request.end(sent.method === "GET" ? undefined : (sent.body ?? chat));
  });

const errorSchema = z.object({ error: z.object({ message: z.string(), code: z.string() }) });
const payloadSchema = z.object({ delta: z.object({ text: z.string() }).optional() });

/** Text headers of a message of an event stream. */
function headersIn(bytes: Buffer): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length;) {
    const type = at + 1 + (bytes[at] ?? 0);
    const end = type + 3 + bytes.readUInt16BE(type + 1);
    expect(bytes[type]).toBe(7);
    found[bytes.toString("utf8", at + 1, type)] = bytes.toString("utf8", type + 3, end);
    at = end;
  }
  return found;
}

const errorOf = async (host: string, sent: Sent) => {
  const { status, body } = await send(host, sent);
  const { error } = errorSchema.parse(JSON.parse(body.toString()));
  return [status, error.code, error.message];
};

describe("names", () => {
  test.each([
    ["api.openai.com", ["127.0.0.1"]],
    ["API.OpenAI.com.", ["127.0.0.1"]],
    ["bedrock-runtime.eu-central-1.amazonaws.com", ["127.0.0.1"]],
    ["bedrock-runtime.a.b.amazonaws.com", undefined],
    ["api-openai.com", undefined],
    ["evil.api.openai.com", undefined],
  ])("%s stands for %s", (name, addresses) => {
    expect(providers.lookup(name)).toEqual(addresses);
  });

  test("that no provider has get no certificate", async () => {
    await expect(send("example.com")).rejects.toThrow("before secure TLS connection was established");
  });
});

describe("a provider answers", () => {
  test("chat completions, and says for which model", async () => {
    const { status, headers, body } = await send("api.openai.com");
    expect([status, headers["x-polymath-specialist"], headers["x-polymath-model"]]).toEqual([
      200,
      "api.openai.com",
      "gpt-9",
    ]);
    expect(JSON.parse(body.toString())).toMatchObject({
      object: "chat.completion",
      model: "gpt-9",
      choices: [{ message: { role: "assistant" }, finish_reason: "stop" }],
    });
  });

  test("chat completions as a stream", async () => {
    const streaming = JSON.stringify({ ...question, stream: true });
    const { headers, body } = await send("api.openai.com", { body: streaming });
    expect(headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(body.toString().endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("responses", async () => {
    const { body } = await send("api.openai.com", {
      path: "/v1/responses",
      body: JSON.stringify({ model: "gpt-9", input: "Hello" }),
    });
    expect(JSON.parse(body.toString())).toMatchObject({
      object: "response",
      status: "completed",
      model: "gpt-9",
      output: [{ role: "assistant", content: [{ type: "output_text" }] }],
    });
  });

  const bedrock = "bedrock-runtime.eu-central-1.amazonaws.com";
  const headers = { authorization: "Bearer key-of-bedrock" };

  test("Converse, with the model of the path, escaped or not", async () => {
    for (const path of ["/model/eu.nova:0/converse", "/model/eu.nova%3A0/converse"]) {
      const answer = await send(bedrock, { path, headers, body: converse });
      expect(answer.headers["x-polymath-model"]).toBe("eu.nova:0");
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        output: { message: { role: "assistant" } },
        stopReason: "end_turn",
        usage: { inputTokens: 1 },
      });
    }
  });

  test("Converse as an event stream, whose lengths and checksums are right", async () => {
    const answer = await send(bedrock, { path: "/model/nova/converse-stream", headers, body: converse });
    expect(answer.headers["content-type"]).toBe("application/vnd.amazon.eventstream");
    const types: string[] = [];
    let text = "";
    for (let rest = answer.body; rest.length > 0;) {
      const [length, headerLength] = [rest.readUInt32BE(0), rest.readUInt32BE(4)];
      const message = rest.subarray(0, length);
      expect(message.readUInt32BE(8)).toBe(crc32(message.subarray(0, 8)));
      expect(message.readUInt32BE(length - 4)).toBe(crc32(message.subarray(0, length - 4)));
      const headers = headersIn(message.subarray(12, 12 + headerLength));
      expect([headers[":message-type"], headers[":content-type"]]).toEqual(["event", "application/json"]);
      types.push(headers[":event-type"] ?? "");
      const payload = payloadSchema.parse(JSON.parse(message.toString("utf8", 12 + headerLength, length - 4)));
      text += payload.delta?.text ?? "";
      rest = rest.subarray(length);
    }
    expect([...new Set(types)]).toEqual([
      "messageStart",
      "contentBlockDelta",
      "contentBlockStop",
      "messageStop",
      "metadata",
    ]);
    expect(text).toBe(`Simulated answer of ${bedrock} (pod external/${bedrock} on outside): Hello`);
  });
});

describe("a provider turns away", () => {
  test("a token that is not that of the account", async () => {
    for (const authorization of ["Bearer key-of-bedrock", "key-of-openai", ""])
      expect(await errorOf("api.openai.com", { headers: { authorization } })).toEqual([
        401,
        "invalid_api_key",
        'The bearer token is not that of the account "openai".',
      ]);
  });

  test("everybody, where no account was opened", async () => {
    const headers = { authorization: "Bearer undefined" };
    expect(await errorOf("integrate.api.nvidia.com", { headers })).toEqual([
      401,
      "invalid_api_key",
      'The bearer token is not that of the account "nvidia-api".',
    ]);
  });

  test("a host that is not the certificate's", async () => {
    expect(await errorOf("models.example.eu", { servername: "api.openai.com" })).toEqual([
      421,
      "misdirected_request",
      "The certificate was asked of api.openai.com, the request of models.example.eu.",
    ]);
  });

  test.each([
    "x-api-key",
    "api-key",
    "cookie",
    "X-Gateway-Model-Name",
    "x-polymath-client",
    "x-forwarded-host",
    "forwarded",
    "x-real-ip",
  ])("what it should not be sent: %s", async (name) => {
    expect(await errorOf("api.openai.com", { headers: { [name]: "x" } })).toEqual([
      400,
      "leaked_headers",
      `These headers must not leave the gateway: ${name.toLowerCase()}.`,
    ]);
  });

  test.each([
    [
      { path: "/v1beta/openai/chat/completions" },
      404,
      "There is no /v1beta/openai/chat/completions at api.openai.com.",
    ],
    [{ method: "GET" }, 405, "GET is not allowed on /v1/chat/completions; use POST."],
    [
      { body: "{}" },
      400,
      "model: Invalid input: expected string, received undefined; messages: Invalid input: expected array, received undefined",
    ],
  ])("%j", async (sent, status, message) => {
    const [code, , text] = await errorOf("api.openai.com", sent);
    expect([code, text]).toEqual([status, message]);
  });

  test("what is no JSON", async () => {
    const [status, code] = await errorOf("api.openai.com", { body: "{" });
    expect([status, code]).toEqual([400, "invalid_json"]);
  });
});
