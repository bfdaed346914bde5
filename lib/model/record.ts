/**
 * What a variational auto-encoder is, as data. Nothing here runs: every engine lowers the same record.
 *
 * @module
 */

/** The shape of one example without the batch axis: `[28, 28]` for an image, `[7]` for a vector. */
export type Shape = readonly number[];

/** What a layer does to its output, element by element. */
export type Activation = "linear" | "relu";

/** A fully connected layer: `activation(x · kernel + bias)`, with the input flattened. */
export interface Dense {
  /** Which layer this is. */
  readonly kind: "dense";
  /** Width of the output, a positive integer. */
  readonly units: number;
  /** Applied to every output. */
  readonly activation: Activation;
  /** Training adds l2 · Σ kernel² to its loss (Keras' convention, without ½), >= 0; absent for none. */
  readonly l2?: number;
}

/**
 * A convolution of an image with `filters` kernels of size × size: with "same" padding each side of the output is
 * ceil(side / stride). An image is `[height, width, channels]`; `[height, width]` has one channel.
 */
export interface Conv {
  /** Which layer this is. */
  readonly kind: "conv";
  /** Channels of the output, a positive integer. */
  readonly filters: number;
  /** Height and width of the kernel, a positive integer. */
  readonly size: number;
  /** Pixels from one place of the kernel to the next, a positive integer. */
  readonly stride: number;
  /** Applied to every output. */
  readonly activation: Activation;
  /** Whether a number is added to each channel; before batch norm it would have no effect. */
  readonly bias: boolean;
}

/**
 * A transposed convolution, the map that a {@linkcode Conv} of the same stride has as its gradient: each side of the
 * output is side · stride.
 */
export interface ConvTranspose extends Omit<Conv, "kind"> {
  /** Which layer this is. */
  readonly kind: "conv-transpose";
}

/**
 * Batch norm: `gamma · (x − mean) / sqrt(variance + epsilon) + beta`, for each channel of an image or unit of a vector.
 *
 * While training, mean and variance are the batch's own, and running ones follow them; all else uses the running ones.
 */
export interface BatchNorm {
  /** Which layer this is. */
  readonly kind: "batch-norm";
  /** How much of the running statistics a step keeps, in [0, 1); the batch has the rest. */
  readonly momentum: number;
  /** Added to the variance, finite and > 0. */
  readonly epsilon: number;
}

/** `x` where x > 0, else `slope · x`. */
export interface LeakyRelu {
  /** Which layer this is. */
  readonly kind: "leaky-relu";
  /** Below zero, in [0, 1]. */
  readonly slope: number;
}

/** The same elements, row-major, in another shape. */
export interface Reshape {
  /** Which layer this is. */
  readonly kind: "reshape";
  /** Of the output, with as many elements as the input. */
  readonly shape: Shape;
}

/** One step of an encoder or a decoder. */
export type Layer = Dense | Conv | ConvTranspose | BatchNorm | LeakyRelu | Reshape;

/** How a divergence is estimated by sampling. */
export interface MonteCarlo {
  /**
   * Whether `"monte-carlo"` takes a second z of its own, independent of the one that is decoded; absent where it takes
   * the same one.
   */
  readonly klSample?: "second";
}

/** N(loc, scale²) posterior with an N(0, I) prior; its KL has a closed form. */
export interface GaussianLatent extends MonteCarlo {
  /** Of posterior and prior. */
  readonly family: "gaussian";
  /** Latent dimensions, a positive integer. */
  readonly size: number;
  /** How the divergence is computed: in closed form, or as log q(z|x) − log p(z) for one z ~ q(z|x). */
  readonly kl: "closed" | "monte-carlo";
}

/** Degrees of freedom that training does not change. */
export interface FixedDf {
  /** Finite and > 0. */
  readonly fixed: number;
}

/**
 * Degrees of freedom that training fits: dfFloor + softplus(parameter), one parameter in all or one for each coordinate.
 */
