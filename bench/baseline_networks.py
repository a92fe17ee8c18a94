# SPDX-License-Identifier: MIT
"""The published networks, as fast as PyTorch reruns them: what baseline_pytorch.py measures.

A network lays its events out once, with `batch`, and maps them to readouts, with `__call__`, from its parameters alone:
every layer, every step, every sample. Where nothing feeds back, a layer's product covers all steps at once.

| network | layers | readout |
|---|---|---|
| NMnist | fc1, lif1, fc2, lif2 | spike counts |
| Shd | fc1 and, on lif1's spikes of the step before, fb1; lif1; fc2, lif2 | largest potential |
| Gesture | conv1, pooling, lif1, conv2, pooling, lif2, fc1, lif3 | spike counts |

Neurons are snnTorch's Leaky or, with alpha, Synaptic; both reset by subtraction:
    s[t] = alpha s[t-1] + I[t];  U[t] = (beta U[t-1] + s[t]) - R[t] theta,  R[t] = H(U[t-1] - theta),  S[t] = H(U[t] - theta)
`plain` updates them in place, and a step's spikes double as the next step's reset; `snntorch` is the module itself.
"""
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import conv2d, max_pool2d

try:
    import snntorch
except ImportError:  # `plain` does without
    snntorch = None


def plain(steps, beta, theta, alpha=None, lateral=None, largest=None):
    """Writes the spikes of one neuron layer, for `steps` of (current, spikes); see `Net.layer`."""
    u = r = s = None
    for current, spikes in steps:
        if u is None:
            u, r, s = (torch.zeros_like(current) for _ in range(3))
        if lateral:
            lateral(current, r)
        if alpha is not None:
            current = s.mul_(alpha).add_(current)
        u.mul_(beta).add_(current).addcmul_(r, theta, value=-1)
        r = torch.gt(u, theta, out=spikes)
        if largest is not None:
            torch.maximum(largest, u, out=largest)


def by_snntorch(steps, beta, theta, alpha=None, lateral=None, largest=None):
    same = {"threshold": theta, "reset_mechanism": "subtract", "surrogate_disable": True}
    neurons = snntorch.Leaky(beta, **same) if alpha is None else snntorch.Synaptic(alpha, beta, **same)
    states = before = None
    for current, spikes in steps:
        if states is None:
            before, states = torch.zeros_like(current), [torch.zeros_like(current)] * (1 if alpha is None else 2)
        if lateral:
            lateral(current, before)
        spikes[...], *states = neurons(current, *states)
        before = spikes
        if largest is not None:
            torch.maximum(largest, states[-1], out=largest)


UPDATES = {"plain": plain} | ({"snntorch": by_snntorch} if snntorch else {})


@dataclass
class Batch:
    """Events of `size` samples, laid out for one product."""

    events: torch.Tensor
    steps: int
    size: int


def steps_first(frames, first, size):
    """(step x sample, ...) of `size` samples from `first` on, cyclically."""
    chosen = frames[np.arange(first, first + size) % len(frames)]  # (sample, step, ...)
    return torch.from_numpy(np.ascontiguousarray(chosen.swapaxes(0, 1))).float().flatten(0, 1)


class Net:
    """Parameters by name, and buffers that last from run to run."""

    def __init__(self, weights, product, update):
        self.parameters = {name: torch.from_numpy(np.array(array, np.float32)) for name, array in weights.items()}
        self.product, self.update = product, update
        self.spikes = {}  # layer -> buffer of its current's shape

    @staticmethod
    def batch(frames, first, size, product):
        rows = steps_first(frames, first, size).flatten(1)
        return Batch(laid_out(rows, product), frames.shape[1], size)

    def layer(self, name, current, axis, spread, lateral=None, largest=None):
        """Spikes of a neuron layer, of the current's shape.

        axis: of the steps; spread: lays a parameter out for one step; lateral: adds to a step's current what the spikes
        before it cause; largest: of one step's shape, takes the largest potentials.
        """
        fields = {field: self.parameters.get(f"{name}.{field}") for field in ("beta", "threshold", "alpha")}
        beta, theta, alpha = (None if field is None else spread(field) for field in fields.values())
        if name not in self.spikes or self.spikes[name].shape != current.shape:
            self.spikes[name] = torch.empty_like(current)
        spikes = self.spikes[name]
        UPDATES[self.update](zip(current.unbind(axis), spikes.unbind(axis)), beta.clamp(0, 1), theta,
                             None if alpha is None else alpha.clamp(0, 1), lateral, largest)
        return spikes


def laid_out(rows, product):
    """Rows (step x sample, input) as `linear` wants them."""
    return {"blas": lambda: rows.t().contiguous(), "blas-rows": lambda: rows, "onednn": rows.to_mkldnn,
            "sparse": rows.to_sparse_csr}[product]()


def linear(events, weight, bias, product):
    """Currents (neuron, step x sample) of `blas`, (step x sample, neuron) of the others."""
    if product == "blas":
        return torch.addmm(bias[:, None], weight, events)
    if product == "blas-rows":
        return torch.addmm(bias, events, weight.t())
    if product == "onednn":
        return torch._C._nn.mkldnn_linear(events, weight.to_mkldnn(), bias.to_mkldnn()).to_dense()
    return (events @ weight.t().contiguous()).add_(bias)


