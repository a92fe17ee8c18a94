# SPDX-License-Identifier: MIT
"""An oracle in PyTorch for the digits network: what its spike counts must be under each of some 400 faults.

It reads examples/digits/{weights,data}.npz and writes, beside this file,
    digits_faults.csv     the fault list: Injection,Layer,TensorIndex,Bit,Fault,Begin,End
    digits_expected.npz   `golden` (sample, class), `faulty` (fault, sample, class), float32 spike counts before any
                          softmax, and `samples`, the number of samples, taken from the front of data.npz

Every step reruns the whole network, layer by layer:
    I = b + sum_i w_i x_i                  float32, in ascending i, product and sum rounded separately;
                                           terms with x_i = 0 are left out unless w_i is Inf or NaN
    R = H(U - theta)                       from the stored, possibly faulty potential; H(x) = 1 where x > 0, else 0
    U = (beta U + I) - R theta             beta clamped to [0, 1] after the fault, NaN stays
    S = H(U - theta)
Faulty parameters hold from step Begin to before End. A faulty potential is seen by the next step, not by the spike of
its own step; a faulty spike is seen by the next layer and by the readout. Rows must be equal bit by bit.

    python3 parity.py            writes both files, then compares the golden run with snnTorch's own modules
"""
import argparse
import csv
import io
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
LAYERS = ("1", "2")
PARAMETERS = ("fc{}.weight", "fc{}.bias", "lif{}.beta", "lif{}.threshold")
STATES = ("lif{}.potential", "lif{}.spike")
CANONICAL_NAN = 0x7FC00000
LARGEST_FINITE = 0x7F7FFFFF


# ---- faults


@dataclass
class Fault:
    layer: str  # name of the target, e.g. fc1.weight
    index: tuple
    bit: int | None
    kind: str
    begin: int | None = None  # None: from the first step
    end: int | None = None  # None: to the last step

    def active(self, step):
        return (self.begin is None or step >= self.begin) and (self.end is None or step < self.end)


def word_of(value):
    """The float32 word of a number, with an infinity where it is too large."""
    return int(np.array(value, np.float32).view(np.uint32))


def canonical(value):
    """The same values, each NaN as 0x7fc00000."""
    words = value.clone().view(torch.int32)
    words[torch.isnan(value)] = CANONICAL_NAN
    return words.view(torch.float32)


def masked(value, keep=0xFFFFFFFF, ones=0, flips=0):
    """((word & keep) | ones) ^ flips on every element."""
    keep, ones, flips = (struct.unpack("i", struct.pack("I", mask))[0] for mask in (keep, ones, flips))
    return (((value.clone().view(torch.int32) & keep) | ones) ^ flips).view(torch.float32)


def altered(fault, value):
    """The elements of `value` (float32) as the fault leaves them."""
    kind, _, argument = fault.kind.partition(":")
    if kind == "scale":
        return value * torch.tensor(np.float32(float(argument)))
    if kind == "bitflip":
        return masked(value, flips=1 << fault.bit)
    if kind == "stuckat0":
        return masked(value, keep=0xFFFFFFFF ^ (1 << fault.bit))
    if kind == "stuckat1":
        return masked(value, ones=1 << fault.bit)
    if kind == "flip":
        return masked(value, flips=int(argument, 16))
    if kind == "dead":
        return masked(value, keep=0)
    if kind == "saturated":
        return masked(value, keep=0, ones=word_of(1) if fault.layer.endswith(".spike") else LARGEST_FINITE)
    if kind == "set":
        return masked(value, keep=0, ones=word_of(float(argument)))
    raise ValueError(f"unknown fault {fault.kind!r}")


# ---- the network


def spikes(u, theta):
    return (u - theta > 0).float()


def clamped(beta):
    return torch.where(beta < 0, torch.zeros(()), torch.where(beta > 1, torch.ones(()), beta))


def canonical_sum(x, weight, bias):
    """I (sample, out) from x (sample, in), weight (out, in) and bias (out)."""
    acc = bias.expand(len(x), -1)
    for i in range(weight.shape[1]):
        x_i, w_i = x[:, i:i + 1], weight[:, i]  # (sample, 1), (out)
        product = w_i * x_i
        acc = torch.where((x_i != 0) | ~torch.isfinite(w_i), acc + product, acc)
    return acc


def run(weights, x, fault=None):
    """Spike counts (sample, class) for events x (sample, step, input), fault-free where no fault is given."""
    parameters = {name: torch.from_numpy(array) for name, array in weights.items()}
    if fault and fault.layer in parameters:
        faulty = parameters[fault.layer].clone()
        faulty[fault.index] = altered(fault, faulty[fault.index])

    def parameter(name, step):
        return faulty if fault and name == fault.layer and fault.active(step) else parameters[name]

    def state(name, value, step):
        if fault and name == fault.layer and fault.active(step):
            value = value.clone()
            column = (slice(None), *fault.index)
            value[column] = altered(fault, canonical(value[column]))
        return value

    potential = {l: torch.zeros(len(x), len(weights[f"lif{l}.beta"])) for l in LAYERS}  # (sample, neuron)
    count = torch.zeros_like(potential[LAYERS[-1]])  # (sample, class)
    for step in range(x.shape[1]):
        s = x[:, step]  # (sample, in)
        for l in LAYERS:
            weight, bias, beta, theta = (parameter(name.format(l), step) for name in PARAMETERS)
            current = canonical_sum(s, weight, bias)  # (sample, neuron)
            r = spikes(potential[l], theta)
            u = (clamped(beta) * potential[l] + current) - r * theta
            potential[l] = state(f"lif{l}.potential", u, step)
            s = state(f"lif{l}.spike", spikes(u, theta), step)
        count = count + s
    return canonical(count)


