import { defineSpecialist } from "../define.ts";

/** Other weather, light and streets for recorded drives: the world model of robotics under a name and a governance of its own. */
export const specialist = defineSpecialist({
  name: "scenario-augmentation",
  model: "cosmos-transfer2-5-2b",
  context: null,
  concurrency: 1,
  replicas: 1,
  revision: "image",
  adapters: [],
  settings: null,
  slot: null,
});
