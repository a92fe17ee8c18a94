# SPDX-License-Identifier: MIT
"""How fast can PyTorch rerun a spiking network once per fault? The baseline that a campaign is measured against.

    baseline_pytorch.py golden   --weights W.npz --data D.npz [--subsample 2]     samples per second, fault-free
    baseline_pytorch.py campaign --weights W.npz --data D.npz [--subsample 2]     injections per second

The network is fc1, lif1, fc2, lif2 with spike counts as readout and snnTorch's Leaky, reset by subtraction:
    U[t] = (beta U[t-1] + I[t]) - R[t] theta,  R[t] = H(U[t-1] - theta),  S[t] = H(U[t] - theta)
`golden` tries every combination of matrix product, neuron update, batch size and thread count and names the fastest.
`campaign` does what a tool does that knows nothing of faults, at the fastest dense combination: flip one bit of one
weight, rerun the whole set, restore the weight. It does so in one process with many threads and in many processes that
share the faults, and names the faster. Both are in the baseline's favour:
- inputs are converted and laid out before the clock starts, and neither outcomes nor scores are computed;
- neurons are the first axis and samples the last, so that no parameter is broadcast along the fast axis;
- nothing feeds back across layers, so each layer's product covers all steps at once, and the golden run of a layer's
  spikes doubles as its reset (`plain`; `snntorch` compares anew, as the module does);
- no gradients, memory kept between runs, updates in place.
Products: `blas`, `onednn`, and `sparse` for comparison only: it leaves zero inputs out even where a weight is Inf or NaN,
so its faulty results are not those of the dense product.

Needs torch, snntorch, numpy, threadpoolctl.
"""
import argparse
import ctypes
import json
import multiprocessing
import os
import platform
import statistics
import time
import warnings
from pathlib import Path

if "avx512f" in (Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""):
    os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")  # older OpenBLAS takes a new CPU for its slowest one

if hasattr(libc := ctypes.CDLL(None), "mallopt"):  # glibc: keep freed memory, as page faults cost more than the sums
    libc.mallopt(-4, 0)  # M_MMAP_MAX
    libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD

import numpy as np
import snntorch
import threadpoolctl
import torch

warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")

PRODUCTS = ("blas", "onednn", "sparse")
DENSE = ("blas", "onednn")
UPDATES = ("plain", "snntorch")


class Batch:
    """Events of `size` samples, laid out for one kind of product, and its current of the first layer."""

    def __init__(self, frames, first, size, product):
        chosen = frames[np.arange(first, first + size) % len(frames)]  # (sample, step, input), cyclically
        self.size, self.steps = size, chosen.shape[1]
        rows = torch.from_numpy(np.ascontiguousarray(chosen.transpose(1, 0, 2))).float().flatten(0, 1)
        self.product = product  # rows: (step x sample, input)
        self.events = {"blas": lambda: rows.t().contiguous(), "onednn": rows.to_mkldnn,
                       "sparse": rows.to_sparse_csr}[product]()

    def current(self, weight, bias):
        """(neuron, step, sample)"""
        if self.product == "blas":
            flat = torch.addmm(bias[:, None], weight, self.events)
        elif self.product == "onednn":
            rows = torch._C._nn.mkldnn_linear(self.events, weight.to_mkldnn(), bias.to_mkldnn())
            flat = rows.to_dense().t().contiguous()
        else:
            flat = (self.events @ weight.t().contiguous()).t().contiguous().add_(bias[:, None])
        return flat.view(len(weight), self.steps, self.size)


def plain(current, beta, theta, spikes):
    """Spikes (neuron, step, sample) of one neuron layer, written in place."""
    u, r = torch.zeros_like(current[:, 0]), torch.zeros_like(current[:, 0])
    for t in range(current.shape[1]):
        u.mul_(beta).add_(current[:, t]).addcmul_(r, theta, value=-1)
        r = spikes[:, t]
        torch.gt(u, theta, out=r)


def by_snntorch(current, beta, theta, spikes):
    lif = snntorch.Leaky(beta=beta, threshold=theta, reset_mechanism="subtract", surrogate_disable=True)
    u = torch.zeros_like(current[:, 0])
    for t in range(current.shape[1]):
        spikes[:, t], u = lif(current[:, t], u)


