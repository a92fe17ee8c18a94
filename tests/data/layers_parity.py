# SPDX-License-Identifier: MIT
"""Spikes and potentials of snnTorch's neurons and PyTorch's layers on random weights and inputs, for tests/campaign/layers_parity_test.cpp.

It writes one layers/CASE.npz for each small network: `x` (sample, step, input) uint8, the parameters by the state_dict's
names, and of each neuron layer `lif1.expected_spike` uint8 and `lif1.expected_potential` float32 (sample, step, neuron).

With the published weights it writes layers/shd.npz and layers/gesture.npz, without the weights: `x` likewise, the spikes of
each neuron layer as packed bits, and `expected_readout` (sample, class).

    python3 layers_parity.py [--published FOLDER]     FOLDER holds shd/weights.npz and csnn/weights.npz
"""
import argparse
from pathlib import Path

import numpy as np
import snntorch as snn
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
SAMPLES, STEPS = 8, 16


class SumPool2d(nn.Module):
    def __init__(self, size, stride=None):
        super().__init__()
        self.pool = nn.AvgPool2d(size, stride, divisor_override=1)

    def forward(self, x):
        return self.pool(x)


class Elementwise(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(columns))

    def forward(self, x):
        return self.weight * x


class Stage:
    """What feeds neurons, the neurons, and what feeds their last spikes back into them."""

    def __init__(self, name, feeds, neurons, lateral=None):
        self.name, self.feeds, self.neurons, self.lateral = name, feeds, neurons, lateral


def run(stages, x):
    """Spikes and potentials (sample, step, neuron) of each stage."""
    last, spikes, potentials = {}, {s.name: [] for s in stages}, {s.name: [] for s in stages}
    for step in range(x.shape[1]):
        values = x[:, step]
        for stage in stages:
            for module in stage.feeds.values():
                values = module(values)
            if stage.lateral:
                (lateral,) = stage.lateral.values()
                values = values + lateral(last.get(stage.name, torch.zeros_like(values)))
            values = stage.neurons(values)
            last[stage.name] = values
            spikes[stage.name].append(values.flatten(1))
            potentials[stage.name].append(stage.neurons.mem.flatten(1))
    return ({name: torch.stack(all, 1) for name, all in spikes.items()},
            {name: torch.stack(all, 1) for name, all in potentials.items()})


def columns(generator, n, low, high):
    return torch.rand(n, generator=generator) * (high - low) + low


def neurons(kind, n, generator, **options):
    """A layer of `kind` with constants for each index of the last axis, of length n."""
    threshold = columns(generator, n, 0.7, 1.2)
    beta = columns(generator, n, 0.5, 0.8)
    alpha = columns(generator, n, 0.85, 0.95)
    options = dict(threshold=threshold, init_hidden=True, **options)
    if kind is snn.Lapicque:
        return kind(R=1.5, C=3.0, time_step=1.0, **options)
    if kind in (snn.Leaky, snn.RLeaky):
        return kind(beta=beta, **options)
    if kind is snn.Alpha:
        return kind(alpha=alpha, beta=beta, **options)
    return kind(alpha=alpha - 0.3, beta=beta, **options)


def draw(stages, generator):
    """Random weights that let neurons fire now and then."""
    for stage in stages:
        size, mean = {snn.Lapicque: (1.6, 0.8), snn.Alpha: (0.8, 0.4)}.get(type(stage.neurons), (1.4, 0.1))
        for module in stage.feeds.values():
            for tensor in module.parameters():
                scale = size / tensor[0].numel()**0.5 if tensor.dim() > 1 else 0.2
                tensor.data = (torch.randn(tensor.shape, generator=generator) + (mean if tensor.dim() > 1 else 0)) * scale
        back = list((stage.lateral or {}).values()) + [getattr(stage.neurons, "recurrent", nn.Identity())]
        for module in back:
            for tensor in module.parameters():
                scale = 1 / tensor[0].numel()**0.5 if tensor.dim() > 1 else 0.2
                tensor.data = torch.randn(tensor.shape, generator=generator) * scale


def parameters(stages):
    arrays = {}
    for stage in stages:
        for name, module in {**stage.feeds, **(stage.lateral or {}), stage.name: stage.neurons}.items():
            for field, tensor in module.state_dict().items():
                if field not in ("mem", "graded_spikes_factor", "reset_mechanism_val", "V"):
                    arrays[f"{name}.{field}"] = tensor.numpy()
            if hasattr(getattr(module, "recurrent", None), "V"):
                arrays[f"{name}.recurrent.V"] = module.recurrent.V.detach().numpy()
    return arrays


