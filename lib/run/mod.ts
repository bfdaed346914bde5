/**
 * Runs and sweeps: their configurations and their folders.
 *
 * @module
 */

export type * from "../engine/mod.ts";
export type { PresetName } from "../model/presets.ts";
export { writeAtomic } from "./atomic.ts";
export { type Checkpoint, type CheckpointName, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
export { type Config, parseConfig, type PresetModel, readConfigFile, type WholeModel } from "./config.ts";
export { createRun, type NewRun, openRun, type Run } from "./directory.ts";
export { assignKey, type Flag, FLAGS, parseAssignment } from "./flags.ts";
export { type JsonObject, type JsonValue, readJson, writeJson } from "./json.ts";
export { isLocked, lockRun, takeLock } from "./lock.ts";
export { type MetricsLine, type MetricsMeans, readMetrics, writeMetrics } from "./metrics.ts";
export {
  collectProvenance,
  gitRevision,
  type Provenance,
  readProvenance,
  writeProvenance,
} from "./provenance.ts";
export { checkResumable, configHash, modelOf, resolveConfig, type ResolvedConfig } from "./resolve.ts";
export {
  type LoadedRun,
  loadRun,
  type RestoredEngine,
  restoreEngine,
  type RestoreOptions,
  type SampleOptions,
} from "./restore.ts";
export {
  type AskedMeasures,
  type EvaluationRecord,
  readEvaluation,
  type StoredArrays,
  type StoredGeneration,
  type StoredMetric,
  writeEvaluation,
} from "./evaluation.ts";
export { decode as decodeSafetensors, encode as encodeSafetensors } from "./safetensors.ts";
export type { Safetensors, StoredTensor } from "./safetensors.ts";
export { type AboutStudy, collectResults, type StudyResults } from "./reproduction/results.ts";
export { readResultImage, readResults, writeResults } from "./reproduction/results_file.ts";
export { STUDIES, STUDY_NAMES, type StudyName } from "./reproduction/studies.ts";
export { type CellGroup, rankGroups } from "./sweep/ranking.ts";
export { readStatus, type RunFolder, type RunState, type Status, writeStatus } from "./status.ts";
export { readCurve, summarise, type SummaryRow } from "./sweep/summary.ts";
export { type Cell, expandSweep, readSweep, type Sweep } from "./sweep/sweep.ts";
export {
  type CellPaths,
  cellPaths,
  checkSame,
  createSweep,
  hasSweep,
  lockSweep,
  openSweep,
  type SweepEngine,
  type SweepFolder,
  trainArguments,
} from "./sweep/directory.ts";
export {
  type Grid,
  parseSweepFile,
  type RandomSearch,
  type Range,
  type SweepFile,
  type SweepMetric,
} from "./sweep/file.ts";
export type { Settings } from "./sweep/grid.ts";
export { bestLine, type CellReport, type CellState, metricOf, reportCell } from "./sweep/report.ts";
export { UsageError } from "./usage_error.ts";
