// One thread of the engine. It is text to the program that starts it: so a worker needs no permission to read files.

let kernels;
let thread;
let control;

onmessage = async ({ data }) => {
  if (data.module !== undefined) {
    ({ thread, control } = data);
    kernels = (await WebAssembly.instantiate(data.module, { env: { memory: data.memory } })).exports;
    postMessage({ started: true });
    return;
  }
  try {
    kernels.run(thread);
  } catch (error) {
    // The others would wait for this thread for ever.
    const words = new Int32Array(control.memory.buffer);
    Atomics.store(words, control.aborted >> 2, 1);
    Atomics.notify(words, control.generation >> 2);
    postMessage({ failed: `${error}` });
  }
};
