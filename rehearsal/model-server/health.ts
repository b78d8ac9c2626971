import type { Route } from "./answer.ts";
import type { Persona } from "./persona.ts";

/** Most servers answer health with an empty body; only the status counts. */
const plainHealth = (path: string): Route => ({
  method: "GET",
  path,
  purpose: "health",
  answer: () => ({ status: 200, text: "", contentType: "text/plain; charset=utf-8" }),
});

const nimHealth = (path: string, word: string): Route => ({
  method: "GET",
  path,
  purpose: "health",
  answer: () => ({ status: 200, json: { object: "health.response", message: word, status: word } }),
});

const nimRoutes = ({ healthPaths }: Persona): readonly Route[] => [
  nimHealth(healthPaths.live, "live"),
  nimHealth(healthPaths.ready, "ready"),
];

/** Many servers answer both on one path. */
const plainRoutes = ({ healthPaths }: Persona): readonly Route[] =>
  [...new Set([healthPaths.live, healthPaths.ready])].map(plainHealth);

const routesOf: Readonly<Record<Persona["runtime"], (persona: Persona) => readonly Route[]>> = {
  "nim-1": nimRoutes,
  "nim-2": nimRoutes,
  vllm: plainRoutes,
  sglang: plainRoutes,
  triton: plainRoutes,
  custom: plainRoutes,
};

/** The server's liveness and readiness. */
export const healthRoutes = (persona: Persona): readonly Route[] => routesOf[persona.runtime](persona);

/** vLLM's count of answered requests in the Prometheus text format, and who counts. */
export const metricsRoute: Route = {
  method: "GET",
  path: "/metrics",
  purpose: "information",
  answer: ({ persona, finished }) => {
    const { specialist, pod, namespace, node, models } = persona;
    const lines = [
      "# HELP vllm:request_success_total Count of successfully processed requests.",
      "# TYPE vllm:request_success_total counter",
      ...Object.entries(finished).map(
        ([reason, count]) =>
          `vllm:request_success_total${labels({ finished_reason: reason, model_name: models[0] ?? "" })} ${count}`,
      ),
      "# HELP polymath_simulated_info The simulated server that answers.",
      "# TYPE polymath_simulated_info gauge",
      `polymath_simulated_info${labels({ specialist, pod, namespace, node })} 1`,
    ];
    return { status: 200, text: `${lines.join("\n")}\n`, contentType: "text/plain; version=0.0.4; charset=utf-8" };
  },
};

/** JSON's escapes of quotes, backslashes and line ends are those of the Prometheus format. */
const labels = (values: Readonly<Record<string, string>>): string =>
  `{${Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}}`;
