import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import dnsPacket, { type DecodedPacket, type RecordType } from "dns-packet";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { answerTo, ServiceNames } from "../../../rehearsal/dns.ts";
import { KubeClient } from "../../../rehearsal/kube/client.ts";

const names = {
  lookup: (name: string) =>
    ({ "web.shop.svc.cluster.local": ["10.0.0.7", "10.0.0.8"], "empty.shop.svc.cluster.local": [] })[name],
};

const ask = (name: string, type: RecordType = "A"): DecodedPacket =>
  dnsPacket.decode(
    answerTo(
      dnsPacket.encode({ type: "query", id: 4_711, flags: dnsPacket.RECURSION_DESIRED, questions: [{ type, name }] }),
      names,
    ),
  );

const shortOf = ({ rcode, answers }: DecodedPacket & { rcode?: string }) => [rcode, answers];

describe("an answer", () => {
  test("repeats id and question, and says that it has authority", () => {
    const { id, type, flag_aa, questions } = ask("web.shop.svc.cluster.local");
    expect({ id, type, flag_aa, questions }).toEqual({
      id: 4_711,
      type: "response",
      flag_aa: true,
      questions: [{ name: "web.shop.svc.cluster.local", type: "A", class: "IN" }],
    });
  });

  test("names every address", () => {
    const name = "web.shop.svc.cluster.local";
    const record = { name, type: "A", ttl: 1, class: "IN", flush: false };
    expect(shortOf(ask(name))).toEqual([
      "NOERROR",
      [
        { ...record, data: "10.0.0.7" },
        { ...record, data: "10.0.0.8" },
      ],
    ]);
  });

  test.each([
    ["a Service without ready pods", "empty.shop.svc.cluster.local", "A", "NOERROR"],
    ["another record type of a Service", "web.shop.svc.cluster.local", "AAAA", "NOERROR"],
    ["a name that is no Service's", "db.shop.svc.cluster.local", "A", "NXDOMAIN"],
    ["a name of the internet", "example.com", "A", "NXDOMAIN"],
  ] as const)("to %s is empty", (_what, name, type, rcode) => {
    expect(shortOf(ask(name, type))).toEqual([rcode, []]);
  });

  test("to what is no DNS message is none", () => {
    expect(() => answerTo(Buffer.from("hello"), names)).toThrow("Header must be 12 bytes");
  });
});

const service = (name: string, clusterIP: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "shop" },
  spec: { clusterIP },
});
const slice = (name: string, of: string, endpoints: unknown, namespace = "shop") => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name, namespace, labels: { "kubernetes.io/service-name": of } },
  endpoints,
});

/** An API server with these Services and slices, and the watches that clients hold open. */
async function apiServer(services: readonly unknown[], slices: readonly unknown[]) {
  const watches = new Map<string, ServerResponse>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (searchParams.has("watch")) {
      watches.set(pathname, response);
      response.flushHeaders();
      return;
    }
    const items = pathname === "/api/v1/services" ? services : slices;
    response.end(JSON.stringify({ apiVersion: "v1", kind: "List", metadata: { resourceVersion: "1" }, items }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server without a port.");
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "a", cluster: { server: `http://127.0.0.1:${address.port}`, "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: "a", user: {} }],
    contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    "current-context": "a",
  });
  return {
    client: new KubeClient(kubeconfig),
    watches,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("names of Services", () => {
  async function following(services: readonly unknown[], slices: readonly unknown[]) {
    const { client, watches, stop } = await apiServer(services, slices);
    const ending = new AbortController();
    const known = new ServiceNames();
    const followed = known.follow(client, ending.signal);
    onTestFinished(async () => {
      ending.abort();
      stop();
      await followed;
    });
    await vi.waitUntil(() => watches.size === 2);
    const tell = (path: string, type: string, object: unknown) =>
      watches.get(path)?.write(`${JSON.stringify({ type, object })}\n`);
    return { lookup: (name: string) => known.lookup(`${name}.svc.cluster.local`), known, tell };
  }

  test("stand for their own address, a headless one for its ready pods", async () => {
    const { lookup, known } = await following(
      [service("web", "10.0.0.7"), service("pods", "None"), service("idle", "None")],
      [
        slice("pods-1", "pods", [
          { addresses: ["10.1.0.9"], conditions: { ready: true } },
          { addresses: ["10.1.0.5"] },
          { addresses: ["10.1.0.6"], conditions: { ready: false } },
        ]),
        slice("pods-2", "pods", [{ addresses: ["10.1.0.1"], conditions: {} }]),
        slice("pods-3", "pods", [{ addresses: ["10.9.9.9"] }], "elsewhere"),
        slice("idle-1", "idle", null),
      ],
    );
    expect([lookup("web.shop"), lookup("pods.shop"), lookup("idle.shop")]).toEqual([
      ["10.0.0.7"],
      ["10.1.0.1", "10.1.0.5", "10.1.0.9"],
      [],
    ]);
    expect(known.lookup("WEB.shop.svc.cluster.local.")).toEqual(["10.0.0.7"]);
    expect([
      lookup("web.other"),
      lookup("web"),
      known.lookup("web.shop"),
      known.lookup("a.web.shop.svc.cluster.local"),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("follow what changes and goes", async () => {
    const { lookup, tell } = await following([service("web", "10.0.0.7")], []);
    tell("/api/v1/services", "MODIFIED", service("web", "10.0.0.8"));
    await vi.waitUntil(() => lookup("web.shop")?.[0] === "10.0.0.8");
    tell("/api/v1/services", "ADDED", service("pods", "None"));
    tell("/apis/discovery.k8s.io/v1/endpointslices", "ADDED", slice("pods-1", "pods", [{ addresses: ["10.1.0.1"] }]));
    await vi.waitUntil(() => lookup("pods.shop")?.[0] === "10.1.0.1");
    tell("/api/v1/services", "DELETED", service("web", "10.0.0.8"));
    await vi.waitUntil(() => lookup("web.shop") === undefined);
    expect(lookup("pods.shop")).toEqual(["10.1.0.1"]);
  });
});
