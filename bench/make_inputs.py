# SPDX-License-Identifier: MIT
"""Event frames, and weights, for the published networks where data sets or trained weights are not at hand.

    make_inputs.py nmnist  --out nmnist.npz  [--samples 64] [--seed 1]     x (sample, 100, 2, 34, 34)
    make_inputs.py shd     --out shd.npz     [--samples 64] [--seed 1]     x (sample, 100, 700)
    make_inputs.py gesture --out gesture.npz [--samples 64] [--seed 1]     x (sample, 25, 2, 32, 32)
    make_inputs.py NETWORK --weights weights.npz                           the state_dict's names and shapes

Frames are counts of events, uint8, without labels. They have the structure and the density of recordings, so that the
networks spike as they are meant to, but mean nothing: good for speed and for comparing readouts, not for accuracy. Weights
are random, with about the mean and the spread of trained ones, and know nothing.
"""
import argparse
from pathlib import Path

import numpy as np


def spoken(rng):
    """Three to six formants, each a cloud of events whose centre drifts over the channels, and noise; (step, channel)."""
    steps, channels = 100, 700
    frames = np.zeros((steps, channels), np.uint8)
    for _ in range(rng.integers(3, 7)):
        centre, drift, width = rng.uniform(50, 650), rng.uniform(-3, 3), rng.uniform(5, 30)
        begin, length = rng.integers(0, 40), rng.integers(20, 60)
        for step in range(begin, min(steps, begin + length)):
            events = rng.normal(centre + drift * (step - begin), width, rng.poisson(rng.uniform(4, 14)))
            np.add.at(frames[step], np.clip(np.round(events), 0, channels - 1).astype(int), 1)
    noise = rng.poisson(150)
    np.add.at(frames, (rng.integers(0, steps, noise), rng.integers(0, channels, noise)), 1)
    return frames


def written(rng):
    """A stroke of a pen that shakes on three ways, seen at its two edges, and noise; (step, polarity, y, x)."""
    steps, side = 100, 34
    frames = np.zeros((steps, 2, side, side), np.uint8)
    bend, turn = rng.uniform(2, 7), rng.uniform(0, 2 * np.pi)
    for step in range(steps):
        along = rng.uniform(-1.2, 1.2, 22) * np.pi
        stroke = np.stack([bend * np.sin(along + turn), 2.2 * along])  # y, x
        way = 2 * np.pi / 3 * (step * 3 // steps)
        shift = 5 * np.sin(np.pi * (step * 3 % steps) / steps) * np.array([np.sin(way), np.cos(way)])
        for polarity in range(2):
            edge = np.round(side / 2 + stroke + (shift + polarity)[:, None] + rng.normal(0, 0.7, stroke.shape)).astype(int)
            y, x = edge[:, ((edge >= 0) & (edge < side)).all(0)]
            np.add.at(frames[step, polarity], (y, x), 1)
    noise = rng.poisson(100)
    np.add.at(frames, tuple(rng.integers(0, extent, noise) for extent in frames.shape), 1)
    return frames


def waved(rng):
    """A hand that circles, one polarity a little ahead of the other, and noise; (step, polarity, y, x)."""
    steps, side = 25, 32
    frames = np.zeros((steps, 2, side, side), np.uint8)
    centre, radius = rng.uniform(8, 24, 2), rng.uniform(3, 9)
    turn, phase = rng.uniform(-0.8, 0.8), rng.uniform(0, 2 * np.pi)
    for step in range(steps):
        for polarity in range(2):
            angle = phase + turn * step + 0.3 * polarity
            hand = centre + radius * np.array([np.sin(angle), np.cos(angle)])  # y, x
            events = np.round(rng.normal(hand, 2.0, (rng.poisson(60), 2))).astype(int)
            y, x = events[((events >= 0) & (events < side)).all(1)].T
            np.add.at(frames[step, polarity], (y, x), 1)
    noise = rng.poisson(200)
    np.add.at(frames, tuple(rng.integers(0, extent, noise) for extent in frames.shape), 1)
    return frames


# The shape, mean and standard deviation of each parameter.
PARAMETERS = {
    "nmnist": {"fc1.weight": ((20, 578), -0.016, 0.317), "fc1.bias": ((20,), 0.03, 0.17),
               "lif1.threshold": ((20,), 0.93, 0.19), "lif1.beta": ((20,), 0.7, 0.17),
               "fc2.weight": ((10, 20), -0.007, 0.262), "fc2.bias": ((10,), 0.22, 0.085),
               "lif2.threshold": ((10,), 0.9, 0.065), "lif2.beta": ((10,), 0.7, 0.065)},
    "shd": {"fc1.weight": ((200, 700), 0, 0.0248), "fc1.bias": ((200,), 0, 0.0233),
            "fb1.weight": ((200, 200), 0, 0.0404), "fb1.bias": ((200,), 0, 0.0434),
            "lif1.threshold": ((200,), 1, 0), "lif1.beta": ((200,), 0.9048374, 0), "lif1.alpha": ((200,), 0.8187307, 0),
            "fc2.weight": ((20, 200), -0.004, 0.051), "fc2.bias": ((20,), 0.025, 0.043),
            "lif2.threshold": ((20,), 1, 0), "lif2.beta": ((20,), 0.9048374, 0), "lif2.alpha": ((20,), 0.8187307, 0)},
    "gesture": {"conv1.weight": ((12, 2, 5, 5), 0.0062, 0.0993), "conv1.bias": ((12,), 0.0975, 0.1137),
                "lif1.threshold": ((14,), 0.91, 0.073), "lif1.beta": ((14,), 0.54, 0.08),
                "conv2.weight": ((32, 12, 5, 5), -0.0061, 0.0547), "conv2.bias": ((32,), 0.036, 0.08),
                "lif2.threshold": ((5,), 0.94, 0.026), "lif2.beta": ((5,), 0.53, 0.04),
                "fc1.weight": ((11, 800), 0.05, 0.0472), "fc1.bias": ((11,), 0.0395, 0.0203),
                "lif3.threshold": ((11,), 1, 0.01), "lif3.beta": ((11,), 0.65, 0.023)},
}


def parameters(network, rng):
    """Random ones; decays stay below 1."""
    made = {name: rng.normal(mean, spread, shape) for name, (shape, mean, spread) in PARAMETERS[network].items()}
    return {name: np.minimum(value, 0.99 if "beta" in name else np.inf).astype(np.float32) for name, value in made.items()}


def main():
    kinds = {"nmnist": written, "shd": spoken, "gesture": waved}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=kinds)
    parser.add_argument("--out", type=Path, help="the .npz of frames to write")
    parser.add_argument("--weights", type=Path, help="the .npz of weights to write")
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    if not options.out and not options.weights:
        parser.error("nothing to write: name --out, --weights or both")
    if options.weights:
        np.savez(options.weights, **parameters(options.network, np.random.default_rng(options.seed)))
    if not options.out:
        return
    frames = np.stack([kinds[options.network](rng) for _ in range(options.samples)])
    np.savez_compressed(options.out, x=frames)
    print(f"{options.out}: {frames.shape}, {frames.sum() / len(frames):.0f} events a sample, "
          f"{100 * np.count_nonzero(frames) / frames.size:.2f} % of values not zero")


if __name__ == "__main__":
    main()