def two_dense(kind, generator, first={}, second={}, **options):
    return [Stage("lif1", {"fc1": nn.Linear(12, 16)}, neurons(kind, 16, generator, **first, **options)),
            Stage("lif2", {"fc2": nn.Linear(16, 8)}, neurons(kind, 8, generator, **second, **options))], (12,)


def recurrent_dense(kind, generator, **options):
    return two_dense(kind, generator, dict(linear_features=16), dict(linear_features=8), **options)


def convolutions(generator):
    return [Stage("lif1", {"conv1": nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 0)), "pool": nn.MaxPool2d(2, 1)},
                  neurons(snn.Leaky, 6, generator)),
            Stage("lif2", {"conv2": nn.Conv2d(4, 6, 2, padding=1, dilation=2, groups=2, bias=False)},
                  neurons(snn.Synaptic, 6, generator)),
            Stage("lif3", {"flat": nn.Flatten(), "fc1": nn.Linear(6 * 3 * 6, 5)}, neurons(snn.Leaky, 5, generator))], (2, 8, 8)


def poolings(generator):
    return [Stage("lif1", {"mean": nn.AvgPool2d(3, stride=1, padding=1), "conv1": nn.Conv2d(2, 3, 3)},
                  neurons(snn.Leaky, 6, generator)),
            Stage("lif2", {"sum": SumPool2d(2), "conv2": nn.Conv2d(3, 4, 1)}, neurons(snn.Leaky, 3, generator)),
            Stage("lif3", {"max": nn.MaxPool2d(3, stride=1, padding=1), "flat": nn.Flatten(), "fc1": nn.Linear(36, 5)},
                  neurons(snn.Leaky, 5, generator))], (2, 8, 8)


def laterals(generator):
    return [Stage("lif1", {"conv1": nn.Conv2d(2, 3, 3)}, neurons(snn.Leaky, 4, generator),
                  {"fb1": nn.Conv2d(3, 3, (3, 1), padding=(1, 0))}),
            Stage("lif2", {"flat": nn.Flatten(), "fc1": nn.Linear(48, 10)}, neurons(snn.Synaptic, 10, generator),
                  {"fb2": nn.Linear(10, 10)}),
            Stage("lif3", {"fc2": nn.Linear(10, 6)}, neurons(snn.Leaky, 6, generator), {"fb3": Elementwise(6)})], (2, 6, 6)


def recurrent_convolution(kind, generator):
    return [Stage("lif1", {"conv1": nn.Conv2d(2, 3, 3)}, neurons(kind, 4, generator, conv2d_channels=3, kernel_size=3)),
            Stage("lif2", {"flat": nn.Flatten(), "fc1": nn.Linear(48, 6)},
                  neurons(kind, 6, generator, all_to_all=False, V=columns(generator, 6, -0.5, 0.5)))], (2, 6, 6)


CASES = {
    **{f"leaky_{r}": lambda g, r=r: two_dense(snn.Leaky, g, reset_mechanism=r) for r in ("subtract", "zero", "none")},
    **{f"leaky_{r}_immediate": lambda g, r=r: two_dense(snn.Leaky, g, reset_mechanism=r, reset_delay=False)
       for r in ("subtract", "zero")},
    **{f"synaptic_{r}": lambda g, r=r: two_dense(snn.Synaptic, g, reset_mechanism=r) for r in ("subtract", "zero", "none")},
    **{f"lapicque_{r}": lambda g, r=r: two_dense(snn.Lapicque, g, reset_mechanism=r) for r in ("subtract", "zero", "none")},
    **{f"alpha_{r}": lambda g, r=r: two_dense(snn.Alpha, g, reset_mechanism=r) for r in ("subtract", "zero", "none")},
    **{f"rleaky_{r}": lambda g, r=r: recurrent_dense(snn.RLeaky, g, reset_mechanism=r) for r in ("subtract", "zero", "none")},
    "rleaky_subtract_immediate": lambda g: recurrent_dense(snn.RLeaky, g, reset_delay=False),
    **{f"rsynaptic_{r}": lambda g, r=r: recurrent_dense(snn.RSynaptic, g, reset_mechanism=r)
       for r in ("subtract", "zero", "none")},
    "rleaky_convolution": lambda g: recurrent_convolution(snn.RLeaky, g),
    "rsynaptic_convolution": lambda g: recurrent_convolution(snn.RSynaptic, g),
    "convolutions": convolutions,
    "poolings": poolings,
    "laterals": laterals,
}


