/**
 * Binarised images.
 *
 * @module
 */

import { philox4x32, STREAM } from "../math/philox.ts";
import type { Dataset, Split } from "./dataset.ts";
import { sha256 } from "./hash.ts";
import { DATA_STEP } from "./steps.ts";

const TWO_POW_32 = 0x100000000;
const WORDS = 4;

/**
 * Static binarisation: every pixel is drawn once, for good, 1 with probability value/255, and stored as 0 or 255.
 *
 * The draws are those of seed 0, whatever a run's seed is: pixel p of row r takes word p mod 4 of the Philox block of
 * (r, floor(p / 4)), so that the same images come out on every machine, as the sums in `sha256` show.
 *
 * The literature's negative log-likelihoods of binarised MNIST, in nats per image, are of such a data set: there p(x) is
 * a probability, where the Bernoulli likelihood of gray pixels is none that sums to one. Compare with care: the file that
 * most papers share is another draw of the same pixels, and others draw anew in every epoch ("dynamic" binarisation).
 *
 * Source: Salakhutdinov & Murray 2008, "On the quantitative analysis of deep belief networks".
 * Deviates: Larochelle & Murray 2011's fixed file, "The neural autoregressive distribution estimator", is another draw.
 *
 * @param dataset 8-bit images
 * @param name of the new data set
 * @returns the same data set, its pixels 0 or 255; `sha256` has, besides what was read, that of the new pixels
 * @throws {TypeError} if the values are not 8-bit
 */
export async function binarized(dataset: Dataset, name: string): Promise<Dataset> {
  const train = binarize(dataset.train, DATA_STEP.binarizedTrain);
  const test = binarize(dataset.test, DATA_STEP.binarizedTest);
  return {
    ...dataset,
    name,
    train,
    test,
    sha256: {
      ...dataset.sha256,
      "binarized-train-images": await sha256(train.values),
      "binarized-test-images": await sha256(test.values),
    },
  };
}

function binarize(
  { values, count, labels }: Split,
  step: number,
): Split & { readonly values: Uint8Array<ArrayBuffer> } {
  if (!(values instanceof Uint8Array)) {
    throw new TypeError("Cannot binarise: values must be 8-bit gray levels, got 32-bit numbers");
  }
  const size = values.length / count;
  const binary = new Uint8Array(values.length);
  const counter = Uint32Array.of(0, step, STREAM.data, 0);
  const key = new Uint32Array(2), words = new Uint32Array(WORDS);
  for (let row = 0; row < count; row++) {
    counter[0] = row;
    let drawn = -1;
    for (let pixel = 0; pixel < size; pixel++) {
      const value = values[row * size + pixel];
      // Paper and full ink, most pixels, need no draw.
      if (value === 0) continue;
      if (value < 255) {
        const block = Math.floor(pixel / WORDS);
        if (block !== drawn) {
          counter[3] = drawn = block;
          philox4x32(counter, key, words);
        }
        if (words[pixel % WORDS] * 255 >= value * TWO_POW_32) continue;
      }
      binary[row * size + pixel] = 255;
    }
  }
  return { values: binary, count, ...(labels && { labels }) };
}
