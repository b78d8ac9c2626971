import { defineSpecialist } from "../define.ts";

/** Fin-R1's card names insurance among its uses. No model for insurance alone has a published evaluation. */
export const specialist = defineSpecialist({
  name: "insurance-analyst",
  model: "fin-r1",
  context: 8_192,
  concurrency: 4,
  replicas: 1,
  revision: "unresolved",
  adapters: [],
  settings: {
    systemPrompt:
      "You help the staff of an insurer with policy wordings, claims files and actuarial figures. Work only from the text and the numbers in the conversation: quote the clause or figure that each statement rests on, show every calculation, and say what is missing. Never decide whether a claim is paid or what somebody pays: set out what speaks for and against it, and leave the decision to the person who asks.",
    generation: {},
  },
  slot: null,
});
