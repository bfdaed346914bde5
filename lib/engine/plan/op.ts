/**
 * What a plan is made of: operations on ranges of one flat array of numbers, the arena.
 *
 * A device is a table from `Op["kind"]` to a kernel. An operation reads its inputs and overwrites its outputs, which never
 * overlap; outputs that are added to say so. Every size is fixed; nothing is allocated while a plan runs. Matrices are
 * row-major without padding. Only `gather`, `uniforms` and `adam` look at anything beside the arena: the rows of this
 * batch, the number of the step, the seed.
 *
 * @module
 */

/** A range of the arena. */
export interface Buffer {
  /** What it holds, for people: `encoder/0/kernel`, `gradient of latent/loc/bias`, `decoder/3`. */
  readonly name: string;
  /** First element. */
  readonly offset: number;
  /** Its elements in order. */
  readonly shape: readonly number[];
}

/**
 * A buffer read as if it had `[rows, columns]` elements: element (row, column) is at row · rowStride + column ·
 * columnStride, and a stride of 0 repeats. Degrees of freedom are read so: one number, one for each coordinate, one for
 * each row, or all of them.
 */
export interface Strided {
  readonly buffer: Buffer;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Where a convolution goes from a large image to a small one; the transposed one goes back. */
export interface Geometry {
  /** Images in the batch. */
  readonly rows: number;
  /** `[height, width, channels]` of the large image. */
  readonly large: readonly [height: number, width: number, channels: number];
  /** `[height, width, channels]` of the small image. */
  readonly small: readonly [height: number, width: number, channels: number];
  /** Height and width of the kernel. */
  readonly size: number;
  /** Pixels of the large image from one place of the kernel to the next. */
  readonly stride: number;
  /** Pixels that the kernel at the first place reaches beyond the top, and the left, of the large image. */
  readonly padding: readonly [top: number, left: number];
}

/** x[i] ← row `indices[i]` of the data set, its bytes divided by 255 or its numbers as they are. */
export interface Gather {
  readonly kind: "gather";
  /** `[rows, width]` */
  readonly x: Buffer;
}

/**
 * u, v ← words 0 and 1 of the Philox block (row, step, stream, dimension + 2¹⁶ · draw) as numbers of 23 bits; row is the
 * place in the batch while training, the index in the data set otherwise.
 */
export interface Uniforms {
  readonly kind: "uniforms";
  /** Number of the stream. */
  readonly stream: number;
  /** Which sample of several. */
  readonly draw: number;
  /** `[rows, dimensions]` */
  readonly u: Buffer;
  readonly v: Buffer;
}

/**
 * c ← op(a) · op(b), or c + op(a) · op(b) where it accumulates; then + bias, then ReLU or mask, of the whole sum. op(a) is
 * m × k, op(b) is k × n.
 */
export interface Product {
  readonly kind: "product";
  readonly a: Buffer;
  readonly b: Buffer;
  readonly c: Buffer;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Whether `a` is stored as k × m, and `b` as n × k. */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** `[n]` */
  readonly bias?: Buffer;
  /** Whether the product is added to what c holds. */
  readonly accumulate: boolean;
  /** c ← max(c, 0); never beside a mask. */
  readonly relu: boolean;
  /** c ← 0 where this buffer of c's shape is not > 0: the gradient through a ReLU whose output it is. */
  readonly mask?: Buffer;
}

/** y[column] ← Σ over rows of x[row, column]. */
export interface SumRows {
  readonly kind: "sum-rows";
  readonly x: Buffer;
  readonly y: Buffer;
  readonly rows: number;
  readonly columns: number;
}

/** small ← convolution of large with kernel `[size, size, large channels, small channels]`, + bias, then ReLU. */
export interface Conv {
  readonly kind: "conv";
  readonly geometry: Geometry;
  readonly large: Buffer;
  readonly kernel: Buffer;
  readonly small: Buffer;
  /** `[small channels]` */
  readonly bias?: Buffer;
  readonly relu: boolean;
}

/** large ← the transposed convolution of small, + bias, then ReLU; also a convolution's gradient in its input. */
export interface ConvTranspose {
  readonly kind: "conv-transpose";
  readonly geometry: Geometry;
  readonly small: Buffer;
  /** `[size, size, large channels, small channels]` */
  readonly kernel: Buffer;
  readonly large: Buffer;
  /** `[large channels]` */
  readonly bias?: Buffer;
  readonly relu: boolean;
}

/** kernel ← the gradient of Σ small · conv(large, kernel) in the kernel; of both convolutions the same map. */
export interface ConvKernelGradient {
  readonly kind: "conv-kernel-gradient";
  readonly geometry: Geometry;
  readonly large: Buffer;
  readonly small: Buffer;
  readonly kernel: Buffer;
}

/** What batch norm and the leaky ReLU after it have in common: x is `[rows, channels]`, an image a row per pixel. */
interface Channelled {
  readonly rows: number;
  readonly channels: number;
  readonly x: Buffer;
  readonly gamma: Buffer;
  readonly beta: Buffer;
}

/**
 * mean, rate ← the batch's mean and 1/√(variance + epsilon) of each channel; y ← leaky(gamma · (x − mean) · rate + beta);
 * running ← momentum · running + (1 − momentum) · (mean, variance), the variance biased.
 */
export interface BatchNorm extends Channelled {
  readonly kind: "batch-norm";
  readonly y: Buffer;
  /** `[channels]` */
  readonly mean: Buffer;
  readonly rate: Buffer;
  /** Absent where statistics do not move. */
  readonly running?: { readonly mean: Buffer; readonly variance: Buffer; readonly momentum: number };
  readonly epsilon: number;
  /** Of the leaky ReLU; 1 for none. */
  readonly slope: number;
}

/** y ← leaky(gamma · (x − mean) / √(variance + epsilon) + beta), of running statistics. */
export interface Normalise extends Channelled {
  readonly kind: "normalise";
  readonly y: Buffer;
  readonly mean: Buffer;
  readonly variance: Buffer;
  readonly epsilon: number;
  readonly slope: number;
}

/**
 * With g = dy · leaky'(y) and w = (x − mean) · rate: dBeta ← Σ g, dGamma ← Σ g·w,
 * dx ← gamma · rate · (g − dBeta/rows − w · dGamma/rows). Where slope > 0 the sign of leaky's input is that of y.
 */
export interface BatchNormGradient extends Channelled {
  readonly kind: "batch-norm-gradient";
  readonly y: Buffer;
  readonly mean: Buffer;
  readonly rate: Buffer;
  readonly slope: number;
  readonly dy: Buffer;
  /** Absent where nothing trained is behind x. */
  readonly dx?: Buffer;
  readonly dGamma: Buffer;
  readonly dBeta: Buffer;
}

/** y ← x where x > 0, else slope · x; slope 0 is the ReLU. */
export interface LeakyRelu {
  readonly kind: "leaky-relu";
  readonly x: Buffer;
  readonly y: Buffer;
  readonly slope: number;
}

/** dx ← dy where x > 0, else slope · dy. */
export interface LeakyReluGradient {
  readonly kind: "leaky-relu-gradient";
  readonly x: Buffer;
  readonly dy: Buffer;
  readonly dx: Buffer;
  readonly slope: number;
}

/** y ← floor + ln(1 + e^x). */
export interface Softplus {
  readonly kind: "softplus";
  readonly x: Buffer;
  readonly y: Buffer;
  readonly floor: number;
}

/** dx ← dy / (1 + e^(−x)). */
export interface SoftplusGradient {
  readonly kind: "softplus-gradient";
  readonly x: Buffer;
  readonly dy: Buffer;
  readonly dx: Buffer;
}

/**
 * z ← loc + factor · scale · t, t a standard normal (no df), an independent t, or a joint t by chained pairs; t and its
 * derivative in df are kept for the gradient, where there is one.
 */
export interface Draw {
  readonly kind: "draw";
  readonly rows: number;
  readonly columns: number;
  readonly joint: boolean;
  readonly loc: Buffer;
  readonly scale: Buffer;
  /** What t's scale is multiplied by: 1 but for the t³ encoder. */
  readonly factor: number;
  /** Absent for a normal. */
  readonly df?: Strided;
  /** `[rows, columns]`, or `[rows, ⌈columns/2⌉]` where joint. */
  readonly u: Buffer;
  readonly v: Buffer;
  readonly z: Buffer;
  /** Absent where nothing is trained. */
  readonly t?: Buffer;
  /** dt/d(df); present where df has a gradient. */
  readonly tDf?: Buffer;
}

/** dLoc += dz; dScale += dz · factor · t; dDf[row, column] += dz · factor · scale · tDf (its sum over columns where joint). */
export interface DrawGradient {
  readonly kind: "draw-gradient";
  readonly rows: number;
  readonly columns: number;
  readonly joint: boolean;
  readonly factor: number;
  readonly dz: Buffer;
  readonly t: Buffer;
  readonly tDf?: Buffer;
  readonly scale: Buffer;
  readonly dLoc: Buffer;
  readonly dScale: Buffer;
  /** `[rows, columns]`, or `[rows, 1]` where joint. */
  readonly dDf?: Buffer;
}

/**
 * kl ← KL(q ‖ p) of each coordinate, or of each row where joint, and the gradient buffers ← weight · its derivatives.
 * Exact: the closed form for normals (no df), by quadrature for t; q of df, p of priorDf at loc 0 and scale 1.
 */
export interface Divergence {
  readonly kind: "divergence";
  readonly rows: number;
  readonly columns: number;
  readonly joint: boolean;
  readonly loc: Buffer;
  readonly scale: Buffer;
  readonly factor: number;
  readonly df?: Strided;
  readonly priorDf?: Strided;
  /** `[rows, columns]`, or `[rows, 1]` where joint. */
  readonly kl: Buffer;
  /** Of kl in the loss. */
  readonly weight: number;
  /** Absent where only the value is asked for; df and prior df in one where they are the same buffer. */
  readonly gradient?: DistributionGradient;
}

/** Where derivatives in a posterior's parameters go. */
export interface DistributionGradient {
  readonly loc: Buffer;
  readonly scale: Buffer;
  /** `[rows, columns]`, or `[rows, 1]` where joint; absent where df is fixed. The total one where the prior is tied. */
  readonly df?: Buffer;
}

/** kl ← ln q(z) − ln p(z) at one z, otherwise as {@linkcode Divergence}; dz ← weight · its derivative in z. */
export interface LogRatio extends Omit<Divergence, "kind"> {
  readonly kind: "log-ratio";
  readonly z: Buffer;
  readonly dz?: Buffer;
}

/**
 * Each column of kl whose mean over rows is below `threshold` has its columns of the gradients set to 0 (of one column
 * all): max(threshold, mean kl) is then what the loss holds.
 */
export interface FreeBits {
  readonly kind: "free-bits";
  readonly rows: number;
  readonly columns: number;
  readonly kl: Buffer;
  readonly threshold: number;
  /** `[rows, a multiple of columns]` each. */
  readonly gradients: readonly Buffer[];
}

/**
 * reconstruction[row] ← −Σ ln p(x|output) over elements; dOutput ← weight · its derivative; dScale[row] ← weight · its
 * derivative in the scale.
 */
export interface Likelihood {
  readonly kind: "likelihood";
  readonly family: "bernoulli" | "gaussian" | "student-t";
  readonly rows: number;
  readonly columns: number;
  readonly x: Buffer;
  readonly output: Buffer;
  /** `[1]`; absent for Bernoulli. */
  readonly scale?: Buffer;
  /** Of a Student's t. */
  readonly df?: number;
  readonly reconstruction: Buffer;
  readonly weight: number;
  readonly dOutput?: Buffer;
  /** `[rows]`; present where the scale is learned. */
  readonly dScale?: Buffer;
}

/**
 * The t³ objective: bound[row] ← |x − output|²/s² + |loc|² + a Σ scale² − c − b·expm1(p (Σ ln scale − shift)), and the
 * derivatives of weight · bound in output, loc and scale.
 */
export interface T3 {
  readonly kind: "t3";
  readonly rows: number;
  readonly columns: number;
  readonly latentColumns: number;
  readonly x: Buffer;
  readonly output: Buffer;
  readonly loc: Buffer;
  readonly scale: Buffer;
  readonly coefficients: {
    readonly reconstructionScale: number;
    readonly a: number;
    readonly b: number;
    readonly c: number;
    readonly p: number;
    readonly shift: number;
  };
  readonly bound: Buffer;
  readonly weight: number;
  readonly dOutput?: Buffer;
  readonly dLoc?: Buffer;
  readonly dScale?: Buffer;
}

/**
 * reconstruction[row] ← −ln of the t³ decoder's density: jointly t over the elements, around output, of scale
 * s · √((df + |z|²)/(df + latentColumns)) and df + latentColumns degrees of freedom.
 */
export interface T3Likelihood {
  readonly kind: "t3-likelihood";
  readonly rows: number;
  readonly columns: number;
  readonly latentColumns: number;
  readonly x: Buffer;
  readonly output: Buffer;
  readonly z: Buffer;
  readonly df: number;
  readonly scale: number;
  readonly reconstruction: Buffer;
}

/** y ← the mean of p(x|z): sigmoid(x) for a Bernoulli. */
export interface Sigmoid {
  readonly kind: "sigmoid";
  readonly x: Buffer;
  readonly y: Buffer;
}

/** y += x, element by element. */
export interface Add {
  readonly kind: "add";
  readonly x: Buffer;
  readonly y: Buffer;
}

/** gradient += 2 · l2 · value. */
export interface Decay {
  readonly kind: "decay";
  readonly value: Buffer;
  readonly gradient: Buffer;
  readonly l2: number;
}

/** gradient ← gradient · min(1, norm / |gradient|), over all parameters at once. */
export interface Clip {
  readonly kind: "clip";
  readonly gradient: Buffer;
  readonly norm: number;
}

/** One Adam update of all parameters, its correction and step size following from the number of the step. */
export interface Adam {
  readonly kind: "adam";
  readonly value: Buffer;
  readonly gradient: Buffer;
  readonly m: Buffer;
  readonly v: Buffer;
  readonly learningRate: number;
}

/** One operation of a plan. */
export type Op =
  | Gather
  | Uniforms
  | Product
  | SumRows
  | Conv
  | ConvTranspose
  | ConvKernelGradient
  | BatchNorm
  | Normalise
  | BatchNormGradient
  | LeakyRelu
  | LeakyReluGradient
  | Softplus
  | SoftplusGradient
  | Draw
  | DrawGradient
  | Divergence
  | LogRatio
  | FreeBits
  | Likelihood
  | T3
  | T3Likelihood
  | Sigmoid
  | Add
  | Decay
  | Clip
  | Adam;
