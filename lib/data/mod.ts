/**
 * Data sets: the embedded one, published ones, and the user's own files.
 *
 * @module
 */

export { epochOrder } from "./batches.ts";
export type { Dataset, Scaling, Split } from "./dataset.ts";
export { fetchDataset, type FetchedFile, type FetchEvent, type FetchOptions } from "./fetch.ts";
export { loadDataset, type LoadOptions } from "./load.ts";
export {
  addOutliers,
  OUTLIER_KINDS,
  type OutlierKind,
  type OutlierOptions,
  type Outliers,
} from "./outliers.ts";
export {
  type DatasetEntry,
  type DatasetFile,
  type DatasetName,
  datasetNames,
  DATASETS,
  type FileRole,
  isDatasetName,
  type Registry,
} from "./registry.ts";
export { isUserDataPath, USER_DATA_ENDINGS, type UserDataOptions } from "./user_data.ts";
