"""The fully connected VAE in PyTorch, written independently of lib/: the other side of the README's results.

    python3 bench/peers/train_fc.py student-t data/mnist --seed 0 --epochs 50

Prints test loss, reconstruction and KL in nats per image after epochs 1, 10, 20, 50 and 100.
"""

import argparse
import gzip
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

BATCH, LATENT, DF = 512, 3, 5.0


def images(path: pathlib.Path) -> torch.Tensor:
    raw = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=16)
    return torch.tensor(raw.reshape(-1, 784).astype(np.float32) / 255)


def dense(inputs: int, units: int) -> nn.Linear:
    layer = nn.Linear(inputs, units)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def hidden(*widths: int) -> list[nn.Module]:
    return [part for pair in zip(widths, widths[1:]) for part in (dense(*pair), nn.ReLU())]


def kl_normal(loc: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    return (scale.square() + loc.square() - 1) / 2 - scale.log()


def kl_student_t(loc: torch.Tensor, scale: torch.Tensor, nodes: int = 64) -> torch.Tensor:
    """KL(St(loc, scale, DF) || St(0, 1, DF)) per coordinate, by the trapezoid rule in y = ln r on a fixed range."""
    y = torch.linspace(-24, 16, nodes)
    r = y.exp()
    u = r / (1 + r)
    square, shift = (t.square().unsqueeze(-1) for t in (scale, loc))
    m = shift / DF / (1 + r * square)
    inner = -0.5 * (torch.log((1 + r * square) / (1 + r)) + DF * torch.log1p(u * m))
    f = -((1 + r) ** (-(DF + 1) / 2)) * torch.expm1(inner)
    return (DF + 1) / 2 * torch.trapezoid(f, y) - scale.log()


class Vae(nn.Module):
    def __init__(self, family: str):
        super().__init__()
        self.family = family
        self.encoder = nn.Sequential(*hidden(784, 128, 64, 32))
        self.loc, self.scale = dense(32, LATENT), dense(32, LATENT)
        self.decoder = nn.Sequential(*hidden(LATENT, 32, 64, 128), dense(128, 784))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.encoder(x)
        loc, scale = self.loc(h), F.softplus(self.scale(h)) + 1e-6
        if self.family == "gaussian":
            noise, kl = torch.randn_like(loc), kl_normal(loc, scale)
        else:
            noise, kl = torch.distributions.StudentT(DF).sample(loc.shape), kl_student_t(loc, scale)
        logits = self.decoder(loc + scale * noise)
        return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1), kl.sum(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", choices=["student-t", "gaussian"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=50)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    train, test = (images(args.folder / f"{part}-images-idx3-ubyte.gz") for part in ("train", "t10k"))
    model = Vae(args.family)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)
    for epoch in range(1, args.epochs + 1):
        for rows in torch.randperm(len(train)).split(BATCH):
            reconstruction, kl = model(train[rows])
            optimizer.zero_grad()
            (reconstruction + kl).mean().backward()
            optimizer.step()
        if epoch in (1, 10, 20, 50, 100):
            with torch.no_grad():
                reconstruction, kl = (part.mean().item() for part in model(test))
            print(f"{epoch} {reconstruction + kl:.2f} {reconstruction:.2f} {kl:.2f}", flush=True)


if __name__ == "__main__":
    main()
