import type { Bundle, Controller, KeptOut, Model, Provider, Runtime, SpecialistRow } from "./types/index.ts";

/** Types a row without widening it: a row that misses a field, or has one too many, does not compile. */
export const defineModel = (row: Model): Model => row;
export const defineSpecialist = (row: SpecialistRow): SpecialistRow => row;
export const defineRuntime = (row: Runtime): Runtime => row;
/** Keeps what the row says beyond a controller's fields: components read that. */
export const defineController = <const Row extends Controller>(row: Row): Row => row;
export const defineProvider = (row: Provider): Provider => row;
export const defineBundle = (row: Bundle): Bundle => row;
export const defineKeptOut = (rows: readonly KeptOut[]): readonly KeptOut[] => rows;
