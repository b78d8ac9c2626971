import { describe, expect, test } from "vitest";
import {
  ask,
  at,
  errorOf,
  finPersona,
  freezeDate,
  identityOf,
  jsonHeaders,
  post,
  readEvents,
  serve,
  streamHeaders,
} from "./support.ts";

const path = "/v1/chat/completions";
const hello = { model: "fin-r1", messages: [{ role: "user", content: "What is a bond?" }] };
const answerTo = (said: string) =>
  `Simulated answer of fin-r1 (pod polymath-finance/fin-r1-7d9-x2x on gpu-l4-0): ${said}`;

const contentOf = (text: string) => at(text, "choices", 0, "message", "content");

test("answers with an echo, and says who it is", async () => {
  const created = freezeDate();
  const url = await serve(finPersona);
  const { status, headers, text } = await post(url + path, {
    model: "finance-default",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: null, tool_calls: [] },
      { role: "user", content: "What is a bond?" },
      { role: "assistant", content: "It is" },
    ],
    temperature: 0.2,
  });
  expect(status).toBe(200);
  expect(headers).toEqual(jsonHeaders(finPersona, text));
  expect(JSON.parse(text)).toEqual({
    id: "chatcmpl-fin-r1-7d9-x2x-1",
    object: "chat.completion",
    created,
    model: "finance-default",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: answerTo("What is a bond?") },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
    polymath: identityOf(finPersona),
  });
});

test("ids count up", async () => {
  const url = await serve(finPersona);
  await post(url + path, hello);
  const { text } = await post(url + path, hello);
  expect(at(text, "id")).toBe("chatcmpl-fin-r1-7d9-x2x-2");
});

describe("the echo", () => {
  const cases: readonly (readonly [string, readonly unknown[], string])[] = [
    [
      "of parts",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "Look:" },
            { type: "image_url", image_url: {} },
          ],
        },
      ],
      "Look: [image_url]",
    ],
    ["without a user's message", [{ role: "system", content: "Be brief." }], ""],
    ["of 200 characters", [{ role: "user", content: "x".repeat(200) }], "x".repeat(200)],
    ["of more is cut", [{ role: "user", content: "x".repeat(201) }], `${"x".repeat(200)}…`],
    ["of half a character", [{ role: "user", content: `${"x".repeat(199)}😀` }], `${"x".repeat(199)}\uFFFD…`],
    ["keeps spaces", [{ role: "user", content: " a \n b " }], " a \n b "],
  ];
  test.each(cases)("%s", async (_, messages, said) => {
    const url = await serve(finPersona);
    const { text } = await post(url + path, { model: "fin-r1", messages });
    expect(contentOf(text)).toBe(answerTo(said));
  });
});

describe("the token limit", () => {
  const cases: readonly (readonly [Readonly<Record<string, number | null>>, string, string])[] = [
    [{ max_tokens: 3 }, "Simulated answer of", "length"],
    [{ max_tokens: 30, max_completion_tokens: 1 }, "Simulated", "length"],
    [{ max_tokens: 12 }, answerTo("What is a bond?"), "stop"],
    [{ max_tokens: null }, answerTo("What is a bond?"), "stop"],
  ];
  test.each(cases)("%j", async (limits, content, reason) => {
    const url = await serve(finPersona);
    const { text } = await post(url + path, { ...hello, ...limits });
    expect(contentOf(text)).toBe(content);
    expect(at(text, "choices", 0, "finish_reason")).toBe(reason);
  });
});

