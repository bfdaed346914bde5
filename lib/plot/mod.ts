/**
 * Pictures of a run: records in, Plotly figures, PNG mosaics and one self-contained page out. All pure.
 *
 * `static/mod.ts` draws figures as SVG and PNG; it reads fonts and loads what stands in for a browser, so it is apart.
 *
 * @module
 */

export { architecture } from "./architecture.ts";
export { type Comparison, comparison } from "./compare/report.ts";
export { type ComparedRun } from "./compare/records.ts";
export { lossComparison } from "./compare/loss_comparison.ts";
export { survivalComparison } from "./compare/survival_comparison.ts";
export { densities } from "./densities.ts";
export { dfCurves } from "./df_curves.ts";
export { divergence } from "./divergence.ts";
export { type Figure, type Json, type JsonObject, type Layout, type Title, type Trace } from "./figure.ts";
export { klPerDimension } from "./kl_per_dimension.ts";
export { latentSpace } from "./latent_space.ts";
export { lossCurves } from "./loss_curves.ts";
export { lossDecomposition } from "./loss_decomposition.ts";
export { mosaic, type MosaicOptions } from "./mosaic.ts";
export { encodePng } from "./png.ts";
export {
  type ArrayRecords,
  type Entry,
  type EpochRecord,
  type EvaluationRecord,
  type ImageGrid,
  type Means,
  type MetricRecord,
  type ObjectiveKind,
  type RunRecords,
  type SurvivalCurve,
  type SurvivalRecords,
  type TailRecords,
  type TraversalRecords,
} from "./records.ts";
export { type Report, report } from "./report.ts";
export {
  STUDIES,
  type StudyCell,
  type StudyCurve,
  type StudyImage,
  type StudyName,
  type StudyRecords,
} from "./reproduction/records.ts";
export { type ReproductionReport, reproductionReport } from "./reproduction/report.ts";
export { survival } from "./survival.ts";
export { meanSurvival } from "./sweep/mean_survival.ts";
export {
  type CellCurve,
  type FinishedCell,
  type Metric,
  type RankedGroup,
  type Settings,
  type SurvivalGroup,
  type SweepRecords,
} from "./sweep/records.ts";
export { type SweepReport, sweepReport } from "./sweep/report.ts";
export { survivalPanels } from "./sweep/survival_panels.ts";
export { themed, type ThemeName } from "./theme.ts";
export { vectorReconstructions, vectorSamples } from "./vectors.ts";
