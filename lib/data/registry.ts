/**
 * The data sets known by name: what they are, where they are published, and their checksums.
 *
 * @module
 */

/** What one file of a data set holds. */
export type FileRole = "train-images" | "train-labels" | "test-images" | "test-labels";

/** One published file: a gzipped IDX file of unsigned bytes. */
export interface DatasetFile {
  /** What it holds. */
  readonly role: FileRole;
  /** Its name in every mirror and on disk. */
  readonly name: string;
  /** Size of the file as published. */
  readonly bytes: number;
  /** SHA-256 of the file as published, in hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of the decompressed IDX file. */
  readonly contentSha256: string;
  /** Dimensions in the IDX header. */
  readonly shape: readonly number[];
}

/** A data set that can be named. */
export interface DatasetEntry {
  /** Name, content and authors in one line. */
  readonly title: string;
  /** The licence of the data. */
  readonly licence: string;
  /** The name of each class, by label. */
  readonly classes: readonly string[];
  /** None for a data set that is generated, or made from another one. */
  readonly files: readonly DatasetFile[];
  /** Folders that publish the files, tried in order. */
  readonly mirrors: readonly string[];
  /** The published data set that it is made from, if it is. */
  readonly madeFrom?: string;
}

/** Data sets by name. */
export type Registry = Readonly<Record<string, DatasetEntry>>;

/** The name of a known data set. */
export type DatasetName =
  | "glyphs"
  | "mnist"
  | "binarized-mnist"
  | "fashion-mnist"
  | "heavy-tail-1d"
  | "heavy-tail-2d";

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** Every data set by name. */
export const DATASETS: Readonly<Record<DatasetName, DatasetEntry>> = {
  "glyphs": {
    title: "Glyphs: digits 0–9 drawn by this program, in the format of MNIST",
    licence: "MIT",
    classes: DIGITS,
    files: [],
    mirrors: [],
  },
  "mnist": {
    title: "MNIST: handwritten digits (LeCun, Cortes & Burges 1998)",
    licence: "CC BY-SA 3.0",
    classes: DIGITS,
    files: [
      {
        role: "train-images",
        name: "train-images-idx3-ubyte.gz",
        bytes: 9912422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        contentSha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        shape: [60000, 28, 28],
      },
      {
        role: "train-labels",
        name: "train-labels-idx1-ubyte.gz",
        bytes: 28881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        contentSha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        shape: [60000],
      },
      {
        role: "test-images",
        name: "t10k-images-idx3-ubyte.gz",
        bytes: 1648877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        contentSha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        shape: [10000, 28, 28],
      },
      {
        role: "test-labels",
        name: "t10k-labels-idx1-ubyte.gz",
        bytes: 4542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        contentSha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        shape: [10000],
      },
    ],
    mirrors: [
      "https://storage.googleapis.com/cvdf-datasets/mnist",
      "https://ossci-datasets.s3.amazonaws.com/mnist",
    ],
  },
  "binarized-mnist": {
    title:
      "MNIST, statically binarised: each pixel drawn once, with its gray level as the probability of ink",
    licence: "CC BY-SA 3.0",
    classes: DIGITS,
    files: [],
    mirrors: [],
    madeFrom: "mnist",
  },
  "fashion-mnist": {
    title: "Fashion-MNIST: Zalando's article images (Xiao, Rasul & Vollgraf 2017)",
    licence: "MIT",
    classes: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
    files: [
      {
        role: "train-images",
        name: "train-images-idx3-ubyte.gz",
        bytes: 26421880,
        sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        contentSha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        shape: [60000, 28, 28],
      },
      {
        role: "train-labels",
        name: "train-labels-idx1-ubyte.gz",
        bytes: 29515,
        sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        contentSha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        shape: [60000],
      },
      {
        role: "test-images",
        name: "t10k-images-idx3-ubyte.gz",
        bytes: 4422102,
        sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        contentSha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        shape: [10000, 28, 28],
      },
      {
        role: "test-labels",
        name: "t10k-labels-idx1-ubyte.gz",
        bytes: 5148,
        sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        contentSha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        shape: [10000],
      },
    ],
    mirrors: [
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
      "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
      // Zalando's own bucket, as its README names it: it does not speak https, so the checksum has to vouch for it.
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    ],
  },
  "heavy-tail-1d": {
    title: "A mixture of two Student's t in one dimension, after the t³VAE (Kim et al. 2024)",
    licence: "MIT",
    classes: [],
    files: [],
    mirrors: [],
  },
  "heavy-tail-2d": {
    title: "A curve with Student's-t noise in two dimensions, after the t³VAE (Kim et al. 2024)",
    licence: "MIT",
    classes: [],
    files: [],
    mirrors: [],
  },
};

/** All names, the embedded data set first. */
export const datasetNames: readonly DatasetName[] = Object.keys(DATASETS) as DatasetName[];

/** Whether some text is the name of a known data set. */
export function isDatasetName(name: string): name is DatasetName {
  return Object.hasOwn(DATASETS, name);
}