class Net:
    def __init__(self, weights, update):
        self.parameters = {name: torch.from_numpy(np.array(array, np.float32)) for name, array in weights.items()}
        self.neurons = {"plain": plain, "snntorch": by_snntorch}[update]
        self.update = update
        self.spikes = {}  # layer -> buffer (neuron, step, sample)

    def layer(self, l, current):
        beta, theta = (self.parameters[f"lif{l}.{name}"].view(-1, 1) for name in ("beta", "threshold"))
        if l not in self.spikes or self.spikes[l].shape != current.shape:
            self.spikes[l] = torch.empty_like(current)
        self.neurons(current, beta.clamp(0, 1), theta, self.spikes[l])
        return self.spikes[l]

    def __call__(self, batch):
        """Spike counts (class, sample)."""
        p = self.parameters
        hidden = self.layer(1, batch.current(p["fc1.weight"], p["fc1.bias"]))
        current = torch.addmm(p["fc2.bias"][:, None], p["fc2.weight"], hidden.flatten(1))
        return self.layer(2, current.view(-1, batch.steps, batch.size)).sum(1)


def seconds(work, repeat):
    """Median over `repeat` runs after two to warm up."""
    times = []
    for _ in range(repeat + 2):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times[2:])


def with_threads(threads):
    torch.set_num_threads(threads)
    return threadpoolctl.threadpool_limits(threads, user_api="blas")


def golden(weights, frames, options):
    """One row for each combination: samples per second."""
    rows = []
    for product in options.products:
        for size in options.batches:
            batch = Batch(frames, 0, size, product)
            for update in options.updates:
                net = Net(weights, update)
                for threads in options.threads:
                    with with_threads(threads):
                        rate = size / seconds(lambda: net(batch), options.repeat)
                    rows.append({"product": product, "update": update, "batch": size, "threads": threads,
                                 "samples_per_second": round(rate, 1)})
    return rows


def fastest(rows, products=PRODUCTS, updates=UPDATES):
    rows = [row for row in rows if row["product"] in products and row["update"] in updates]
    return max(rows, key=lambda row: row["samples_per_second"], default=None)


def print_golden(rows, options):
    print("samples per second, median of", options.repeat)
    print(f"{'product':8} {'update':9} {'threads':>7}", *(f"{size:>8}" for size in options.batches))
    for product in options.products:
        for update in options.updates:
            for threads in options.threads:
                rates = [row["samples_per_second"] for row in rows if (row["product"], row["update"], row["threads"])
                         == (product, update, threads)]
                print(f"{product:8} {update:9} {threads:>7}", *(f"{rate:>8.0f}" for rate in rates))


def print_best(label, row):
    if row:
        print(f"{label}: {row['samples_per_second']:.0f} samples/s = {1e6 / row['samples_per_second']:.1f} us a sample "
              f"({row['product']}, {row['update']}, batch {row['batch']}, {row['threads']} threads)")


def check(weights, frames, labels, best):
    """Both updates must agree on the set itself; prints the accuracy."""
    counts = [Net(weights, update)(Batch(frames, 0, len(frames), best["product"])).t() for update in UPDATES]
    print(f"rows of spike counts on which both updates agree: {int((counts[0] == counts[1]).all(1).sum())} of {len(frames)}")
    if labels is not None:
        print(f"golden accuracy: {100 * (counts[0].argmax(1).numpy() == labels).mean():.2f} %")


def inject(weights, frames, options, best, share=0, shares=1, start=lambda: None):
    """Flips, reruns and restores one share of the faults: clock before and after, faults, median seconds of one."""
    net = Net(weights, best["update"])
    samples = options.samples or best["batch"]
    batches = [Batch(frames, first, best["batch"], best["product"]) for first in range(0, samples, best["batch"])]
    rng = np.random.default_rng(options.seed)
    names = ["fc1.weight", "fc2.weight"]
    sizes = [net.parameters[name].numel() for name in names]
    faults = list(zip(rng.choice(sum(sizes), options.faults, replace=False), rng.integers(32, size=options.faults)))
    times = []
    with with_threads(best["threads"]):
        for _ in range(2):
            net(batches[0])
        start()
        first = time.perf_counter()
        for site, bit in faults[share::shares]:
            in_second = int(site >= sizes[0])
            words = net.parameters[names[in_second]].view(torch.int32).view(-1)
            index = int(site - in_second * sizes[0])
            mask = 1 << int(bit) if bit < 31 else -(1 << 31)
            begin = time.perf_counter()
            words[index] ^= mask
            for batch in batches:
                net(batch)
            words[index] ^= mask
            times.append(time.perf_counter() - begin)
        return first, time.perf_counter(), len(times), statistics.median(times)


