import { createSocket } from "node:dgram";
import { once } from "node:events";
import dnsPacket, { type Answer } from "dns-packet";
import { z } from "zod";
import type { KubeClient, KubeObject } from "./kube/client.ts";
import { field, textField } from "./kube/fields.ts";
import { follow } from "./kube/follow.ts";

const endpointsSchema = z.array(
  z.object({ addresses: z.array(z.string()), conditions: z.object({ ready: z.boolean().optional() }).optional() }),
);

/** Names of Services and the addresses they stand for: the pods of a headless one, else its own address. */
export class ServiceNames {
  readonly #services = new Map<string, KubeObject>();
  readonly #slices = new Map<string, KubeObject>();

  /** Addresses of `<service>.<namespace>.svc.cluster.local`; undefined when there is no such Service. */
  lookup(name: string): readonly string[] | undefined {
    const match = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(name.toLowerCase().replace(/\.$/, ""));
    const service = match && this.#services.get(`${match[2]}/${match[1]}`);
    if (!service) return undefined;
    const clusterIP = textField(service, "spec", "clusterIP");
    if (clusterIP !== undefined && clusterIP !== "None") return [clusterIP];
    return [...this.#slices.values()]
      .filter(
        ({ metadata }) =>
          metadata.namespace === service.metadata.namespace &&
          metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name,
      )
      .flatMap((slice) => field(endpointsSchema, slice, "endpoints") ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses)
      .sort();
  }

  /** Keeps the names current until the signal aborts. */
  async follow(client: KubeClient, signal: AbortSignal): Promise<void> {
    const keep = (map: Map<string, KubeObject>) => ({
      onChange: (object: KubeObject) => map.set(`${object.metadata.namespace}/${object.metadata.name}`, object),
      onGone: (object: KubeObject) => map.delete(`${object.metadata.namespace}/${object.metadata.name}`),
    });
    await Promise.all([
      follow(client, "/api/v1/services", keep(this.#services), signal),
      follow(client, "/apis/discovery.k8s.io/v1/endpointslices", keep(this.#slices), signal),
    ]);
  }
}

/** The answer to one DNS question: addresses of a Service, an empty answer for other record types, NXDOMAIN for anything else. */
export function answerTo(query: Buffer, names: Pick<ServiceNames, "lookup">): Buffer {
  const { id, questions = [] } = dnsPacket.decode(query);
  const question = questions[0];
  const addresses = question && names.lookup(question.name);
  const answers: Answer[] =
    question?.type === "A" ? (addresses ?? []).map((data) => ({ type: "A", name: question.name, ttl: 1, data })) : [];
  const nameError = 3;
  return dnsPacket.encode({
    type: "response",
    id: id ?? 0,
    flags: dnsPacket.AUTHORITATIVE_ANSWER | dnsPacket.RECURSION_DESIRED | (addresses ? 0 : nameError),
    questions,
    answers,
  });
}

/** Answers DNS on the addresses, port 53, until closed. What is no DNS message gets no answer. */
export async function startDns(addresses: readonly string[], names: Pick<ServiceNames, "lookup">): Promise<() => void> {
  const sockets = addresses.map((address) => ({ address, socket: createSocket("udp4") }));
  for (const { address, socket } of sockets) {
    socket.on("message", (query, { port, address: from }) => {
      try {
        socket.send(answerTo(query, names), port, from);
      } catch {
        // Not a DNS message.
      }
    });
    socket.bind(53, address);
    await once(socket, "listening");
  }
  return () => {
    for (const { socket } of sockets) socket.close();
  };
}
