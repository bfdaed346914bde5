"""One PyTorch contestant of `deno task bench:peers`: trains the model it is sent, as fast as PyTorch can.

    python3 bench/peers/step.py VARIANT THREADS

Reads a safetensors file from stdin: initial parameters, batches of pixels and, in its metadata, the model's record
and how to train it. Then each line is a number of steps to take, answered by a line of JSON. The latent is a
Student's t of independent coordinates with DF degrees of freedom and the exact divergence. Batches are gathered and
turned into numbers beforehand, which PyTorch is not charged for.
"""

import json
import math
import platform
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    print(json.dumps({"absent": str(error)}), flush=True)
    sys.exit()

DF = 5.0
NODES = 32
"""As many as the other contestants take; the grid below is fixed, where theirs follows loc and scale."""

POWER = (DF + 1) / 2
STEP = (8 - -18) / (NODES - 1)
R = torch.linspace(-18, 8, NODES).exp()
U = R / (1 + R)
WEIGHT = STEP * (1 + R) ** -POWER * POWER
WEIGHT[0] *= 1 + 1 / math.expm1(STEP)
"""The first node stands for all before it, too: there the integrand falls like exp(y)."""
WEIGHT_U, WEIGHT_R, SPREAD_0 = WEIGHT * U, WEIGHT * R, 1 / (1 + R)


def kl_and_gradient(loc, scale):
    """KL(St(loc, scale, DF) || St(0, 1, DF)) of each coordinate, and its derivatives in loc and scale.

    (DF + 1)/2 times the integral of (1 + r)^-(DF + 1)/2 (1 - k) over ln r, k = (q (1 + um)^DF)^-1/2,
    q = (1 + r scale^2)/(1 + r), um = u (loc^2/DF)/(1 + r scale^2), u = r/(1 + r), less ln scale, by the trapezoid
    rule. With DF = 5 there is no need of a logarithm or an exponential.
    """
    spread = torch.addcmul(torch.ones(()), scale.square().unsqueeze(-1), R)
    um = loc.square().div(DF).unsqueeze(-1) * U / spread
    um1 = um + 1
    k = (um1.square().square_() * um1).mul_(spread).mul_(SPREAD_0).rsqrt_()
    pull = k / (spread * um1)
    value = (1 - k) @ WEIGHT - scale.log()
    by_loc = loc * (pull @ WEIGHT_U)
    by_scale = scale * ((um1 - DF * um).mul_(pull) @ WEIGHT_R) - 1 / scale
    return value, by_loc, by_scale


class Divergence(torch.autograd.Function):
    """One node of the tape where the quadrature's own operations would be a dozen."""

    @staticmethod
    def forward(context, loc, scale):
        value, by_loc, by_scale = kl_and_gradient(loc, scale)
        context.save_for_backward(by_loc, by_scale)
        return value

    @staticmethod
    def backward(context, upstream):
        return tuple(upstream * partial for partial in context.saved_tensors)


def standard_t(rows, size):
    """Bailey's polar formula: far cheaper than torch.distributions.StudentT, which draws normals and gammas."""
    u, v = torch.empty(2, rows, size).uniform_(2**-24, 1)
    return (DF * (u ** (-2 / DF) - 1)).sqrt() * torch.cos(2 * math.pi * v)


def scale_of(raw):
    return F.softplus(raw) + 1e-6


