import { defineKeptOut } from "../define.ts";

export const keptOut = defineKeptOut([
  {
    id: "evo2-40b",
    family: "BioNeMo",
    title: "Evo 2 40B NIM",
    rule: "moving-tag",
    reason:
      "Documents and public code pull nvcr.io/nim/arc/evo2:2, which follows the newest 2.x; releases 2.1.0 and 2.2.0 are documented, but no pull line names either as a tag. One that does lets it in: 2x H100 or 1x H200, FP8 (compute capability 8.9), 110 GB of disk.",
    sources: [
      "https://docs.nvidia.com/nim/bionemo/evo2/latest/quickstart-guide.html",
      "https://docs.nvidia.com/nim/bionemo/evo2/release-notes.md",
      "https://docs.nvidia.com/nim/bionemo/evo2/prerequisites.md",
    ],
    read: "2026-11-23",
  },
  {
    id: "evo2-7b",
    family: "BioNeMo",
    title: "Evo 2 7B NIM",
    rule: "moving-tag",
    reason:
      "The image of evo2-40b with NIM_VARIANT=7b, so it waits for the same fixed tag. It then needs one H100, H200 or L40S (48 GB, FP8) and 50 GB of disk.",
    sources: [
      "https://docs.nvidia.com/nim/bionemo/evo2/latest/quickstart-guide.html",
      "https://docs.nvidia.com/nim/bionemo/evo2/prerequisites.md",
      "github.com/NVIDIA-BioNeMo/bionemo-agent-toolkit@f62542c nim-skills/evo2-nim/references/api.md",
    ],
    read: "2026-11-23",
  },
]);
