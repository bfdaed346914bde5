/**
 * The sizes of the convolution that is being computed.
 *
 * @module
 */

export let rows: i32 = 0;
export let largeHeight: i32 = 0;
export let largeWidth: i32 = 0;
export let largeChannels: i32 = 0;
export let smallHeight: i32 = 0;
export let smallWidth: i32 = 0;
export let smallChannels: i32 = 0;
export let kernelSize: i32 = 0;
export let stride: i32 = 0;
export let paddingTop: i32 = 0;
export let paddingLeft: i32 = 0;

/** Reads them: rows, large and small images, the kernel's size, stride and padding, as i32 from `op` on. */
export function setGeometry(op: usize): void {
  rows = load<i32>(op, 0);
  largeHeight = load<i32>(op, 4);
  largeWidth = load<i32>(op, 8);
  largeChannels = load<i32>(op, 12);
  smallHeight = load<i32>(op, 16);
  smallWidth = load<i32>(op, 20);
  smallChannels = load<i32>(op, 24);
  kernelSize = load<i32>(op, 28);
  stride = load<i32>(op, 32);
  paddingTop = load<i32>(op, 36);
  paddingLeft = load<i32>(op, 40);
}