export interface LearnedDf {
  /** Which of the two; a joint latent has one df and can only learn it globally. */
  readonly learned: "global" | "per-dimension";
}

/**
 * Degrees of freedom that the encoder emits for each example, and for each coordinate unless they are joint:
 * dfFloor + softplus(h · kernel + bias).
 */
export interface AmortisedDf {
  /** That there is a third head, `latent/df`. */
  readonly amortised: true;
  /** Its kernel's penalty, as of {@linkcode Dense}. */
  readonly l2?: number;
  /** Its kernel starts uniform between these two, and its bias at 0; Glorot uniform where absent. */
  readonly kernel?: readonly [from: number, to: number];
  /** Its bias starts at this number instead of where h = 0 gives dfInitial, which must then be absent. */
  readonly bias?: number;
}

/** Df that move stay above this unless the record says otherwise: there a Student's t has a variance. */
export const DF_FLOOR = 2;
/** Where df that move start, and the prior's df beside them, unless the record says otherwise. */
export const DF_INITIAL = 5;

/**
 * St(loc, scale, df) posterior with an St(0, I, priorDf) prior: one independent univariate t per coordinate, or one
 * multivariate t. `scale` is not the standard deviation.
 *
 * With amortised df and a tied prior p(z) has the posterior's df(x). A prior that depends on x is a different
 * distribution for every x, so that E log p(x|z) − KL(q(z|x) ‖ p(z|df(x))) bounds no log p(x) of one model: it is NOT an
 * ELBO, and its values compare with no other model's. It is here to reproduce work that trained with it. Tied to
 * learned df, which do not depend on x, the prior is as much a prior as any.
 */
export interface StudentTLatent extends MonteCarlo {
  /** Of posterior and prior. */
  readonly family: "student-t";
  /** Latent dimensions, a positive integer. */
  readonly size: number;
  /**
   * Whether posterior and prior are multivariate t, whose coordinates share one mixing variable and so are uncorrelated
   * but not independent; false where absent: each coordinate is a t of its own.
   */
  readonly joint?: boolean;
  /** Degrees of freedom of the posterior. */
  readonly df: FixedDf | LearnedDf | AmortisedDf;
  /**
   * Where learned df start, and amortised ones for h = 0, above dfFloor; {@linkcode DF_INITIAL} where absent. Without
   * meaning, and so not allowed, where df are fixed or their head has a kernel or a bias of its own.
   */
  readonly dfInitial?: number;
  /** What learned and amortised df stay above, >= 0; {@linkcode DF_FLOOR} where absent. */
  readonly dfFloor?: number;
  /**
   * Degrees of freedom of the prior: a number > 0, or `"tied"` to the posterior's. Where absent, fixed df are the prior's
   * too, and beside df that move it has {@linkcode DF_INITIAL}.
   */
  readonly priorDf?: number | "tied";
  /**
   * How the divergence is computed: by quadrature to the engine's precision, or as log q(z|x) − log p(z) for one
   * z ~ q(z|x), unbiased with a standard deviation of around one nat per example.
   */
  readonly kl: "exact" | "monte-carlo";
  /** Degrees of freedom that new examples are drawn with, > 0; the prior's where absent. A prior tied to x needs it. */
  readonly generationDf?: number;
}

/** The latent space: posterior, prior and how their divergence is computed. */
export type Latent = GaussianLatent | StudentTLatent;

/** What a learned scale of the likelihood stays above: on constant data it would otherwise fall to 0. */
export const SCALE_FLOOR = 1e-3;
/** Where a learned scale of the likelihood starts. */
export const SCALE_INITIAL = 1;

/**
 * p(x|z), independent from element to element: Bernoulli with the decoder's output as logit, or a normal or a Student's t
 * around the output. A learned scale is one parameter for all elements, {@linkcode SCALE_FLOOR} + softplus(parameter),
 * and starts at {@linkcode SCALE_INITIAL}.
 */
