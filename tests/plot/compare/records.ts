/** Made-up runs to compare. */

import type { ComparedRun } from "../../../lib/plot/mod.ts";
import { epochs } from "../records.ts";

/** A run whose name says what is special; the later ones are worse. */
export function compared(name: string, more: Partial<ComparedRun> = {}): ComparedRun {
  return {
    name,
    config: [["latent.size", "3"], ["latent.df.fixed", name]],
    dataset: "mnist",
    latent: { family: "gaussian", size: 3, kl: "closed" },
    objective: { kind: "elbo", beta: 1 },
    likelihood: "bernoulli",
    metrics: epochs(3),
    ...more,
  };
}

/** Losses that are `more` nats greater. */
export function worse(more: number, count = 3): ComparedRun["metrics"] {
  return epochs(count).map(({ test, ...record }) => ({
    ...record,
    test: { ...test!, loss: test!.loss + more, reconstruction: test!.reconstruction + more },
  }));
}
