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
  readonly kind: "dense";
  readonly units: number;
  readonly activation: Activation;
}

/** One step of an encoder or a decoder. */
export type Layer = Dense;

/** N(loc, scale²) posterior with an N(0, I) prior; its KL has a closed form. */
export interface GaussianLatent {
  readonly family: "gaussian";
  readonly size: number;
  readonly kl: "closed";
}

/**
 * St(loc, scale, df) posterior with an St(0, I, df) prior, one independent univariate t per coordinate;
 * its KL is integrated exactly by quadrature. `scale` is not the standard deviation.
 */
export interface StudentTLatent {
  readonly family: "student-t";
  readonly size: number;
  readonly df: { readonly fixed: number };
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
  readonly kind: "elbo";
  readonly beta: number;
}

/** A whole variational auto-encoder. The latent heads (loc and scale) follow from `latent`. */
export interface Model {
  readonly name: string;
  readonly input: Shape;
  readonly encoder: readonly Layer[];
  readonly latent: Latent;
  readonly decoder: readonly Layer[];
  readonly likelihood: Likelihood;
}

/** Number of elements in a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}
