/**
 * The training loop.
 *
 * @module
 */

import { epochOrder } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Engine, EngineState, Examples, ObjectiveSums } from "../engine/engine.ts";
import { checks, COUNT, POSITIVE_INTEGER } from "../model/rules.ts";

/** Means over examples, in nats but for the loss of the objective `t3`. */
export interface Means {
  /** What training minimises: of an ELBO reconstruction + beta · kl, each dimension's kl at least its free bits. */
  readonly loss: number;
  /** −log p(x|z), one z ~ q(z|x) for each example, and the mean over all draws of `iwae`. */
  readonly reconstruction: number;
  /** KL(q(z|x) ‖ p(z)), not weighted by beta. */
  readonly kl: number;
}

/** Where a run stands: with an engine's state, all that continuing it needs. Plain JSON. */
export interface Progress {
  /** Epochs finished. */
  readonly epoch: number;
  /** Examples of the next epoch already trained on; 0 between epochs. */
  readonly position: number;
  /** Over those examples. */
  readonly sums: ObjectiveSums;
  /** The epoch of least validation loss so far, if there is a validation set. */
  readonly best?: { readonly epoch: number; readonly loss: number };
}

/** How to train. */
export interface FitOptions {
  /** Passes over the training set, those before `resume` included, at least 1. */
  readonly epochs: number;
  /** Decides the order of examples; the engine has its own for noise. */
  readonly seed: number;
  /** Stop after this many epochs without a lower validation loss; 0, the default, never does. */
  readonly patience?: number;
  /** Epochs from one checkpoint to the next, at least 1, the default. The best epochs and the last one always make one. */
  readonly checkpointEvery?: number;
  /**
   * Measure the test set a second time, on batch norm's batch statistics: running ones of a high momentum lag, and what
   * is measured with them, for the first epochs. False by default.
   */
  readonly testOnBatchStatistics?: boolean;
  /** Where to go on from, after `engine.importState()`. */
  readonly resume?: Progress;
  /** Aborting it ends training after the step under way, with a checkpoint. */
  readonly signal?: AbortSignal;
}

/** What happens while training, in order. */
export type FitEvent =
  | {
    readonly kind: "batch";
    /** The epoch under way, from 1. */
    readonly epoch: number;
    readonly step: number;
    /** Examples of this epoch trained on so far, and means over them. */
    readonly examples: number;
    readonly train: Means;
  }
  | {
    readonly kind: "epoch";
    readonly epoch: number;
    readonly step: number;
    /** Means over the epoch's training batches, while the parameters moved. */
    readonly train: Means;
    readonly validation?: Means;
    readonly test?: Means;
    /** As `test`, batch norm taking each batch's own statistics. */
    readonly testOnBatchStatistics?: Means;
    /** Learned degrees of freedom after the epoch: one, or one for each latent dimension; absent where none are. */
    readonly df?: readonly number[];
  }
  | {
    /** A state to store before the next event is asked for. */
    readonly kind: "checkpoint";
    readonly state: EngineState;
    readonly progress: Progress;
    /** Whether this is the best epoch so far. */
    readonly best: boolean;
  }
  | { readonly kind: "end"; readonly reason: "finished" | "interrupted" | "patience" };

/** What to train on; the test set is measured after every epoch and decides nothing. */
export type FitData = Pick<Dataset, "train"> & Partial<Pick<Dataset, "validation" | "test">>;

const NOTHING: ObjectiveSums = { examples: 0, loss: 0, reconstruction: 0, kl: 0 };

/**
 * Trains a model epoch by epoch, yielding what happens; whoever iterates stores and shows it.
 *
 * Every draw follows from the seeds and the step number, so training on from a checkpoint gives the same bits as
 * never having stopped.
 *
 * @param engine the model on a device
 * @param data what to train on
 * @param options how long and in what order
 * @returns events, the last of kind `end`; training waits while one is dealt with
 * @throws {RangeError} if epochs, patience, checkpointEvery or the seed is out of range, or a part of the data empty, before
 *   anything is trained; if the loss or a parameter stops being finite, naming the step and the last good checkpoint
 * @throws {TypeError} if the examples are not whole rows of the model's input
 * @throws {Error} if the device fails or is lost, or the engine has been closed
 *
 * @example
 * ```ts ignore
 * for await (const event of fit(engine, { train }, { epochs: 10, seed: 0 })) {
 *   if (event.kind === "epoch") console.log(event.epoch, event.train.loss);
 * }
 * ```
 */