export type Likelihood =
  | { readonly kind: "bernoulli" }
  | { readonly kind: "gaussian"; readonly scale: number | "learned" }
  | { readonly kind: "student-t"; readonly df: number; readonly scale: number | "learned" };

/**
 * The evidence lower bound. Maximises E log p(x|z) − beta · KL(q(z|x) ‖ p(z)): minimises minus its mean over the batch,
 * unless `reduction` says otherwise.
 */
export interface ElboObjective {
  /** Which objective this is. */
  readonly kind: "elbo";
  /** Weight of the divergence, >= 0: 1 gives the ELBO itself; below 1 nothing bounds log p(x) any more. */
  readonly beta: number;
  /**
   * Nats of divergence that each latent dimension has for nothing, >= 0: its batch mean enters the loss as
   * max(freeBits, mean KL). A joint latent has them together, size · freeBits for its one divergence. 0 where absent.
   *
   * Source: Kingma et al. 2016, "Improving variational inference with inverse autoregressive flow", equation 15.
   */
  readonly freeBits?: number;
  /**
   * How a batch's examples become one number. `"mean"`, also where absent: mean of reconstruction + beta · KL.
   * `"sum-of-element-means"`: the sum over the batch of each example's mean reconstruction per element, plus
   * beta · mean KL; an ELBO's gradient with beta · elements / rows in beta's place, which only at as many rows as
   * elements is an ELBO's own.
   */
  readonly reduction?: "mean" | "sum-of-element-means";
}

/**
 * The importance-weighted bound: E ln (1/k Σ p(x|zᵢ) p(zᵢ) / q(zᵢ|x)) over k draws zᵢ ~ q(z|x); for k = 1 the ELBO.
 *
 * Source: Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", equation 8.
 */
export interface IwaeObjective {
  /** Which objective this is. */
  readonly kind: "iwae";
  /** k, a positive integer. */
  readonly samples: number;
}

/**
 * The power divergence between the joint models of data and latents, for x of n elements and z of m: minimises
 * |x − x̂|²/s² + |loc|² + ν/(ν+n−2) Σ scale² − ν (C₁/C₂) |Σ|^(−g/2) + (ν+n) τ² with ν = `latent.df` and s =
 * `likelihood.scale`. The encoder's t has ν + n degrees of freedom and scale · √(ν/(ν+n)), the decoder's ν + m.
 *
 * Its loss is twice the divergence's part that depends on the parameters, in no unit that compares with nats.
 *
 * Source: Kim, Kwon, Cho, Lee & Won 2024, "t³-Variational autoencoder", the gamma-loss.
 */
export interface T3Objective {
  /** Which objective this is. */
  readonly kind: "t3";
}

/** What training optimises. */
export type Objective = ElboObjective | IwaeObjective | T3Objective;

/** A whole variational auto-encoder. The latent heads (loc, scale and, if amortised, df) follow from `latent`. */
export interface Model {
  /** For people, and part of the name of a run's folder. */
  readonly name: string;
  /** The shape of one example. */
  readonly input: Shape;
  /** From the input to the latent heads, which flatten what they get; may be empty. */
  readonly encoder: readonly Layer[];
  /** Posterior, prior and their divergence. */
  readonly latent: Latent;
  /** From the latent to one output for each element of the input; not empty. */
  readonly decoder: readonly Layer[];
  /** What the decoder's outputs are the parameters of. */
  readonly likelihood: Likelihood;
}

/**
 * Number of elements in a shape.
 *
 * @param shape sizes of the axes
 * @returns their product; 1 for a shape without axes
 */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}

/**
 * Whether examples of this shape are drawn as gray images.
 *
 * @param shape the shape of one example
 * @returns true for `[height, width]` and `[height, width, 1]`
 */
export function isImage(shape: Shape): boolean {
  return shape.length === 2 || (shape.length === 3 && shape[2] === 1);
}
