import { expect, test } from "vitest";
import { explain } from "../../../plan/explain.ts";
import type { Plan } from "../../../plan/types.ts";
import { catalogue, planOf } from "./support.ts";

const leftOut =
  "control plane and nodes without GPUs; volumes and snapshots; load balancer and network traffic; licences and support (NVIDIA AI Enterprise among them); taxes and discounts";

test("a plan reads as pools, specialists, routes, host, egress, cost and what is open", () => {
  const plan = planOf({
    bundles: ["law", { name: "biology" }],
    pools: { allow: ["L4", "L40S"] },
    routing: { host: "a.b", auth: { apiKey: { clients: ["demo", "batch"] } }, aliases: { review: "saul-7b-instruct" } },
  });
  // Their wording is of the rows; how they are told has a test of its own below.
  const regulations = explain(plan)
    .split("\n\n")
    .find((section) => section.startsWith("Regulations that usually apply"));
  expect(explain(plan)).toBe(`Environment test (cluster: rehearsal)

pool              instance type  GPU   nodes  GPUs per node  GPUs per replica  USD/h
g6-2xlarge-1gpu   g6.2xlarge     L4    1      1              1                 0.98
g6-xlarge-1gpu    g6.xlarge      L4    1      1              1                 0.80
g6e-4xlarge-1gpu  g6e.4xlarge    L40S  1      1              1                 3.00
g6e-xlarge-1gpu   g6e.xlarge     L40S  1      1              1                 1.86

specialist        domain   runtime  pool              replicas  GPUs  weights GiB  KV GiB  needs  has   basis   evidence   ready within
saul-7b-instruct  law      vllm     g6-xlarge-1gpu    1         1     13.5         1.0     20.1   20.6  parts   estimated  31 min
diffdock          biology  nim-1    g6e-xlarge-1gpu   1         1     -            -       24.0   48.0  vendor  vendor     31 min
boltz2            biology  nim-1    g6e-4xlarge-1gpu  1         1     -            -       48.0   48.0  vendor  vendor     41 min
proteinmpnn       biology  nim-1    g6-2xlarge-1gpu   1         1     -            -       3.0    24.0  vendor  vendor     31 min

domain   data classes                    regulations                external providers  human review
law      public, internal, confidential  gdpr, eu-ai-act-high-risk  none                required
biology  public, internal, confidential  itar-ear, gdpr             none                required

${regulations}

route                                          specialist        namespace              port
model = saul-7b-instruct | review              saul-7b-instruct  polymath-test-law      8000
/molecular-docking/diffdock/generate           diffdock          polymath-test-biology  8000
/diffdock/molecular-docking/diffdock/generate  diffdock          polymath-test-biology  8000
/biology/mit/boltz2/predict                    boltz2            polymath-test-biology  8000
/boltz2/biology/mit/boltz2/predict             boltz2            polymath-test-biology  8000
/biology/ipd/proteinmpnn/predict               proteinmpnn       polymath-test-biology  8000
/proteinmpnn/biology/ipd/proteinmpnn/predict   proteinmpnn       polymath-test-biology  8000

Host a.b; clients with an API key: demo, batch.

Egress: 0.0.0.0/0 port 443 (private networks and instance metadata excepted).

Cost: 4 GPUs, 6.65 USD per hour, 4852.78 USD per month of 730 hours (On-Demand, us-east-1, prices of 2026-07-20).

The sum leaves out: ${leftOut}.

Not resolved in the lock: boltz2: image digest; diffdock: image digest; proteinmpnn: image digest; saul-7b-instruct: image digest; saul-7b-instruct: weights revision.
`);
});

test("an open gateway, waivers and warnings are said", () => {
  const waivers = [
    { rule: "budget-exceeded", target: "*", reason: "launch", expires: "2026-12-31", approvedBy: "cfo" },
    { rule: "no-authentication", target: "*", reason: "trial", expires: "2026-12-31", approvedBy: "ciso" },
  ];
  const plan = planOf({
    bundles: ["law"],
    routing: { host: "a.b" },
    budget: { usdPerMonth: { ceiling: 1 } },
    waivers,
  });
  const sections = explain(plan).split("\n\n");
  expect(sections).toContain("Host a.b; clients with an API key: none, the gateway asks for no authentication.");
  expect(sections.slice(-3)).toEqual([
    "Waiver: budget-exceeded at * is waived until 2026-12-31 by cfo: launch",
    "Waiver: no-authentication at * is waived until 2026-12-31 by ciso: trial",
    `Environment "test": 2 warnings.
  warning  no-authentication  at polymath:routing.auth
    found:   nothing: anybody who reaches the gateway could use every specialist
    allowed: auth.apiKey with at least one client
    fix:     write polymath:routing: { auth: { apiKey: { clients: [NAME] } } } and set the client's key as a secret
  warning  budget-exceeded  at polymath:budget.usdPerMonth.ceiling
    found:   GPU nodes cost 587.50 US dollars per month
    allowed: at most 1.00
    fix:     select fewer specialists or replicas, or raise the ceiling
`,
  ]);
});

test("domains are told with what counts in them, and each regulation once", () => {
  const plan: Plan = {
    ...planOf({ bundles: ["law"] }),
    namespaces: [
      {
        name: "test-clinic",
        domain: "clinic",
        governance: {
          dataClasses: ["public", "health"],
          regulations: ["iso-10218", "gdpr"],
          externalProviders: false,
          humanReview: true,
        },
      },
      {
        name: "test-shop",
        domain: "shop",
        governance: { dataClasses: ["public"], regulations: ["gdpr"], externalProviders: true, humanReview: false },
      },
    ],
  };
  const sections = explain(plan).split("\n\n");
  const domains = sections.findIndex((section) => section.startsWith("domain "));
  const { gdpr, "iso-10218": robots } = catalogue.regulations;
  expect(sections.slice(domains, domains + 2)).toEqual([
    `domain  data classes    regulations      external providers  human review
clinic  public, health  iso-10218, gdpr  none                required
shop    public          gdpr             allowed             none`,
    `Regulations that usually apply, no legal advice:
  iso-10218: ${robots.title}. ${robots.asks} https://www.iso.org/standard/73933.html https://www.iso.org/standard/73934.html
  gdpr: ${gdpr.title}. ${gdpr.asks} https://eur-lex.europa.eu/eli/reg/2016/679/oj`,
  ]);
});

test("where no regulation applies, none is told", () => {
  const plan = planOf({ bundles: ["law"] });
  const namespaces = plan.namespaces.map((one) => ({ ...one, governance: { ...one.governance, regulations: [] } }));
  const text = explain({ ...plan, namespaces });
  expect(text).toContain("domain  data classes");
  expect(text).not.toContain("Regulations");
});
