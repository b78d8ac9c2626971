import { expect, test } from "vitest";
import { parseDrill } from "../../../../rehearsal/drills/drill.ts";

test.each([
  ["node", { kind: "node" }],
  ["node=g6-xlarge-1gpu-0", { kind: "node", target: "g6-xlarge-1gpu-0" }],
  ["zone=eu-central-1a", { kind: "zone", target: "eu-central-1a" }],
  ["gateway", { kind: "gateway", target: "envoy" }],
  ["gateway=router", { kind: "gateway", target: "router" }],
  ["plugin", { kind: "plugin" }],
  ["api-server", { kind: "api-server" }],
])("%s is a drill", (text, drill) => {
  expect(parseDrill(text)).toEqual(drill);
});

test.each(["", "nodes", "node=", "gateway=nginx", "plugin=all", "api-server=1"])('"%s" is none', (text) => {
  expect(parseDrill(text)).toBeUndefined();
});