def published(folder, output):
    def loaded(weights, module, name):
        fields = {f: torch.from_numpy(weights[f"{name}.{f}"]) for f in ("weight", "bias")}
        module.load_state_dict(fields)
        return module

    def lif(weights, kind, name):
        options = {f: torch.from_numpy(weights[f"{name}.{f}"]) for f in ("alpha", "beta", "threshold") if f"{name}.{f}" in weights}
        return kind(init_hidden=True, **options)

    def events(generator, shape, rate):
        """Counts whose rate differs from place to place, as a sensor's does."""
        places = torch.rand((shape[0], 1, *shape[2:]), generator=generator) ** 3
        return torch.poisson(places.expand(shape) * 4 * rate, generator=generator)

    generator = torch.Generator().manual_seed(11)
    w = dict(np.load(folder / "shd" / "weights.npz"))
    shd = [Stage("lif1", {"fc1": loaded(w, nn.Linear(700, 200), "fc1")}, lif(w, snn.Synaptic, "lif1"),
                 {"fb1": loaded(w, nn.Linear(200, 200), "fb1")}),
           Stage("lif2", {"fc2": loaded(w, nn.Linear(200, 20), "fc2")}, lif(w, snn.Synaptic, "lif2"))]
    w = dict(np.load(folder / "csnn" / "weights.npz"))
    gesture = [Stage("lif1", {"conv1": loaded(w, nn.Conv2d(2, 12, 5), "conv1"), "p1": nn.MaxPool2d(2)}, lif(w, snn.Leaky, "lif1")),
               Stage("lif2", {"conv2": loaded(w, nn.Conv2d(12, 32, 5), "conv2"), "p2": nn.MaxPool2d(2)}, lif(w, snn.Leaky, "lif2")),
               Stage("lif3", {"flat": nn.Flatten(), "fc1": loaded(w, nn.Linear(800, 11), "fc1")}, lif(w, snn.Leaky, "lif3"))]
    for name, stages, shape, rate in (("shd", shd, (8, 100, 700), 0.02), ("gesture", gesture, (8, 25, 2, 32, 32), 0.05)):
        x = events(generator, shape, rate)
        spikes, potentials = run(stages, x)
        last = stages[-1].name
        readout = potentials[last].amax(1) if name == "shd" else spikes[last].sum(1)
        arrays = {f"{n}.expected_spike": np.packbits(s.numpy().astype(np.uint8)) for n, s in spikes.items()}
        np.savez_compressed(output / f"{name}.npz", x=x.flatten(2).numpy().astype(np.uint8), expected_readout=readout.numpy(), **arrays)
        rates = ", ".join(f"{n} {100 * s.mean():.2f} %" for n, s in spikes.items())
        print(f"{name}: {100 * (x > 0).float().mean():.2f} % of the inputs, {rates} of the neurons active in a step")


def main():
    options = argparse.ArgumentParser(description="Writes layers/*.npz.")
    options.add_argument("--published", type=Path)
    options.add_argument("-o", "--output", type=Path, default=HERE / "layers")
    options = options.parse_args()
    options.output.mkdir(exist_ok=True)
    torch.set_num_threads(1)
    with torch.no_grad():
        for seed, (name, make) in enumerate(CASES.items()):
            generator = torch.Generator().manual_seed(seed)
            stages, shape = make(generator)
            draw(stages, generator)
            x = (torch.rand((SAMPLES, STEPS, *shape), generator=generator) < 0.3).float()
            spikes, potentials = run(stages, x)
            arrays = parameters(stages)
            for stage in spikes:
                arrays[f"{stage}.expected_spike"] = spikes[stage].numpy().astype(np.uint8)
                arrays[f"{stage}.expected_potential"] = potentials[stage].numpy()
            np.savez_compressed(options.output / f"{name}.npz", x=x.flatten(2).numpy().astype(np.uint8), **arrays)
            print(f"{name}: " + ", ".join(f"{n} {100 * s.mean():.1f} %" for n, s in spikes.items()))
        if options.published:
            published(options.published, options.output)


if __name__ == "__main__":
    main()
