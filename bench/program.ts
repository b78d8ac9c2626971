import { isDeepStrictEqual } from "node:util";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { planOf } from "../cli/common.ts";
import { installDefinitions } from "../rehearsal/definitions.ts";
import { toolPath } from "../test/support/tools.ts";
import type { Bench } from "./bench.ts";
import { kit, measured, openLaboratory } from "./engine.ts";
import { must } from "../rehearsal/engine.ts";
import { handWritten, previewed, type Previewed } from "./hand-written.ts";

const names = { kit: "the kit's program", hand: "hand-written" } as const;
const stepOf = (who: string) => `preview of ${measured}, ${who}`;

/** Whether the Kubernetes SDK has a class: its modules lie at `core/v1/secret.js`. */
function hasClass(path: string): boolean {
  const [group = "", version = "", kind = ""] = path.split(".");
  const file = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}.js`;
  return existsSync(join(kit, "node_modules", "@pulumi", "kubernetes", group, version, file));
}

/** What decides that two programs declare the same. */
const essence = (all: readonly Previewed[]) =>
  all.toSorted((a, b) => (a.urn < b.urn ? -1 : 1)).map(({ provider: _provider, ...rest }) => rest);

/**
 * The first preview of the kit's own environment by the kit's program, which loads and plans, and by a program of literals.
 * @throws Error where the two do not declare the same, since their times would then say nothing.
 */
export const program: Bench = async () => {
  const laboratory = await openLaboratory();
  try {
    await installDefinitions(laboratory.cluster.client, await toolPath("gateway-crds"));
    const plan = planOf(measured);
    const secrets = plan.secrets.map(({ key }) => key);
    const own = await laboratory.engineForKit("kit", secrets);
    const declared = previewed((await must(own.pulumi, ["preview", "--json"])).stdout);
    const outputs = {
      host: plan.gateway.host,
      specialists: plan.specialists.map(({ name, namespace, pool }) => ({ name, namespace, pool })),
      usdPerHour: plan.cost.usdPerHour,
    };
    const hand = await laboratory.engineForKit("hand-written", secrets, handWritten(declared, outputs, hasClass));
    const again = previewed((await must(hand.pulumi, ["preview", "--json"])).stdout);
    if (!isDeepStrictEqual(essence(declared), essence(again)))
      throw new Error("The hand-written program does not declare what the kit's program declares.");
    const step = (who: string, engine: typeof own) => ({
      name: stepOf(who),
      run: async () => {
        await must(engine.pulumi, ["preview"]);
      },
    });
    return {
      steps: [step(names.hand, hand), step(names.kit, own)],
      comparisons: [
        {
          title: `pulumi preview of ${measured}, ${declared.length} resources`,
          rows: Object.values(names).map((who) => ({ label: who, step: stepOf(who) })),
          baselines: [names.hand],
          limits: [{ row: names.kit, metric: "ratio", to: names.hand, most: 1.1 }],
        },
      ],
      close: laboratory.close,
    };
  } catch (error) {
    await laboratory.close();
    throw error;
  }
};
