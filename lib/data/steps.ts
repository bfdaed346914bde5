/**
 * Philox steps of the stream "data", seed 0: one for each thing that is drawn.
 *
 * @module
 */

/** What a step belongs to. The numbers are part of what the data sets are: never renumber. */
export const DATA_STEP = {
  testRows: 0,
  validationRows: 1,
  glyphsTrain: 2,
  glyphsTest: 3,
  binarizedTrain: 4,
  binarizedTest: 5,
  heavyTail1dTrain: 6,
  heavyTail1dValidation: 7,
  heavyTail1dTest: 8,
  heavyTail2dTrain: 9,
  heavyTail2dValidation: 10,
  heavyTail2dTest: 11,
} as const;
