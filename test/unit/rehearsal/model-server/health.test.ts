import { describe, expect, test } from "vitest";
import { ask, boltzPersona, errorOf, finPersona, identityOf, jsonHeaders, post, serve } from "./support.ts";

const plainHeaders = (contentType: string, text: string) => ({
  ...jsonHeaders(finPersona, text),
  "content-type": contentType,
});

test("a NIM is live and ready", async () => {
  const url = await serve(boltzPersona);
  for (const word of ["live", "ready"]) {
    const { status, headers, text } = await ask(`${url}/v1/health/${word}`);
    expect(status).toBe(200);
    expect(headers).toEqual(jsonHeaders(boltzPersona, text));
    expect(JSON.parse(text)).toEqual({
      object: "health.response",
      message: word,
      status: word,
      polymath: identityOf(boltzPersona),
    });
  }
});

test("vLLM answers /health with nothing", async () => {
  const url = await serve(finPersona);
  expect(await ask(`${url}/health`)).toEqual({
    status: 200,
    headers: plainHeaders("text/plain; charset=utf-8", ""),
    text: "",
  });
});

describe("each has its own paths only", () => {
  test("a NIM", async () => {
    const { status, text } = await ask(`${await serve(boltzPersona)}/health`);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual(
      errorOf(
        boltzPersona,
        "There is no /health here; there is: POST /biology/mit/boltz2/predict, GET /v1/models, " +
          "GET /v1/health/live, GET /v1/health/ready, GET /v1/metadata.",
        "unknown_path",
      ),
    );
  });

  test("vLLM", async () => {
    const { status, text } = await ask(`${await serve(finPersona)}/v1/health/ready`);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual(
      errorOf(
        finPersona,
        "There is no /v1/health/ready here; there is: POST /v1/chat/completions, POST /v1/completions, " +
          "GET /v1/models, GET /health, GET /metrics.",
        "unknown_path",
      ),
    );
  });
});

test("vLLM counts what it answered, not what it refused", async () => {
  const url = await serve(finPersona);
  const chat = { model: "fin-r1", messages: [{ role: "user", content: "Hi" }] };
  await post(`${url}/v1/chat/completions`, chat);
  await post(`${url}/v1/chat/completions`, { ...chat, stream: true });
  await post(`${url}/v1/chat/completions`, { ...chat, max_tokens: 1 });
  await post(`${url}/v1/completions`, { model: "fin-r1", prompt: ["a", "b"], max_tokens: 1, stream: true });
  await post(`${url}/v1/completions`, { model: "unknown", prompt: "a" });
  const { status, headers, text } = await ask(`${url}/metrics`);
  expect(status).toBe(200);
  expect(headers).toEqual(plainHeaders("text/plain; version=0.0.4; charset=utf-8", text));
  expect(text).toBe(
    [
      "# HELP vllm:request_success_total Count of successfully processed requests.",
      "# TYPE vllm:request_success_total counter",
      'vllm:request_success_total{finished_reason="stop",model_name="fin-r1"} 2',
      'vllm:request_success_total{finished_reason="length",model_name="fin-r1"} 3',
      "# HELP polymath_simulated_info The simulated server that answers.",
      "# TYPE polymath_simulated_info gauge",
      'polymath_simulated_info{specialist="fin-r1",pod="fin-r1-7d9-x2x",namespace="polymath-finance",node="gpu-l4-0"} 1',
      "",
    ].join("\n"),
  );
});