class Network:
    """Layers of a record with their parameters.

    An even side under a stride of 2 is padded on one side only: after the image by the record, before it by
    PyTorch. The same function comes at no cost from turning everything by 180 degrees, data and kernels.

    With `as_convolutions` a transposed convolution of stride 1 becomes a convolution, which it is with its kernel
    turned once more: PyTorch is faster at those.
    """

    def __init__(self, record, tensors, as_convolutions=False):
        self.tensors = tensors
        self.as_convolutions = as_convolutions
        self.images = any(layer["kind"].startswith("conv") for layer in record["encoder"])
        self.shape = (*record["input"], 1) if self.images else (math.prod(record["input"]),)

    def part(self, layers, name):
        modules = []
        for i, (layer, following) in enumerate(zip(layers, [*layers[1:], {}])):
            target = following.get("shape")  # only a reshape has one
            modules += getattr(self, layer["kind"].replace("-", "_"))(layer, f"{name}/{i}", target)
        return nn.Sequential(*modules)

    def linear(self, names, target=None):
        kernels, biases = ([self.tensors[f"{name}/{part}"] for name in names] for part in ("kernel", "bias"))
        kernel, bias = torch.cat(kernels, 1), torch.cat(biases)
        flatten = []
        if len(self.shape) == 3:
            kernel = in_image_order(kernel, self.shape)
            flatten = [nn.Flatten()]
        if target is not None:
            kernel, bias = in_image_order(kernel.t(), target).t(), in_image_order(bias, target).flatten()
        module = nn.Linear(*kernel.shape)
        copy(module, weight=kernel.t(), bias=bias)
        self.shape = (kernel.shape[1],)
        return [*flatten, module]

    def dense(self, layer, name, target):
        return self.linear([name], target) + ([nn.ReLU(inplace=True)] if layer["activation"] == "relu" else [])

    def conv(self, layer, name, _):
        stride, filters = layer["stride"], layer["filters"]
        module = nn.Conv2d(self.shape[2], filters, layer["size"], stride, padding=1, bias=layer["bias"])
        self.shape = (*(-(-side // stride) for side in self.shape[:2]), filters)
        return [self.filled(module, name, self.tensors[f"{name}/kernel"].flip(0, 1).permute(3, 2, 0, 1))]

    def conv_transpose(self, layer, name, _):
        stride, filters = layer["stride"], layer["filters"]
        kernel = self.tensors[f"{name}/kernel"]
        if self.as_convolutions and stride == 1:
            module = nn.Conv2d(self.shape[2], filters, layer["size"], padding=1, bias=layer["bias"])
            weight = kernel.permute(2, 3, 0, 1)
        else:
            module = nn.ConvTranspose2d(self.shape[2], filters, layer["size"], stride, padding=1,
                                        output_padding=stride - 1, bias=layer["bias"])
            weight = kernel.flip(0, 1).permute(3, 2, 0, 1)
        self.shape = (*(side * stride for side in self.shape[:2]), filters)
        return [self.filled(module, name, weight)]

    def filled(self, module, name, weight):
        copy(module, weight=weight)
        if module.bias is not None:
            copy(module, bias=self.tensors[f"{name}/bias"])
        return module

    def batch_norm(self, layer, name, _):
        return [nn.BatchNorm2d(self.shape[2], layer["epsilon"], 1 - layer["momentum"])]

    def leaky_relu(self, layer, name, _):
        return [nn.LeakyReLU(layer["slope"], inplace=True)]

    def reshape(self, layer, name, _):
        height, width, channels = self.shape = tuple(layer["shape"])
        return [nn.Unflatten(1, (channels, height, width))]


def in_image_order(rows, shape):
    """Rows for (height, width, channels) to rows for (channels, height, width), turned by 180 degrees."""
    return rows.reshape(*shape, -1).flip(0, 1).permute(2, 0, 1, 3).flatten(0, 2)


@torch.no_grad()
def copy(module, **values):
    for name, value in values.items():
        getattr(module, name).copy_(value)


class Vae(nn.Module):
    def __init__(self, record, tensors, as_convolutions=False):
        super().__init__()
        network = Network(record, tensors, as_convolutions)
        self.encoder = network.part(record["encoder"], "encoder")
        self.heads = nn.Sequential(*network.linear(["latent/loc", "latent/scale"]))
        network.shape = (record["latent"]["size"],)
        self.decoder = network.part(record["decoder"], "decoder")

    def forward(self, x):
        loc, raw = self.heads(self.encoder(x)).chunk(2, 1)
        scale = scale_of(raw)
        logits = self.decoder(loc + scale * standard_t(*loc.shape))
        kl = Divergence.apply(loc, scale).sum() / len(x)
        return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x) + kl, kl


def eager(record, tensors, learning_rate, fused=None, channels_last=False, compiled=False, as_convolutions=False):
    model = Vae(record, tensors, as_convolutions)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate, fused=fused)
    objective = torch.compile(model) if compiled else model

    def step(x):
        optimizer.zero_grad()
        loss, kl = objective(x)
        loss.backward()
        optimizer.step()
        return loss.detach(), kl.detach()

    return step


def hand_fused(record, tensors, learning_rate):
    """Gradients written out for dense layers, everything in buffers that stay, one Adam update of all parameters."""
    encoder, decoder = (
        [[f"{part}/{i}"] for i in range(len(record[part]))] for part in ("encoder", "decoder")
    )
    layers = [*encoder, ["latent/loc", "latent/scale"], *decoder]
    joined = [[torch.cat([tensors[f"{name}/{part}"] for name in names], -1) for part in ("kernel", "bias")]
              for names in layers]
    values = torch.cat([array.flatten() for pair in joined for array in pair])
    gradients, first, second = (torch.zeros_like(values) for _ in range(3))
    taken = torch.zeros(())

    def views(flat):
        offset = 0
        for pair in joined:
            yield [flat[(start := offset):(offset := offset + array.numel())].view(array.shape) for array in pair]

    weights, slopes = list(views(values)), list(views(gradients))
    rows, heads, last = tensors["pixels"].shape[1], len(encoder), len(layers) - 1
    outputs = [torch.empty(rows, len(bias)) for _, bias in weights]
    pulls = [torch.empty_like(output) for output in outputs]

    @torch.no_grad()
    def step(x):
        h, inputs = x, []
        for i, (kernel, bias) in enumerate(weights):
            inputs.append(h)
            h = torch.addmm(bias, h, kernel, out=outputs[i])
            if i == heads:
                loc, raw = h.chunk(2, 1)
                scale, noise = scale_of(raw), standard_t(*loc.shape)
                h = torch.addcmul(loc, scale, noise)
            elif i < last:
                h.relu_()
        kl, by_loc, by_scale = kl_and_gradient(loc, scale)
        kl = kl.sum() / rows
        loss = F.binary_cross_entropy_with_logits(h, x, reduction="sum") / rows + kl
        d = torch.sub(h.sigmoid_(), x, out=pulls[last]).div_(rows)
        for i in range(last, -1, -1):
            torch.mm(inputs[i].t(), d, out=slopes[i][0])
            torch.sum(d, 0, out=slopes[i][1])
            if i == 0:
                break
            back = torch.mm(d, weights[i][0].t(), out=pulls[i - 1] if i != heads + 1 else None)
            if i == heads + 1:
                d_scale = torch.addcmul(by_scale / rows, back, noise)
                d = torch.cat([back + by_loc / rows, d_scale * raw.sigmoid()], 1)
            else:
                d = torch.ops.aten.threshold_backward.grad_input(back, inputs[i], 0, grad_input=back)
        taken.add_(1)
        torch._fused_adam_([values], [gradients], [first], [second], [], [taken], lr=learning_rate, beta1=0.9,
                           beta2=0.999, weight_decay=0.0, eps=1e-8, amsgrad=False, maximize=False)
        return loss, kl

    return step


VARIANTS = {
    "eager": eager,
    "fused-adam": lambda *task: eager(*task, fused=True),
    "channels-last": lambda *task: eager(*task, fused=True, channels_last=True),
    "as-convolutions": lambda *task: eager(*task, fused=True, channels_last=True, as_convolutions=True),
    "hand-fused": hand_fused,
    "compiled": lambda *task: eager(*task, fused=True, channels_last=True, compiled=True),
}


def read_safetensors(stream):
    header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
    metadata = header.pop("__metadata__")
    size = max(entry["data_offsets"][1] for entry in header.values())
    data = bytearray(stream.read(size))
    dtypes = {"F32": torch.float32, "U8": torch.uint8}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=dtypes[entry["dtype"]]).view(entry["shape"])
    return tensors, metadata


