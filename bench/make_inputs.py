# SPDX-License-Identifier: MIT
"""Event frames for the published SHD and DVS Gesture networks where their data sets are not at hand.

    make_inputs.py shd     --out shd.npz     [--samples 64] [--seed 1]     x (sample, 100, 700)
    make_inputs.py gesture --out gesture.npz [--samples 64] [--seed 1]     x (sample, 25, 2, 32, 32)

Counts of events, uint8, without labels. They have the structure and the density of recordings, so that the networks
spike as they are meant to, but mean nothing: good for speed and for comparing readouts, not for accuracy.
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


def main():
    kinds = {"shd": spoken, "gesture": waved}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=kinds)
    parser.add_argument("--out", type=Path, required=True, help="the .npz to write")
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    frames = np.stack([kinds[options.network](rng) for _ in range(options.samples)])
    np.savez_compressed(options.out, x=frames)
    print(f"{options.out}: {frames.shape}, {frames.sum() / len(frames):.0f} events a sample, "
          f"{100 * np.count_nonzero(frames) / frames.size:.2f} % of values not zero")


if __name__ == "__main__":
    main()