def run_snntorch(weights, x):
    """The golden run by snnTorch's modules and PyTorch's own products."""
    import snntorch

    fc, lif = [], []
    for l in LAYERS:
        weight, bias, beta, theta = (torch.from_numpy(weights[name.format(l)]) for name in PARAMETERS)
        fc.append(torch.nn.Linear(weight.shape[1], weight.shape[0]))
        fc[-1].load_state_dict({"weight": weight, "bias": bias})
        lif.append(snntorch.Leaky(beta=beta, threshold=theta, reset_mechanism="subtract"))
    potential = [layer.reset_mem() for layer in lif]
    count = 0
    for step in range(x.shape[1]):
        s = x[:, step]
        for l in range(len(fc)):
            s, potential[l] = lif[l](fc[l](s), potential[l])
        count = count + s
    return count


# ---- the fault list

BIT_FAULTS = ("bitflip", "stuckat0", "stuckat1")
VALUE_FAULTS = ("dead", "saturated", "flip:0x80400000", "flip:0x00600000", "flip:0x7f800000", "set:0.5", "set:-1.25",
                "set:-0.0", "set:3e38", "set:1e-40", "scale:0.5", "scale:-1", "scale:1.1", "scale:1000", "scale:0")
NON_FINITE = (CANONICAL_NAN, 0x7F800000, 0xFF800000, 0xFFA12345)


def draw_faults(weights, steps, rng):
    """Every target with every kind of fault, and some that make Inf and NaN, each with the persistences in turn."""
    shapes = {name: weights[name].shape for name in weights}
    for l in LAYERS:
        shapes.update({name.format(l): weights[f"lif{l}.beta"].shape for name in STATES})

    def persistence(turn):
        step = int(rng.integers(steps))
        begin, end = sorted(int(cut) for cut in rng.choice(steps + 1, 2, replace=False))
        return [(None, None), (0, steps), (step, step + 1), (begin, end), (begin, end)][turn % 5]

    faults = []
    for name in (pattern.format(l) for l in LAYERS for pattern in PARAMETERS + STATES):
        bits = [*rng.permutation(23)[:8], *range(23, 32)]  # some of the mantissa, exponent and sign
        rng.shuffle(bits)
        kinds = [(BIT_FAULTS[k % 3], int(bit)) for k, bit in enumerate(bits)]
        kinds += [(kind, None) for kind in VALUE_FAULTS]
        if name in weights:
            kinds += [(word, None) for word in NON_FINITE]  # as a flip that makes this word of the stored one
        else:  # a potential in (1, 2) becomes NaN by bit 30, a spike of 1 becomes Inf
            kinds += [("bitflip", 30), ("bitflip", 30), ("stuckat1", 30), ("scale:-3e38", None)]
        for kind, bit in kinds:
            index = tuple(int(rng.integers(size)) for size in shapes[name])
            if kind in NON_FINITE:
                kind = f"flip:{kind ^ word_of(weights[name][index]):#010x}"
            faults.append(Fault(name, index, bit, kind, *persistence(len(faults))))
    return faults


def write_faults(path, faults):
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["Injection", "Layer", "TensorIndex", "Bit", "Fault", "Begin", "End"])
    for i, f in enumerate(faults):
        out.writerow([i, f.layer, f.index, f.bit, f.kind, f.begin, f.end])
    path.write_text(text.getvalue())


def read_faults(path):
    def number(text):
        return int(text) if text else None

    with open(path, newline="") as file:
        return [Fault(row["Layer"], tuple(int(i) for i in row["TensorIndex"].strip("(),").split(",")),
                      number(row["Bit"]), row["Fault"], number(row["Begin"]), number(row["End"]))
                for row in csv.DictReader(file)]


def main():
    options = argparse.ArgumentParser(description="Writes digits_faults.csv and digits_expected.npz.")
    options.add_argument("--digits", type=Path, default=HERE.parents[1] / "examples" / "digits")
    options.add_argument("--samples", type=int, default=64)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("-o", "--output", type=Path, default=HERE)
    options = options.parse_args()

    torch.set_num_threads(1)
    weights = dict(np.load(options.digits / "weights.npz"))
    frames = np.load(options.digits / "data.npz")["x"][:options.samples]
    x = torch.from_numpy(frames.reshape(*frames.shape[:2], -1)).float()  # (sample, step, input)

    write_faults(options.output / "digits_faults.csv",
                 draw_faults(weights, x.shape[1], np.random.default_rng(options.seed)))
    faults = read_faults(options.output / "digits_faults.csv")
    with torch.no_grad():
        golden = run(weights, x)
        faulty = torch.stack([run(weights, x, fault) for fault in faults])
        snntorch_rows = (run_snntorch(weights, x) == golden).all(1).sum()
    np.savez_compressed(options.output / "digits_expected.npz", golden=golden.numpy(), faulty=faulty.numpy(),
                        samples=np.int64(len(x)))

    same = (faulty.view(torch.int32) == golden.view(torch.int32)).all(2)  # (fault, sample)
    other_class = faulty.nan_to_num(-1).argmax(2) != golden.argmax(1)
    print(f"{len(faults)} faults x {len(x)} samples: {100 * same.float().mean():.1f} % of the rows equal to golden, "
          f"{100 * other_class.float().mean():.1f} % with another class, "
          f"{int((~torch.isfinite(faulty)).any(2).sum())} rows not finite")
    print(f"golden rows equal to snnTorch's: {snntorch_rows} of {len(x)}")


if __name__ == "__main__":
    main()
