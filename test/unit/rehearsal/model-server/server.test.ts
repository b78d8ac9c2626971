import { once } from "node:events";
import { createServer, get } from "node:http";
import { connect } from "node:net";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { maxBodyBytes, sendEvents } from "../../../../rehearsal/model-server/answer.ts";
import { startModelServer } from "../../../../rehearsal/model-server/server.ts";
import {
  ask,
  at,
  boltzPersona,
  embedPersona,
  errorOf,
  finPersona,
  identityOf,
  jsonHeaders,
  post,
  serve,
} from "./support.ts";

const chatPath = "/v1/chat/completions";
const hello = { model: "fin-r1", messages: [{ role: "user", content: "Hi" }] };

describe("bad requests", () => {
  test.each([
    ["", "The body is not JSON: Unexpected end of JSON input."],
    ["{", "The body is not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)."],
    ["no", "The body is not JSON: Unexpected token 'o', \"no\" is not valid JSON."],
  ])("the body %j", async (body, message) => {
    const { status, headers, text } = await post((await serve(finPersona)) + chatPath, body);
    expect(status).toBe(400);
    expect(headers).toEqual(jsonHeaders(finPersona, text));
    expect(JSON.parse(text)).toEqual(errorOf(finPersona, message, "invalid_json"));
  });

  test("an unknown path, its query not told", async () => {
    const { status, headers, text } = await post(`${await serve(embedPersona)}/v1/chat?key=1`, {});
    expect(status).toBe(404);
    expect(headers).toEqual(jsonHeaders(embedPersona, text));
    expect(JSON.parse(text)).toEqual(
      errorOf(
        embedPersona,
        "There is no /v1/chat here; there is: POST /v1/embeddings, GET /v1/models, GET /v1/health/live, " +
          "GET /v1/health/ready, GET /v1/metadata.",
        "unknown_path",
      ),
    );
  });

  test.each([
    ["in one piece", () => Buffer.alloc(maxBodyBytes + 1, " ")],
    [
      "of unknown length",
      () =>
        new ReadableStream({
          start: (controller) => {
            for (let sent = 0; sent <= maxBodyBytes; sent += 2 ** 20) controller.enqueue(new Uint8Array(2 ** 20));
            controller.close();
          },
        }),
    ],
  ])("a body above the limit, %s", async (_, body) => {
    const url = await serve(finPersona);
    const { status, headers, text } = await ask(url + chatPath, { method: "POST", body: body(), duplex: "half" });
    expect(status).toBe(413);
    expect(headers).toEqual(jsonHeaders(finPersona, text));
    expect(JSON.parse(text)).toEqual(
      errorOf(finPersona, "The body is larger than 16777216 bytes.", "request_too_large"),
    );
    expect((await post(url + chatPath, hello)).status).toBe(200);
  });

  test("a body of just the limit is read", async () => {
    const body = JSON.stringify(hello).padEnd(maxBodyBytes);
    expect((await post((await serve(finPersona)) + chatPath, body)).status).toBe(200);
  });
});

