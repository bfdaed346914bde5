/**
 * Convolutions as products: the pixels under each place of the kernel become a row of a matrix, some places at a time, so
 * that the matrix stays in the cache.
 *
 * @module
 */

import { ZEROS } from "../opcodes";
import { multiply, multiplyRoom, pack, panels, tiles } from "./product";
import { barrier, endOf, firstOf, scratch } from "./threads";

let rows: i32 = 0;
let largeHeight: i32 = 0;
let largeWidth: i32 = 0;
let largeChannels: i32 = 0;
let smallHeight: i32 = 0;
let smallWidth: i32 = 0;
let smallChannels: i32 = 0;
let kernelSize: i32 = 0;
let stride: i32 = 0;
let paddingTop: i32 = 0;
let paddingLeft: i32 = 0;
/** Elements under one place of the kernel. */
let taps: i32 = 0;

function setGeometry(op: usize): void {
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
  taps = kernelSize * kernelSize * largeChannels;
}

/**
 * Geometry, large, kernel, small, bias or 0, relu, room for the packed kernel, places in a block:
 * small ← rows of pixels · kernel.
 */
export function conv(op: usize): void {
  setGeometry(op);
  const large = <usize> load<i32>(op, 44), small = <usize> load<i32>(op, 52);
  const bias = <usize> load<i32>(op, 56);
  const floor: f32 = load<i32>(op, 60) != 0 ? 0 : -Infinity;
  const packed = <usize> load<i32>(op, 64);
  const size = load<i32>(op, 68);
  const across = panels(smallChannels);
  pack(<usize> load<i32>(op, 48), taps, smallChannels, false, packed, firstOf(across), endOf(across));
  barrier();
  const places = rows * smallHeight * smallWidth;
  const blocks = (places + size - 1) / size;
  const end = endOf(blocks);
  const room = scratch(), columns = room + multiplyRoom(taps);
  for (let block = firstOf(blocks); block < end; block++) {
    const first = block * size, count = min(places - first, size);
    imagesToColumns(large, first, count, columns);
    multiply(
      count, smallChannels, taps, columns, false, packed, bias != 0 ? bias : ZEROS, 0,
      small + (<usize> (first * smallChannels) << 2), floor, 0, room, 0, tiles(count, smallChannels),
    );
  }
}

/** Rows of pixels under places `first` to before `first + count`, counted through all small images. */
function imagesToColumns(large: usize, first: i32, count: i32, columns: usize): void {
  const perImage = smallHeight * smallWidth;
  const rowBytes = <usize> (largeWidth * largeChannels) << 2;
  let to = columns;
  for (let place = first; place < first + count; place++) {
    const image = large + <usize> (place / perImage * largeHeight) * rowBytes;
    const y0 = place % perImage / smallWidth * stride - paddingTop;
    const x0 = place % smallWidth * stride - paddingLeft;
    const before = max(-x0, 0) * largeChannels;
    const inside = (min(x0 + kernelSize, largeWidth) - max(x0, 0)) * largeChannels;
    const after = kernelSize * largeChannels - before - inside;
    for (let ky = 0; ky < kernelSize; ky++) {
      const y = y0 + ky;
      if (y < 0 || y >= largeHeight) {
        to = clear(to, kernelSize * largeChannels);
        continue;
      }
      to = clear(to, before);
      to = copy(to, image + <usize> y * rowBytes + (<usize> (max(x0, 0) * largeChannels) << 2), inside);
      to = clear(to, after);
    }
  }
}

// @ts-ignore: decorator
@inline
function clear(to: usize, count: i32): usize {
  const end = to + (<usize> count << 2);
  for (; to + 16 <= end; to += 16) v128.store(to, f32x4.splat(0));
  for (; to < end; to += 4) store<f32>(to, 0);
  return end;
}

// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, count: i32): usize {
  const end = to + (<usize> count << 2);
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(from));
  return end;
}

/**
 * Geometry, large, kernel, small, bias or 0, relu, room for the packed kernel, images in a block:
 * rows of pixels ← small · kernelᵀ, added where they overlap, then + bias, then ReLU.
 */