export async function* fit(
  engine: Engine,
  data: FitData,
  { epochs, seed, patience = 0, checkpointEvery = 1, testOnBatchStatistics = false, resume, signal }:
    FitOptions,
): AsyncGenerator<FitEvent, void> {
  const { train, validation, test } = data;
  const check = checks("train");
  check.number("epochs", epochs, POSITIVE_INTEGER);
  check.number("patience", patience, COUNT);
  check.number("checkpointEvery", checkpointEvery, POSITIVE_INTEGER);
  for (const [name, split] of Object.entries({ train, validation, test })) {
    if (split !== undefined) check.number(`${name}.count`, split.count, POSITIVE_INTEGER);
  }
  let { epoch, position, sums, best } = resume ?? { epoch: 0, position: 0, sums: NOTHING, best: undefined };
  let goodStep = engine.step;
  let lastStored = resume === undefined ? -1 : engine.step;

  const checkpoint = async (isBest: boolean): Promise<FitEvent> => {
    const state = await engine.exportState();
    checkFinite(state, goodStep);
    goodStep = lastStored = engine.step;
    return { kind: "checkpoint", state, progress: { epoch, position, sums, best }, best: isBest };
  };
  const measure = async (
    split: { values: Examples; count: number } | undefined,
    statistics: "running" | "batch" = "running",
  ): Promise<Means | undefined> => {
    if (split === undefined) return undefined;
    const parts = await engine.objectiveParts(
      split.values,
      Uint32Array.from({ length: split.count }, (_, i) => i),
      { statistics },
    );
    checkLoss(parts, { step: engine.step, goodStep });
    return means(parts);
  };

  while (epoch < epochs && !stale({ epoch, best, patience })) {
    const order = epochOrder(train.count, { seed, epoch });
    while (position < train.count) {
      if (signal?.aborted) {
        if (lastStored !== engine.step) yield await checkpoint(false);
        return yield { kind: "end", reason: "interrupted" };
      }
      const end = Math.min(position + engine.stepsPerCall * engine.batchSize, train.count);
      const before = engine.step;
      const batches = await engine.trainSteps(train.values, order.subarray(position, end));
      batches.forEach((batch, i) => {
        checkLoss(batch, { step: before + i + 1, goodStep });
        sums = add(sums, batch);
      });
      position = end;
      yield { kind: "batch", epoch: epoch + 1, step: engine.step, examples: position, train: means(sums) };
      await macrotask();
    }

    const [trainMeans, validationMeans, testMeans, batchMeans, df] = [
      means(sums),
      await measure(validation),
      await measure(test),
      await measure(testOnBatchStatistics ? test : undefined, "batch"),
      await engine.learnedDf(),
    ];
    epoch++;
    position = 0;
    sums = NOTHING;
    const isBest = validationMeans !== undefined && !(validationMeans.loss >= (best?.loss ?? Infinity));
    if (isBest) best = { epoch, loss: validationMeans.loss };
    yield {
      kind: "epoch",
      epoch,
      step: engine.step,
      train: trainMeans,
      validation: validationMeans,
      test: testMeans,
      ...(batchMeans && { testOnBatchStatistics: batchMeans }),
      ...(df && { df: [...df] }),
    };
    const last = epoch === epochs || stale({ epoch, best, patience });
    if (isBest || last || epoch % checkpointEvery === 0) yield await checkpoint(isBest);
  }
  yield { kind: "end", reason: epoch < epochs ? "patience" : "finished" };
}

function stale({ epoch, best, patience }: Pick<Progress, "epoch" | "best"> & { patience: number }): boolean {
  return patience > 0 && best !== undefined && epoch - best.epoch >= patience;
}

function add(a: ObjectiveSums, b: ObjectiveSums): ObjectiveSums {
  return {
    examples: a.examples + b.examples,
    loss: a.loss + b.loss,
    reconstruction: a.reconstruction + b.reconstruction,
    kl: a.kl + b.kl,
  };
}

function means({ examples, loss, reconstruction, kl }: ObjectiveSums): Means {
  return { loss: loss / examples, reconstruction: reconstruction / examples, kl: kl / examples };
}

function checkLoss(sums: ObjectiveSums, at: { step: number; goodStep: number }): void {
  if (!Number.isFinite(sums.loss)) throw diverged(`the loss is ${sums.loss}`, at);
}

function checkFinite({ step, tensors }: EngineState, goodStep: number): void {
  for (const [name, { data }] of tensors) {
    const bad = data.find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw diverged(`${name} holds ${bad}`, { step, goodStep });
  }
}

function diverged(what: string, { step, goodStep }: { step: number; goodStep: number }): RangeError {
  const good = goodStep === 0
    ? "there is no earlier checkpoint"
    : `the last good checkpoint is of step ${goodStep}`;
  return new RangeError(
    `Training diverged: ${what} at step ${step}; ${good}. Try a lower optimizer.learningRate or another seed`,
  );
}

/** Lets signals, timers and progress bars have their turn; engines on the processor block while they compute. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
