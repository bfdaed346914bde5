/**
 * How people write the digits 0–9: our own stroke descriptions, as data.
 *
 * One string is one way of writing one digit: the points a pen passes, `x,y` in percent of the digit's box
 * (x to the right, y down). A smooth curve goes through the points of a stroke; at a point followed by `/` the
 * pen turns a corner; `;` lifts the pen.
 *
 * @module
 */

/** One way of writing a digit, and how often it is chosen among the digit's ways. */
export interface GlyphStyle {
  readonly weight: number;
  readonly path: string;
}

/** The styles of each digit, by digit. */
export const GLYPH_STYLES: readonly (readonly GlyphStyle[])[] = [
  [ // 0: closed; overlapping at the top; narrow, begun at the upper right
    { weight: 4, path: "58,2 30,8 12,46 24,88 50,100 78,86 88,46 74,10 48,1 34,7" },
    { weight: 4, path: "66,9 44,1 18,24 10,60 28,95 56,98 84,72 88,34 70,6 48,4 36,14" },
    { weight: 2, path: "72,10 58,1 34,10 22,40 24,74 40,98 62,96 78,70 80,34 70,8" },
  ],
  [ // 1: a bare stroke; with a flag; with flag and foot
    { weight: 6, path: "53,0 50,50 47,100" },
    { weight: 3, path: "34,20 44,12 53,0/ 51,50 49,100" },
    { weight: 2, path: "32,22 44,12 52,0/ 51,50 50,99; 28,100 50,99 74,99" },
  ],
  [ // 2: angular base; looped base; swan neck with a wave for a base
    { weight: 4, path: "14,24 28,5 56,0 78,14 76,38 52,68 12,98/ 46,97 90,95" },
    { weight: 4, path: "16,20 36,2 64,2 78,22 68,50 44,78 22,94 10,88 20,76 44,84 68,97 92,92" },
    { weight: 3, path: "18,16 44,0 72,10 74,36 54,64 28,88 12,97/ 30,90 56,96 92,98" },
    { weight: 1, path: "20,30 24,8 50,0 74,12 76,36 58,62 36,82 14,99/ 90,99" },
  ],
  [ // 3: two bowls with a notch; flat top; small loop at the waist
    { weight: 5, path: "18,14 44,0 72,8 74,28 58,42 38,47/ 66,52 82,72 66,94 40,100 12,90" },
    { weight: 2, path: "16,4 48,3 80,2/ 60,22 40,42/ 68,46 84,68 70,92 42,100 14,92" },
    { weight: 3, path: "20,10 48,0 74,12 70,32 48,46 34,46 42,42 68,50 82,70 68,94 40,100 14,92" },
  ],
  [ // 4: open, corner at the left; closed, apex at the top; open with a round belly
    { weight: 5, path: "22,4 18,30 14,56/ 46,56 88,50; 76,0 72,40 66,100" },
    { weight: 3, path: "66,0 40,34 10,66/ 50,68 94,64; 68,0 67,50 64,100" },
    { weight: 3, path: "24,6 16,30 18,52 36,58 60,50 74,34/; 80,0 75,40 66,100" },
    { weight: 1, path: "20,8 12,44 28,56 58,52 76,28 78,6/ 74,50 72,100" },
  ],
  [ // 5: hat in one stroke; hat as a second stroke; like an S
    { weight: 3, path: "84,3 56,4 26,6/ 22,26 20,46/ 44,37 72,46 80,70 64,94 38,100 12,90" },
    { weight: 4, path: "28,8 24,28 21,48/ 46,42 74,54 78,76 60,96 36,99 12,92; 28,7 54,5 88,0" },
    { weight: 3, path: "84,2 54,4 34,14 30,34 48,48 72,62 72,86 48,100 24,98 12,88" },
  ],
  [ // 6: bowed stem; straight stem; slim, the bowl closing on the stem
    { weight: 4, path: "66,0 40,20 20,52 18,80 36,99 62,96 78,76 66,58 44,58 24,74" },
    { weight: 3, path: "46,0 30,30 22,64 28,92 52,100 76,86 76,64 56,56 34,66 26,82" },
    { weight: 3, path: "58,0 36,24 22,56 22,86 42,100 64,90 66,70 50,60 32,70 24,84" },
  ],
  [ // 7: plain; with a bar; with a serif; bowed
    { weight: 4, path: "12,8 46,8 84,4/ 66,42 46,100" },
    { weight: 3, path: "12,8 48,7 86,3/ 66,46 46,100; 32,52 52,50 78,46" },
    { weight: 2, path: "14,24 16,8/ 48,8 84,6/ 66,44 50,100" },
    { weight: 2, path: "10,14 28,4 52,8 82,6/ 70,26 54,60 50,100" },
  ],
  [ // 8: one crossing stroke from the upper right; from the waist; two rings
    { weight: 5, path: "78,14 54,0 30,8 28,28 48,44 70,62 74,84 50,100 26,88 28,68 50,50 72,34 80,16" },
    { weight: 3, path: "50,48 28,28 34,6 58,0 74,18 64,38 40,56 24,76 34,97 60,98 74,78 64,58 46,44" },
    {
      weight: 1,
      path: "52,46 30,32 32,8 54,0 74,12 70,36 52,46; 50,46 26,62 24,88 48,100 74,90 76,64 52,46",
    },
  ],
  [ // 9: ring and straight stem; ring and bowed tail; flat-topped, stem through the ring
    { weight: 5, path: "78,16 56,2 30,12 22,34 40,48 64,36 80,14/ 76,50 68,100" },
    { weight: 3, path: "78,16 54,2 28,14 24,38 46,48 70,34 80,12/ 80,50 66,86 42,100 20,94" },
    { weight: 3, path: "74,10 46,2 24,22 30,42 54,40 74,18 78,6 72,40 56,100" },
  ],
];