export function convTranspose(op: usize): void {
  setGeometry(op);
  const large = <usize> load<i32>(op, 44), small = <usize> load<i32>(op, 52);
  const bias = <usize> load<i32>(op, 56);
  const isRelu = load<i32>(op, 60) != 0;
  const packed = <usize> load<i32>(op, 64);
  const size = load<i32>(op, 68);
  const across = panels(taps);
  pack(<usize> load<i32>(op, 48), smallChannels, taps, true, packed, firstOf(across), endOf(across));
  barrier();
  const perImage = smallHeight * smallWidth;
  const imageBytes = <usize> (largeHeight * largeWidth * largeChannels) << 2;
  const blocks = (rows + size - 1) / size;
  const end = endOf(blocks);
  const room = scratch(), columns = room + multiplyRoom(smallChannels);
  for (let block = firstOf(blocks); block < end; block++) {
    const first = block * size, count = min(rows - first, size);
    const places = count * perImage;
    multiply(
      places, taps, smallChannels, small + (<usize> (first * perImage * smallChannels) << 2), false, packed,
      ZEROS, 0, columns, -Infinity, 0, room, 0, tiles(places, taps),
    );
    for (let i = 0; i < count; i++) {
      const image = large + <usize> (first + i) * imageBytes;
      clear(image, largeHeight * largeWidth * largeChannels);
      columnsToImage(columns + (<usize> (i * perImage * taps) << 2), image);
      if (bias != 0 || isRelu) finish(image, bias, isRelu);
    }
  }
}

function columnsToImage(columns: usize, image: usize): void {
  const rowBytes = <usize> (largeWidth * largeChannels) << 2;
  let from = columns;
  for (let place = 0; place < smallHeight * smallWidth; place++) {
    const y0 = place / smallWidth * stride - paddingTop;
    const x0 = place % smallWidth * stride - paddingLeft;
    const before = max(-x0, 0) * largeChannels;
    const inside = (min(x0 + kernelSize, largeWidth) - max(x0, 0)) * largeChannels;
    for (let ky = 0; ky < kernelSize; ky++, from += <usize> (kernelSize * largeChannels) << 2) {
      const y = y0 + ky;
      if (y < 0 || y >= largeHeight) continue;
      const to = image + <usize> y * rowBytes + (<usize> (max(x0, 0) * largeChannels) << 2);
      addTo(to, from + (<usize> before << 2), inside);
    }
  }
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, from: usize, count: i32): void {
  const end = to + (<usize> count << 2);
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

function finish(image: usize, bias: usize, isRelu: bool): void {
  const pixels = largeHeight * largeWidth;
  let at = image;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < largeChannels; channel++, at += 4) {
      let value = load<f32>(at);
      if (bias != 0) value += load<f32>(bias + (<usize> channel << 2));
      store<f32>(at, isRelu ? max(value, 0) : value);
    }
  }
}

/**
 * Geometry, large, kernel, small, images in a chunk, places in a block, room for one gradient per chunk:
 * kernel ← Σ over chunks of (rows of pixels)ᵀ · small, each chunk's product added up block by block.
 */
export function convKernelGradient(op: usize): void {
  setGeometry(op);
  const large = <usize> load<i32>(op, 44), small = <usize> load<i32>(op, 52);
  const chunkImages = load<i32>(op, 56), size = load<i32>(op, 60);
  const partial = <usize> load<i32>(op, 64);
  const count = taps * smallChannels;
  const chunks = (rows + chunkImages - 1) / chunkImages;
  const perImage = smallHeight * smallWidth;
  const end = endOf(chunks);
  for (let chunk = firstOf(chunks); chunk < end; chunk++) {
    const to = partial + (<usize> (chunk * count) << 2);
    const last = min((chunk + 1) * chunkImages, rows) * perImage;
    for (let first = chunk * chunkImages * perImage; first < last; first += size) {
      gradientOfBlock(large, small, first, min(last - first, size), to, first == chunk * chunkImages * perImage);
    }
  }
  barrier();
  const kernel = <usize> load<i32>(op, 48);
  const lastElement = endOf(count);
  for (let i = firstOf(count); i < lastElement; i++) {
    let sum: f32 = 0;
    let at = partial + (<usize> i << 2);
    for (let chunk = 0; chunk < chunks; chunk++, at += <usize> count << 2) sum += load<f32>(at);
    store<f32>(kernel + (<usize> i << 2), sum);
  }
}

function gradientOfBlock(large: usize, small: usize, first: i32, places: i32, to: usize, isFirst: bool): void {
  const room = scratch(), columns = room + multiplyRoom(places);
  const packed = columns + (<usize> (places * taps) << 2);
  imagesToColumns(large, first, places, columns);
  const from = small + (<usize> (first * smallChannels) << 2);
  pack(from, places, smallChannels, false, packed, 0, panels(smallChannels));
  multiply(
    taps, smallChannels, places, columns, true, packed, isFirst ? <usize> ZEROS : to,
    isFirst ? 0 : <usize> smallChannels << 2, to, -Infinity, 0, room, 0, tiles(taps, smallChannels),
  );
}
