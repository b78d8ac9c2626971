import { describe, expect, test } from "vitest";
import type { Plan } from "../../../plan/types.ts";
import { curlLine, notRehearsed, reportOf, reportText } from "../../../rehearsal/report.ts";
import type { Exchange } from "../../../rehearsal/traffic.ts";
import { planOf } from "../plan/support.ts";

const plan = planOf({ bundles: ["law"] }, "local");
/** The same, with nothing but an external provider. */
const outward: Plan = {
  ...plan,
  specialists: [],
  gateway: {
    ...plan.gateway,
    external: [
      {
        provider: "openai-gpt",
        objectName: "external-openai-gpt",
        domain: "proprietary",
        host: "api.openai.com",
        port: 443,
        api: "chat",
        model: "gpt-9",
        names: ["gpt-9"],
        paths: [{ path: "/v1/responses", target: "/v1/responses", dialect: "responses" }],
        credential: "openai",
        timeoutSeconds: 600,
      },
    ],
  },
};
const answered: Exchange = {
  name: "saul-7b-instruct",
  route: "model saul-7b-instruct",
  ok: true,
  answer: "200 from saul-7b-instruct-1",
  node: "g6-xlarge-0",
  milliseconds: 12,
};

describe("the report", () => {
  test("has what answered beside what the plan says of it, the costs, and what was not rehearsed", () => {
    const refused = { ...answered, name: "unknown model is refused", route: "/v1", answer: "404", node: "" };
    expect(reportOf(plan, [answered], [refused])).toEqual({
      specialists: [{ ...answered, domain: "law", runtime: "vllm", pool: "g6-xlarge-1gpu", gpusPerReplica: 1 }],
      gateway: [refused],
      cost: {
        gpus: 1,
        usdPerHour: 0.8048,
        region: "us-east-1",
        priceDate: "2026-07-20",
        leftOut: [
          "control plane and nodes without GPUs",
          "volumes and snapshots",
          "load balancer and network traffic",
          "licences and support (NVIDIA AI Enterprise among them)",
          "taxes and discounts",
        ],
      },
      notRehearsed: [...notRehearsed],
    });
  });

  test("shows external providers as what they are", () => {
    const asked = { ...answered, name: "openai-gpt", route: "model gpt-9", node: "outside" };
    expect(reportOf(outward, [asked], []).specialists).toEqual([
      { ...asked, domain: "proprietary", runtime: "external", pool: "", gpusPerReplica: 0 },
    ]);
  });

  test("shows who answered where, the gateway's promises, the totals and what was not rehearsed", () => {
    const refused = { ...answered, name: "unknown model is refused", route: "/v1", answer: "404", node: "" };
    expect(reportText(reportOf(plan, [answered], [refused])))
      .toBe(`specialist        domain  runtime  pool            node         GPUs  route                   answer                           time
saul-7b-instruct  law     vllm     g6-xlarge-1gpu  g6-xlarge-0  1     model saul-7b-instruct  ok: 200 from saul-7b-instruct-1  12 ms

the gateway               path  answer   time
unknown model is refused  /v1   ok: 404  12 ms

Total: 1 GPUs, 0.80 USD per hour (On-Demand, us-east-1, prices of 2026-07-20). The sum leaves out: control plane and nodes without GPUs; volumes and snapshots; load balancer and network traffic; licences and support (NVIDIA AI Enterprise among them); taxes and discounts.

Not rehearsed: ${notRehearsed.join("; ")}.`);
  });

  test("marks what failed", () => {
    const failed = { ...answered, ok: false, answer: "HTTP 503: no healthy upstream", node: "" };
    expect(
      reportText(reportOf(plan, [failed], [answered]))
        .split("\n\n")
        .slice(0, 2),
    ).toEqual([
      `specialist        domain  runtime  pool            node  GPUs  route                   answer                                 time
saul-7b-instruct  law     vllm     g6-xlarge-1gpu        1     model saul-7b-instruct  FAILED: HTTP 503: no healthy upstream  12 ms`,
      `the gateway       path                    answer                           time
saul-7b-instruct  model saul-7b-instruct  ok: 200 from saul-7b-instruct-1  12 ms`,
    ]);
  });
});
describe("the curl line", () => {
  const entry = { address: "127.0.0.1", port: 80, host: "models.example.eu", key: "k-1" };

  test("asks the first specialist through the socket, with the client's key", () => {
    expect(curlLine(plan, entry, "/run/gateway.sock")).toBe(
      `curl --unix-socket '/run/gateway.sock' -H 'Authorization: Bearer k-1' -H 'Content-Type: application/json' -d '{"model":"saul-7b-instruct","messages":[{"role":"user","content":"Who answers?"}]}' http://models.example.eu/v1/chat/completions`,
    );
  });

  test("knows APIs of their own, and gateways without a key", () => {
    expect(curlLine(planOf({ bundles: ["biology"] }), { ...entry, key: undefined }, "/s")).toBe(
      `curl --unix-socket '/s' -H 'Content-Type: application/json' -d '{"question":"Who answers?"}' http://models.example.eu/molecular-docking/diffdock/generate`,
    );
  });

  test("asks the first external provider where there is no specialist", () => {
    expect(curlLine(outward, { ...entry, key: undefined }, "/s")).toBe(
      `curl --unix-socket '/s' -H 'Content-Type: application/json' -d '{"model":"gpt-9","input":"Who answers?"}' http://models.example.eu/v1/responses`,
    );
    expect(curlLine({ ...outward, gateway: { ...outward.gateway, external: [] } }, entry, "/s")).toBe("");
  });
});