def inject_apart(options, best, share, shares, barrier, results):
    """One of many processes."""
    torch.set_grad_enabled(False)
    weights, frames, _ = load(options)
    results.put(inject(weights, frames, options, best, share, shares, barrier.wait))


def campaign(weights, frames, options, best, processes):
    """Injections per second of `options.faults` single bit flips of weights, shared by many processes."""
    if processes == 1:
        shares = [inject(weights, frames, options, best)]
    else:
        context = multiprocessing.get_context("spawn")
        barrier, results = context.Barrier(processes, timeout=300), context.SimpleQueue()
        workers = [context.Process(target=inject_apart, args=(options, best, share, processes, barrier, results))
                   for share in range(processes)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
            if worker.exitcode != 0:
                raise SystemExit("a process of the campaign failed")
        shares = [results.get() for _ in workers]
    starts, ends, faults, medians = zip(*shares)
    injected = -(-(options.samples or best["batch"]) // best["batch"]) * best["batch"]
    return {**best, "processes": processes, "faults": sum(faults), "samples": injected,
            "injections_per_second": round(injected * sum(faults) / (max(ends) - min(starts)), 1),
            "injections_per_second_median": round(processes * injected / statistics.median(medians), 1)}


def campaigns(weights, frames, options, rows):
    """The campaign by each number of processes, at the combination that is fastest within its share of the cores."""
    found = []
    for processes in options.processes:
        fitting = [row for row in rows if processes == 1 or row["threads"] * processes <= os.cpu_count()]
        if best := fastest(fitting, DENSE):
            found.append(campaign(weights, frames, options, best, processes))
            print("campaign: {injections_per_second:.0f} injections/s over {faults} faults x {samples} samples (median "
                  "fault: {injections_per_second_median:.0f}; {product}, {update}, batch {batch}, {processes} processes "
                  "x {threads} threads)".format(**found[-1]))
    return found


def load(options):
    """Weights by name, frames (sample, step, input) and labels or None."""
    data, k = np.load(options.data), options.subsample
    frames = data["x"][:, :, :, ::k, ::k]
    return dict(np.load(options.weights)), frames.reshape(*frames.shape[:2], -1), data["y"] if "y" in data else None


def main():
    parser = argparse.ArgumentParser(description="PyTorch baseline: samples or injections per second.")
    parser.add_argument("command", choices=("golden", "campaign"))
    parser.add_argument("--weights", type=Path, required=True, help=".npz with fc1.*, lif1.*, fc2.*, lif2.*")
    parser.add_argument("--data", type=Path, required=True, help=".npz with x (sample, step, channel, y, x), labels y")
    parser.add_argument("--subsample", type=int, default=1, help="keep every k-th pixel of both axes (default 1)")
    parser.add_argument("--batches", type=int, nargs="+", default=[64, 128, 256, 512, 1024, 2048, 4096])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--updates", nargs="+", choices=UPDATES, default=list(UPDATES))
    parser.add_argument("--products", nargs="+", choices=PRODUCTS, default=list(PRODUCTS))
    parser.add_argument("--repeat", type=int, default=5, help="timed runs of each combination (default 5)")
    parser.add_argument("--processes", type=int, nargs="+", default=sorted({1, os.cpu_count()}),
                        help="campaign: processes that share the faults (default: one, and one a core)")
    parser.add_argument("--faults", type=int, default=16, help="campaign: single bit flips (default 16)")
    parser.add_argument("--samples", type=int, help="campaign: samples a fault, rounded up to batches (default: one batch)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    if options.command == "campaign":
        options.products = [product for product in options.products if product in DENSE] or list(DENSE)

    torch.set_grad_enabled(False)
    weights, frames, labels = load(options)
    blas = sorted({pool["architecture"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"})
    machine = {"python": platform.python_version(), "torch": torch.__version__, "snntorch": snntorch.__version__,
               "numpy": np.__version__, "cores": os.cpu_count(), "blas_kernels": blas}
    print(*(f"{key} {value}" for key, value in machine.items()), sep=", ")

    rows = golden(weights, frames, options)
    print_golden(rows, options)
    best = fastest(rows, DENSE) or fastest(rows)
    check(weights, frames, labels, best)
    for update in options.updates:
        print_best(f"fastest dense, {update}", fastest(rows, DENSE, [update]))
    print_best("fastest sparse", fastest(rows, ["sparse"]))
    figures = {"machine": machine, "golden": rows, "best": best}
    if options.command == "campaign":
        figures["campaigns"] = campaigns(weights, frames, options, rows)
        figures["campaign"] = max(figures["campaigns"], key=lambda row: row["injections_per_second"])
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