def main():
    variant, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    tensors, metadata = read_safetensors(sys.stdin.buffer)
    record = json.loads(metadata["model"])
    batches = tensors["pixels"].float() / 255
    if any(layer["kind"].startswith("conv") for layer in record["encoder"]):
        batches = batches.view(*batches.shape[:2], 1, *record["input"]).flip(-2, -1).contiguous()
    step = VARIANTS[variant](record, tensors, float(metadata["learningRate"]))
    version = f"PyTorch {torch.__version__}, Python {platform.python_version()}"
    print(json.dumps({"threads": torch.get_num_threads(), "version": version}), flush=True)

    taken = 0
    while line := sys.stdin.buffer.readline():
        results = []
        begun = time.perf_counter()
        for _ in range(int(line)):
            results.append(step(batches[taken % len(batches)]))
            taken += 1
        milliseconds = (time.perf_counter() - begun) * 1e3 / len(results)
        first, last = ({"loss": loss.item(), "kl": kl.item()} for loss, kl in (results[0], results[-1]))
        print(json.dumps({"milliseconds": milliseconds, "first": first, "last": last}), flush=True)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # its first line says more than the last one of a compiler's report
        print(json.dumps({"absent": f"{type(error).__name__}: {error}".splitlines()[0]}), flush=True)
