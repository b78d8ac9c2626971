import { defineKeptOut } from "../define.ts";

export const keptOut = defineKeptOut([
  {
    id: "gr00t-n1.7-3b",
    family: "RoboticNeMo",
    title: "Isaac GR00T N1.7 3B",
    rule: "no-image",
    reason:
      "Published are weights and a policy server over ZMQ, made for the robot's side; neither an image nor an HTTP API. A container with an HTTP API would let it in. A stack can bring such a container as a model of its own.",
    sources: [
      "github.com/NVIDIA/Isaac-GR00T@ea93829 getting_started/hardware_recommendation.md",
      "https://huggingface.co/nvidia/GR00T-N1.7-3B",
    ],
    read: "2026-11-23",
  },
  {
    id: "alpamayo2-super",
    family: "DriveNeMo",
    title: "Alpamayo 2 Super 34B",
    rule: "no-image",
    reason:
      "Its NIM came out on 2026-10-20 with the tag 1.0.0 for H100 and H200, under OpenMDW 1.1; the path of the image and its memory were read nowhere. A page that names them would let it in.",
    sources: [
      "https://docs.nvidia.com/nim/alpamayo/release-notes/2026/10/20.md",
      "https://huggingface.co/nvidia/Alpamayo2-Super",
    ],
    read: "2026-11-23",
  },
  {
    id: "alpamayo-r1-10b",
    family: "DriveNeMo",
    title: "Alpamayo-R1 10B",
    rule: "no-image",
    reason: "A script for transformers, no server and no image; alpamayo-1-5-10b takes its place.",
    sources: ["github.com/NVlabs/alpamayo@1cba38c README", "https://huggingface.co/nvidia/Alpamayo-R1-10B"],
    read: "2026-11-23",
  },
  {
    id: "chronos-2",
    family: "ManufacturingNeMo",
    title: "Chronos-2",
    rule: "no-image",
    reason:
      "A library with weights under Apache 2.0 and no server image. A published container with an HTTP API would let it in. A stack can bring such a container as a model of its own.",
    sources: [
      "github.com/amazon-science/chronos-forecasting@95185d1 README",
      "https://huggingface.co/amazon/chronos-2",
    ],
    read: "2026-11-23",
  },
  {
    id: "timesfm-2.5-200m",
    family: "ManufacturingNeMo",
    title: "TimesFM 2.5 200M",
    rule: "no-image",
    reason:
      "A library with weights and no server image; its licence was not read either. A published container with an HTTP API would let it in. A stack can bring such a container as a model of its own.",
    sources: ["https://github.com/google-research/timesfm", "https://huggingface.co/google/timesfm-2.5-200m-pytorch"],
    read: "2026-11-23",
  },
]);