describe("a stream", () => {
  test("begins with the role, then has the tokens, then the reason", async () => {
    const created = freezeDate();
    const url = await serve(finPersona);
    const { status, headers, text } = await post(url + path, { ...hello, max_tokens: 2, stream: true });
    const chunk = (delta: Readonly<Record<string, string>>, reason: string | null) => ({
      id: "chatcmpl-fin-r1-7d9-x2x-1",
      object: "chat.completion.chunk",
      created,
      model: "fin-r1",
      choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
      polymath: identityOf(finPersona),
    });
    expect(status).toBe(200);
    expect(headers).toEqual(streamHeaders(finPersona));
    expect(readEvents(text)).toEqual([
      chunk({ role: "assistant", content: "" }, null),
      chunk({ content: "Simulated" }, null),
      chunk({ content: " answer" }, null),
      chunk({}, "length"),
      "[DONE]",
    ]);
  });

  test("has a chunk of usage where asked for", async () => {
    const created = freezeDate();
    const url = await serve(finPersona);
    const { text } = await post(url + path, {
      ...hello,
      max_tokens: 1,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunk = (choices: readonly unknown[], usage: unknown) => ({
      id: "chatcmpl-fin-r1-7d9-x2x-1",
      object: "chat.completion.chunk",
      created,
      model: "fin-r1",
      choices,
      usage,
      polymath: identityOf(finPersona),
    });
    const choice = (delta: Readonly<Record<string, string>>, reason: string | null) => [
      { index: 0, delta, logprobs: null, finish_reason: reason },
    ];
    expect(readEvents(text)).toEqual([
      chunk(choice({ role: "assistant", content: "" }, null), null),
      chunk(choice({ content: "Simulated" }, null), null),
      chunk(choice({}, "length"), null),
      chunk([], { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 }),
      "[DONE]",
    ]);
  });

  test("joined is the whole answer", async () => {
    const url = await serve(finPersona);
    const { text } = await post(url + path, { ...hello, stream: true });
    const chunks = readEvents(text).slice(0, -2);
    const joined = chunks.map((chunk) => at(JSON.stringify(chunk), "choices", 0, "delta", "content")).join("");
    expect(joined).toBe(answerTo("What is a bond?"));
  });
});

describe("refuses", () => {
  const cases: readonly (readonly [unknown, string, string | null])[] = [
    [
      {},
      "model: Invalid input: expected string, received undefined; messages: Invalid input: expected array, received undefined",
      "model",
    ],
    [[], "the body: Invalid input: expected object, received array", null],
    [null, "the body: Invalid input: expected object, received null", null],
    [{ ...hello, messages: [] }, "messages: Too small: expected array to have >=1 items", "messages"],
    [
      { ...hello, messages: [{ role: "robot", content: "Hi" }] },
      'messages.0.role: Invalid option: expected one of "developer"|"system"|"user"|"assistant"|"tool"|"function"',
      "messages.0.role",
    ],
    [
      { ...hello, messages: [{ role: "user", content: 7 }] },
      "messages.0.content: Invalid input: expected a string or a list of parts, each with a type",
      "messages.0.content",
    ],
    [{ ...hello, n: 3 }, "n: Invalid input: expected 1, a simulated server gives one choice", "n"],
    [{ ...hello, max_tokens: 0 }, "max_tokens: Too small: expected number to be >=1", "max_tokens"],
    [
      { ...hello, stream_options: {} },
      "stream_options: Invalid input: only allowed when stream is true",
      "stream_options",
    ],
  ];
  test.each(cases)("%j", async (body, message, param) => {
    const url = await serve(finPersona);
    const { status, headers, text } = await post(url + path, body);
    expect(status).toBe(400);
    expect(headers).toEqual(jsonHeaders(finPersona, text));
    expect(JSON.parse(text)).toEqual(errorOf(finPersona, message, "invalid_value", param));
  });

  test("many wrong messages in few words", async () => {
    const url = await serve(finPersona);
    const { text } = await post(url + path, { model: "fin-r1", messages: Array.from({ length: 12 }, () => 1) });
    const wrong = Array.from(
      { length: 10 },
      (_, index) => `messages.${index}: Invalid input: expected object, received number`,
    );
    expect(JSON.parse(text)).toEqual(
      errorOf(finPersona, `${wrong.join("; ")}; and 2 more`, "invalid_value", "messages.0"),
    );
  });

  test("a model that is not served", async () => {
    const url = await serve(finPersona);
    const { status, headers, text } = await post(url + path, { ...hello, model: "gpt-x", stream: true });
    expect(status).toBe(404);
    expect(headers).toEqual(jsonHeaders(finPersona, text));
    expect(JSON.parse(text)).toEqual(
      errorOf(
        finPersona,
        "The model `gpt-x` does not exist. This server serves: fin-r1, finance-default.",
        "model_not_found",
        "model",
      ),
    );
  });

  test("any model where none was named", async () => {
    const url = await serve({ ...finPersona, models: [] });
    const { status, text } = await post(url + path, hello);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual(
      errorOf(
        finPersona,
        "The model `fin-r1` does not exist. This server was given no served name.",
        "model_not_found",
        "model",
      ),
    );
  });

  test("no model where the server reads none, as containers of their own may", async () => {
    const url = await serve({ ...finPersona, models: [], answersAll: true });
    expect((await post(url + path, hello)).status).toBe(200);
  });

  test("GET", async () => {
    const url = await serve(finPersona);
    const { status, headers, text } = await ask(url + path);
    expect(status).toBe(405);
    expect(headers).toEqual({ ...jsonHeaders(finPersona, text), allow: "POST" });
    expect(JSON.parse(text)).toEqual(
      errorOf(finPersona, "GET is not allowed on /v1/chat/completions; use POST.", "method_not_allowed"),
    );
  });
});
