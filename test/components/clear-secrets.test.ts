import { expect, test } from "vitest";
import { withClearSecrets } from "../../components/engine-config.ts";

test("a secret in clear beside an encrypted one is shown as what it is", () => {
  const engine = {
    "polymath:bundles": ["law"],
    "polymath:secrets": { ngc: { secure: "" }, "client-web": { secure: "" } },
  };
  const file = { "polymath:secrets": { ngc: { secure: "v1:abc" }, "client-web": "in clear" } };
  expect(withClearSecrets(engine, file)).toEqual({
    "polymath:bundles": ["law"],
    "polymath:secrets": { ngc: { secure: "" }, "client-web": "in clear" },
  });
});

test("without one, and without a stack file, the engine's word counts", () => {
  const engine = { "polymath:secrets": { ngc: { secure: "" } } };
  expect(withClearSecrets(engine, { "polymath:secrets": { ngc: { secure: "v1:abc" } } })).toBe(engine);
  expect(withClearSecrets(engine, {})).toBe(engine);
});
