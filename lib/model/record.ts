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

/** N(loc, scale²) posterior with an N(0, I) prior; its KL has a closed form. */
export interface GaussianLatent {
  /** Of posterior and prior. */
  readonly family: "gaussian";
  /** Latent dimensions, a positive integer. */
  readonly size: number;
  /** How the divergence is computed; a Gaussian's has a closed form. */
  readonly kl: "closed";
}

/**
 * St(loc, scale, df) posterior with an St(0, I, df) prior, one independent univariate t per coordinate;
 * its KL is integrated exactly by quadrature. `scale` is not the standard deviation.
 */
export interface StudentTLatent {
  /** Of posterior and prior. */
  readonly family: "student-t";
  /** Latent dimensions, a positive integer. */
  readonly size: number;
  /** Degrees of freedom of posterior and prior, finite and > 0, the same for every coordinate. */
  readonly df: { readonly fixed: number };
  /** How the divergence is computed: by quadrature to the engine's precision, without sampling. */
  readonly kl: "exact";
}

/** The latent space: posterior, prior and how their divergence is computed. */
export type Latent = GaussianLatent | StudentTLatent;

/** p(x|z): independent Bernoulli per element from logits, or Gaussian of one fixed scale around the output. */
export type Likelihood =
  | { readonly kind: "bernoulli" }
  | { readonly kind: "gaussian"; readonly scale: number };

/** What training maximises: E log p(x|z) − beta · KL(q(z|x) ‖ p(z)). */
export interface Objective {
  /** Which objective this is. */
  readonly kind: "elbo";
  /** Weight of the divergence, >= 0: 1 gives the ELBO itself; below 1 nothing bounds log p(x) any more. */
  readonly beta: number;
}

/** A whole variational auto-encoder. The latent heads (loc and scale) follow from `latent`. */
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