test("no JSON body makes a server crash", async () => {
  const persona = { ...finPersona, restPaths: ["/v1/infer"] };
  const chat = await serve(persona);
  const embed = await serve(embedPersona);
  const paths = [chat + chatPath, `${chat}/v1/completions`, `${chat}/v1/infer`, `${embed}/v1/embeddings`];
  // Bodies that come near a right one get further than wholly arbitrary ones.
  const near = fc.record(
    {
      model: fc.oneof(fc.constantFrom("fin-r1", "embed-1b"), fc.jsonValue()),
      messages: fc.oneof(
        fc.array(fc.record({ role: fc.constantFrom("user", "system"), content: fc.jsonValue() })),
        fc.jsonValue(),
      ),
      prompt: fc.jsonValue(),
      input: fc.jsonValue(),
      dimensions: fc.oneof(fc.nat(), fc.jsonValue()),
      encoding_format: fc.oneof(fc.constantFrom("float", "base64"), fc.jsonValue()),
      stream: fc.oneof(fc.boolean(), fc.jsonValue()),
      stream_options: fc.jsonValue(),
      max_tokens: fc.oneof(fc.integer(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.oneof(fc.jsonValue(), near), async (url, body) => {
      const { status } = await post(url, body);
      expect([200, 400, 404]).toContain(status);
    }),
    { numRuns: 300 },
  );
});

test("a million wrong items are refused by their number, not one by one", async () => {
  const url = await serve(finPersona);
  const many = Array.from({ length: 1_000_000 }, () => 1);
  const { text } = await post(url + chatPath, { ...hello, messages: many });
  expect(JSON.parse(text)).toEqual(
    errorOf(finPersona, "messages: Too big: expected array to have <=4096 items", "invalid_value", "messages"),
  );
});

test("a bug in a route is an answer too", async () => {
  const models = Object.assign(["fin-r1"], {
    includes: () => {
      throw new Error("out of order");
    },
  });
  const { status, text } = await post((await serve({ ...finPersona, models })) + chatPath, hello);
  expect(status).toBe(500);
  expect(JSON.parse(text)).toEqual(
    errorOf(finPersona, "The simulated server has a bug: out of order.", "internal_error", null, "server_error"),
  );
});

describe("clients that go away", () => {
  const request = (body: string) =>
    `POST ${chatPath} HTTP/1.1\r\nhost: x\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  test("in the middle of a stream, and before the body is complete", async () => {
    const url = await serve(finPersona);
    const port = Number(new URL(url).port);
    for (let round = 0; round < 20; round += 1) {
      const reader = connect(port, "127.0.0.1", () =>
        reader.write(request(JSON.stringify({ ...hello, stream: true }))),
      );
      await once(reader, "data");
      reader.destroy();
      const writer = connect(port, "127.0.0.1", () => {
        writer.write(request(JSON.stringify(hello)).slice(0, -5), () => writer.destroy());
      });
      await once(writer, "close");
    }
    expect((await post(url + chatPath, hello)).status).toBe(200);
  });

  test("the source of a stream is stopped", async () => {
    const stopped = Promise.withResolvers<string>();
    const failed = Promise.withResolvers<unknown>();
    async function* endless() {
      try {
        for (let count = 0; ; count += 1) {
          yield { count };
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        stopped.resolve("stopped");
      }
    }
    const server = createServer((_, response) => {
      sendEvents(response, finPersona, endless()).catch(failed.resolve);
    });
    server.listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("not listening on a port");
    const client = get({ host: "127.0.0.1", port: address.port }, (response) => {
      response.once("data", () => response.destroy());
    });
    onTestFinished(() => void client.destroy());
    expect(await stopped.promise).toBe("stopped");
    expect(await failed.promise).toMatchObject({ code: "ERR_STREAM_PREMATURE_CLOSE" });
  });
});

describe("faults", () => {
  const fault = (name: string) => `Simulated fault "${name}": this model server was started to fail.`;

  test("refuse: nobody listens", async () => {
    const free = await startModelServer(finPersona, { address: "127.0.0.1", port: 0 });
    await free.close();
    const port = Number(new URL(free.url).port);
    const server = await startModelServer(finPersona, { address: "127.0.0.1", port, fault: "refuse" });
    expect(server.url).toBe(`http://127.0.0.1:${port}`);
    await expect(fetch(`${server.url}/health`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await server.close();
  });

  test("hang: the request is taken, nothing comes back until the server is closed", async () => {
    const server = await startModelServer(finPersona, { address: "127.0.0.1", port: 0, fault: "hang" });
    onTestFinished(() => server.close());
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    let received = "";
    socket.on("data", (data) => (received += data.toString()));
    socket.write("GET /health HTTP/1.1\r\nhost: x\r\n\r\n");
    // An answer would be here long before these come and go.
    const other = await serve(finPersona);
    for (let round = 0; round < 20; round += 1) await ask(`${other}/health`);
    expect(received).toBe("");
    expect(socket.closed).toBe(false);
    socket.on("error", () => undefined);
    const closed = once(socket, "close");
    await server.close();
    await closed;
    expect(received).toBe("");
  });

  test("error: inference fails, the rest is well", async () => {
    const url = await serve({ ...finPersona, restPaths: ["/v1/infer"] }, "error");
    const failed = errorOf(finPersona, fault("error"), "simulated_fault", null, "server_error");
    for (const path of [chatPath, "/v1/completions", "/v1/infer"]) {
      const { status, headers, text } = await post(url + path, hello);
      expect(status).toBe(500);
      expect(headers).toEqual(jsonHeaders(finPersona, text));
      expect(JSON.parse(text)).toEqual(failed);
    }
    expect((await ask(`${url}/health`)).status).toBe(200);
    expect((await ask(`${url}/v1/models`)).status).toBe(200);
  });

  test("unready: health says so, the rest is well", async () => {
    const nim = await serve(boltzPersona, "unready");
    for (const path of ["/v1/health/live", "/v1/health/ready"]) {
      const { status, headers, text } = await ask(nim + path);
      expect(status).toBe(503);
      expect(headers).toEqual(jsonHeaders(boltzPersona, text));
      expect(JSON.parse(text)).toEqual(
        errorOf(boltzPersona, fault("unready"), "simulated_fault", null, "server_error"),
      );
    }
    expect((await post(`${nim}/biology/mit/boltz2/predict`, {})).status).toBe(200);
    expect((await ask(`${await serve(finPersona, "unready")}/health`)).status).toBe(503);
  });
});

describe("starting and closing", () => {
  test("a port that is taken", async () => {
    const port = Number(new URL(await serve(finPersona)).port);
    await expect(startModelServer(boltzPersona, { address: "127.0.0.1", port })).rejects.toThrow(
      new Error(
        `The model server of pod polymath-biology/boltz2-5f-abc cannot listen on 127.0.0.1:${port}: listen EADDRINUSE: ` +
          `address already in use 127.0.0.1:${port}. The address must be local to this network namespace, and the port free.`,
      ),
    );
  });

  test("the URL of an IPv6 address", async () => {
    const { url } = await startModelServer(finPersona, { address: "fd00::1", port: 8000, fault: "refuse" });
    expect(url).toBe("http://[fd00::1]:8000");
  });

  test("close ends idle, silent and kept connections, and can be called again", async () => {
    const server = await startModelServer(finPersona, { address: "127.0.0.1", port: 0 });
    const silent = connect(Number(new URL(server.url).port), "127.0.0.1");
    const kept = connect(Number(new URL(server.url).port), "127.0.0.1");
    await Promise.all([once(silent, "connect"), once(kept, "connect")]);
    for (const socket of [silent, kept]) socket.on("error", () => undefined);
    kept.write("GET /health HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(kept, "data");
    expect(kept.closed).toBe(false);
    const ended = Promise.all([once(silent, "close"), once(kept, "close")]);
    await server.close();
    await ended;
    await server.close();
    await expect(fetch(`${server.url}/health`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  test("two requests on one connection", async () => {
    const port = Number(new URL(await serve(finPersona)).port);
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.on("data", (data) => (received += data.toString()));
    const body = JSON.stringify(hello);
    // The first path does not exist: its body must not be taken for a request.
    socket.write(`POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    socket.end(`GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    await once(socket, "close");
    expect(received.match(/HTTP\/1\.1 \d+ [A-Za-z ]+/g)).toEqual(["HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK"]);
  });

  test("many servers, each with its own persona", async () => {
    const personas = Array.from({ length: 200 }, (_, index) => ({ ...boltzPersona, pod: `boltz2-${index}` }));
    const urls = await Promise.all(personas.map((persona) => serve(persona)));
    const answers = await Promise.all(urls.map((url) => post(`${url}/biology/mit/boltz2/predict`, {})));
    expect(answers.map(({ text }) => at(text, "polymath"))).toEqual(personas.map(identityOf));
  });
});
