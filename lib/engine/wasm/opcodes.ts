/**
 * What the words of an encoded program and of the control block mean, for both sides: TypeScript writes, AssemblyScript
 * reads. Plain constants, as both languages compile this file.
 *
 * @module
 */

/** Ends a program. */
export const END = 0;
/** Everything written so far is seen by every thread from here on. */
export const BARRIER = 1;
export const GATHER = 2;
export const UNIFORMS = 3;
export const PRODUCT = 4;
export const SUM_ROWS = 5;
export const CONV = 6;
export const CONV_TRANSPOSE = 7;
export const CONV_KERNEL_GRADIENT = 8;
export const BATCH_NORM = 9;
export const NORMALISE = 10;
export const BATCH_NORM_GRADIENT = 11;
export const LEAKY_RELU = 12;
export const LEAKY_RELU_GRADIENT = 13;
export const SOFTPLUS = 14;
export const SOFTPLUS_GRADIENT = 15;
export const DRAW = 16;
export const DRAW_GRADIENT = 17;
export const DIVERGENCE = 18;
export const LOG_RATIO = 19;
export const FREE_BITS = 20;
export const LIKELIHOOD = 21;
export const T3 = 22;
export const T3_LIKELIHOOD = 23;
export const SIGMOID = 24;
export const ADD = 25;
export const DECAY = 26;
export const CLIP = 27;
export const ADAM = 28;

/** Families of a likelihood. */
export const BERNOULLI = 0;
export const GAUSSIAN = 1;
export const STUDENT_T = 2;

/** What the number of the step is to noise: nothing, a step of training, or which draw. */
export const NO_STEP = 0;
export const TRAINING_STEP = 1;
export const DRAW_STEP = 2;

/** Byte addresses of what threads meet at, each on a cache line of its own. */
export const ARRIVED = 64;
export const GENERATION = 128;
export const SLEEPERS = 192;
/** Not 0 once a thread has failed: the others stop waiting for it. */
export const ABORTED = 256;

/** Byte addresses of the job, i32 each. */
export const THREADS = 320;
/** Counters that a thread has at the beginning of its scratch memory, for pieces of work in turn; a power of two. */
export const COUNTERS = 64;
/** How often a waiting thread polls before it goes to sleep. */
export const SPINS = 340;
/** Address of the program. */
export const PROGRAM = 324;
/** How many times to run it, each on the next batch of indices. */
export const BATCHES = 328;
/** Examples in a batch. */
export const ROWS = 332;
/** Number of the step of the first batch; each batch raises it by one. */
export const STEP = 336;
/** Address of the indices, u32. */
export const INDICES = 348;
/** Address of the data set, and whether it is float32 instead of bytes. */
export const DATA = 352;
export const DATA_IS_FLOAT = 356;
/** Address of the sums, float64: for each batch reconstruction, bound, divergence by column. */
export const SUMS = 360;
/** Words 0 and 1 of the noise's key. */
export const KEY_0 = 364;
export const KEY_1 = 368;
/** What to sum: addresses in the arena, or 0 for nothing; no columns of a divergence where there is none. */
export const RECONSTRUCTION = 372;
export const KL = 376;
export const KL_COLUMNS = 380;
export const BOUND = 384;
/** Address of each thread's own scratch memory, and its bytes. */
export const SCRATCH = 388;
export const SCRATCH_SIZE = 392;

/** Address of 128 bytes of zeros. */
export const ZEROS = 512;

/** Where the compiler puts the kernels' own tables, and the first byte after them that the engine may use. */
export const TABLES = 1024;
export const FIRST_FREE = 65536;
