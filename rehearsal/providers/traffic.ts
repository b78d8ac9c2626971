import type { ExternalRoutePlan, Plan } from "../../plan/types.ts";
import { ask, exchange, shorten, type Answer, type Ask, type Entry, type Exchange } from "../traffic.ts";
import { requestIn } from "./dialects.ts";
import { modelHeader } from "./server.ts";

/** What a client may send along, and what no provider may see. */
const baggage = {
  "x-api-key": "a-key-of-something-else",
  "api-key": "a-key-of-something-else",
  cookie: "session=of-the-client",
  forwarded: "for=192.0.2.1",
  "x-forwarded-for": "192.0.2.1",
  "x-forwarded-host": "of-the-client.example",
  "x-forwarded-port": "8443",
  "x-real-ip": "192.0.2.1",
} as const;

interface Target {
  readonly external: ExternalRoutePlan;
  readonly route: string;
  readonly ask: Ask;
}

const targetsOf = (plan: Plan): readonly Target[] =>
  plan.gateway.external.flatMap((external) =>
    external.paths.map(({ path, dialect }) => ({
      external,
      route: external.api === "chat" ? `model ${external.model} on ${path}` : path,
      ask: requestIn(dialect, path, external.model),
    })),
  );

const faultOf = ({ status, body }: Answer, expected: number): string | undefined =>
  status === expected ? undefined : `HTTP ${status}: ${shorten(body.trim())}`;

/** One request through Envoy for each path of each external provider: answered by the right host, for the right model. */
export async function askExternal(plan: Plan, entry: Entry): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const { external, route, ask: one } of targetsOf(plan)) {
    exchanges.push(
      await exchange(
        external.provider,
        route,
        () => ask(entry, { ...one, headers: baggage }),
        (answer) => {
          const fault = faultOf(answer, 200);
          if (fault !== undefined) return fault;
          const by = String(answer.headers["x-polymath-specialist"] ?? "nobody that says its name");
          const model = String(answer.headers[modelHeader] ?? "none");
          return by === external.host && model === external.model ? undefined : `answered by ${by} for ${model}`;
        },
        ({ status }) => `${status} from ${external.host}`,
      ),
    );
  }
  return exchanges;
}

/** That nobody reaches a provider without a key of the gateway's, neither by model nor by path. */
export async function guardExternal(plan: Plan, entry: Entry): Promise<readonly Exchange[]> {
  if (entry.key === undefined) return [];
  const results: Exchange[] = [];
  for (const [api, how] of [
    ["chat", "by model"],
    ["rest", "by path"],
  ] as const) {
    const target = targetsOf(plan).find(({ external }) => external.api === api);
    if (!target) continue;
    results.push(
      await exchange(
        `an external provider ${how} without a key is refused`,
        target.ask.path,
        () => ask(entry, { ...target.ask, anonymous: true }),
        (answer) => faultOf(answer, 401),
        ({ status }) => String(status),
      ),
    );
  }
  return results;
}