class NMnist(Net):
    """Neurons are the first axis and samples the last, so that no parameter is broadcast along the fast axis."""

    products, dense = ("blas", "onednn", "sparse"), ("blas", "onednn")
    sizes = (64, 128, 256, 512, 1024, 2048, 4096)

    def __call__(self, batch):
        """Spike counts (class, sample)."""
        p = self.parameters
        column = lambda parameter: parameter.view(-1, 1)
        current = linear(batch.events, p["fc1.weight"], p["fc1.bias"], self.product)
        if self.product != "blas":
            current = current.t().contiguous()
        hidden = self.layer("lif1", current.view(-1, batch.steps, batch.size), 1, column)
        current = linear(hidden.flatten(1), p["fc2.weight"], p["fc2.bias"], "blas")
        return self.layer("lif2", current.view(-1, batch.steps, batch.size), 1, column).sum(1)


class Shd(Net):
    """`blas` has neurons first, the other products have them last; the lateral product goes step by step."""

    products, dense = ("blas", "blas-rows", "onednn", "sparse"), ("blas", "blas-rows", "onednn")
    sizes = (16, 32, 64, 128, 256)

    def __call__(self, batch):
        """Largest potentials (class, sample)."""
        p, first = self.parameters, self.product == "blas"
        shape, axis = ((-1, batch.steps, batch.size), 1) if first else ((batch.steps, batch.size, -1), 0)
        spread = (lambda parameter: parameter.view(-1, 1)) if first else lambda parameter: parameter
        back = p["fb1.weight"] if first else p["fb1.weight"].t().contiguous()
        lateral = (lambda current, spikes: current.addmm_(back, spikes)) if first else (
            lambda current, spikes: current.addmm_(spikes, back))
        current = linear(batch.events, p["fc1.weight"], p["fc1.bias"] + p["fb1.bias"], self.product)
        hidden = self.layer("lif1", current.view(shape), axis, spread, lateral)
        hidden = hidden.flatten(1) if first else hidden.flatten(0, 1)
        current = linear(hidden, p["fc2.weight"], p["fc2.bias"], "blas" if first else "blas-rows").view(shape)
        largest = torch.full_like(current.select(axis, 0), -torch.inf)
        self.layer("lif2", current, axis, spread, largest=largest)
        return largest if first else largest.t()


class Gesture(Net):
    """Convolutions by oneDNN, with steps x samples as their batch.

    Maps are `contiguous` (channel, y, x), `channels_last` (y, x, channel), or `blocked` as oneDNN likes them best, whose
    pooling passes over NaN, so that its faulty results are not those of the others. Two maxima pool faster than
    max_pool2d, which also finds out where they are.
    """

    products, dense = ("contiguous", "channels_last", "blocked"), ("contiguous", "channels_last")
    sizes = (2, 4, 8, 16, 32, 64)

    @staticmethod
    def batch(frames, first, size, product):
        rows = steps_first(frames, first, size)
        if product != "contiguous":
            rows = rows.to_mkldnn() if product == "blocked" else rows.contiguous(memory_format=torch.channels_last)
        return Batch(rows, frames.shape[1], size)

    def pooled(self, maps, weight, bias):
        """Currents (step x sample, channel, y, x), or (step x sample, y, x, channel) of `channels_last`."""
        if self.product == "blocked":
            maps = maps if maps.is_mkldnn else maps.to_mkldnn()
            return max_pool2d(conv2d(maps, weight, bias), 2).to_dense()
        currents = conv2d(maps, weight, bias)
        last = self.product == "channels_last"
        if last:
            currents = currents.permute(0, 2, 3, 1)
        for axis in (1, 2) if last else (2, 3):
            currents = torch.maximum(*currents.unflatten(axis, (-1, 2)).unbind(axis + 1))
        return currents

    def __call__(self, batch):
        """Spike counts (class, sample)."""
        p, maps, last = self.parameters, batch.events, self.product == "channels_last"
        for conv, lif in (("conv1", "lif1"), ("conv2", "lif2")):
            current = self.pooled(maps, p[f"{conv}.weight"], p[f"{conv}.bias"]).unflatten(0, (batch.steps, -1))
            column = (lambda parameter: parameter[:, None]) if last else lambda parameter: parameter
            spread = lambda parameter: column(parameter).expand(current.shape[2:]).contiguous()  # once, not every row
            maps = self.layer(lif, current, 0, spread).flatten(0, 1)
            if last:
                maps = maps.permute(0, 3, 1, 2)
        weight, rows = p["fc1.weight"], maps.flatten(1)
        if last:  # a copy of the weights is smaller than one of the spikes
            weight = weight.unflatten(1, maps.shape[1:]).permute(0, 2, 3, 1).flatten(1)
            rows = maps.permute(0, 2, 3, 1).flatten(1)
        current = linear(rows, weight, p["fc1.bias"], "blas-rows").view(batch.steps, batch.size, -1)
        return self.layer("lif3", current, 0, lambda parameter: parameter).sum(0).t()


NETWORKS = {"nmnist": NMnist, "shd": Shd, "gesture": Gesture}
