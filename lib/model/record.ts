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

/**
 * Degrees of freedom that the encoder emits for each example and coordinate: softplus(h · kernel + bias) + 0.5.
 *
 * Deviates: the original code adds nothing. Its df may come close to 0, where a draw exceeds every float32.
 */
export interface AmortisedDf {
  /** That there is a third head, `latent/df`. */
  readonly amortised: true;
  /** Its kernel's penalty, as of {@linkcode Dense}. */
  readonly l2?: number;
  /** Its kernel starts uniform between these two; Glorot uniform where absent. */
  readonly kernel?: readonly [from: number, to: number];
}

/**
 * St(loc, scale, df) posterior with an St(0, I, df) prior, one independent univariate t per coordinate;
 * its KL is integrated exactly by quadrature. `scale` is not the standard deviation.
 *
 * With amortised df the prior is tied: it borrows the posterior's df(x). A prior that depends on x is a different
 * distribution for every x, so that E log p(x|z) − KL(q(z|x) ‖ p(z|df(x))) bounds no log p(x) of one model: it is NOT an
 * ELBO, and its values compare with no other model's. It is here to reproduce work that trained with it.
 */
export interface StudentTLatent extends MonteCarlo {
  /** Of posterior and prior. */
  readonly family: "student-t";
  /** Latent dimensions, a positive integer. */
  readonly size: number;
  /** Degrees of freedom of the posterior: one number > 0 for every coordinate, or the encoder's. */
  readonly df: { readonly fixed: number } | AmortisedDf;
  /** Given with amortised df, and only there: the prior has the posterior's df(x). A fixed df is the prior's too. */
  readonly priorDf?: "tied";
  /**
   * How the divergence is computed: by quadrature to the engine's precision, or as log q(z|x) − log p(z) for one
   * z ~ q(z|x), unbiased with a standard deviation of around one nat per example.
   */
  readonly kl: "exact" | "monte-carlo";
  /** Degrees of freedom that new examples are drawn with, > 0; the fixed ones where absent. Amortised df need it. */
  readonly generationDf?: number;
}

/** The latent space: posterior, prior and how their divergence is computed. */
export type Latent = GaussianLatent | StudentTLatent;

/** p(x|z): independent Bernoulli per element from logits, or Gaussian of one fixed scale around the output. */
export type Likelihood =
  | { readonly kind: "bernoulli" }
  | { readonly kind: "gaussian"; readonly scale: number };

/**
 * What training maximises: E log p(x|z) − beta · KL(q(z|x) ‖ p(z)), and what it minimises to do so: minus its mean over
 * the batch, unless `reduction` says otherwise.
 */
export interface Objective {
  /** Which objective this is. */
  readonly kind: "elbo";
  /** Weight of the divergence, >= 0: 1 gives the ELBO itself; below 1 nothing bounds log p(x) any more. */
  readonly beta: number;
  /**
   * How a batch's examples become one number. `"mean"`, also where absent: mean of reconstruction + beta · KL.
   * `"sum-of-element-means"`: the sum over the batch of each example's mean reconstruction per element, plus
   * beta · mean KL; an ELBO's gradient with beta · elements / rows in beta's place, which only at as many rows as
   * elements is an ELBO's own.
   */
  readonly reduction?: "mean" | "sum-of-element-means";
}

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
