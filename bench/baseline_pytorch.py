# SPDX-License-Identifier: MIT
"""How fast can PyTorch rerun a spiking network once per fault? The baseline that a campaign is measured against.

    baseline_pytorch.py golden   --weights W.npz --data D.npz [--network shd]     samples per second, fault-free
    baseline_pytorch.py campaign --weights W.npz --data D.npz [--network shd]     injections per second
    baseline_pytorch.py readouts --weights W.npz --data D.npz [--network shd]     readouts of the same faults, in a file

`--network` is nmnist, shd or gesture; baseline_networks.py has them. `golden` tries every combination of product, neuron
update, batch size and thread count and names the fastest. `campaign` does what a tool does that knows nothing of faults,
at the fastest dense combination: flip one bit of one weight, rerun the network on the whole set, restore the weight. The
rule: nothing is kept from one fault to the next, neither currents nor spikes before the faulty layer, and no input is left
out because it is zero. It does so in one process with many threads and in many processes that share the faults, and names
the faster; on one thread processor time chooses, so that other work on the machine does not. Both are in the baseline's
favour:
- inputs are converted and laid out before the clock starts, and neither outcomes nor scores are computed;
- neurons, steps and samples are ordered as the product likes it best;
- where nothing feeds back, a layer's product covers all steps at once, and the golden run of a layer's spikes doubles as
  its reset (`plain`; `snntorch` compares anew, as the module does);
- no gradients, memory kept between runs, updates in place.
`sparse` and `blocked` are for comparison only, unless `--inexact` says otherwise: `sparse` leaves zero inputs out even
where a weight is Inf or NaN, and `blocked` pools without regard to NaN, so that their faulty results are not the others'.

`--device cuda` reruns on a GPU, in one process, with all data on it before the clock starts and float32 throughout. It was
written where there was no GPU, and has not run on one.

Needs torch, numpy, and on a processor snntorch and threadpoolctl, too.
"""
import argparse
import contextlib
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
import torch

from baseline_networks import NETWORKS, UPDATES, snntorch

try:
    import threadpoolctl
except ImportError:
    threadpoolctl = None

warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")


def finish(device):
    """Waits for what a GPU still computes."""
    if device != "cpu":
        torch.cuda.synchronize(device)


def seconds(work, repeat, device):
    """Medians over `repeat` runs after two to warm up: elapsed, and of the processor."""
    times = []
    for _ in range(repeat + 2):
        start = time.perf_counter(), time.process_time()
        work()
        finish(device)
        times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return [statistics.median(column) for column in zip(*times[2:])]


def made(weights, options, product, update):
    """A network whose parameters are on the device."""
    net = options.net(weights, product, update)
    net.parameters = {name: parameter.to(options.device) for name, parameter in net.parameters.items()}
    return net


def batch_of(frames, first, size, product, options):
    batch = options.net.batch(frames, first, size, product)
    batch.events = batch.events.to(options.device)
    return batch


def with_threads(threads):
    torch.set_num_threads(threads)
    return threadpoolctl.threadpool_limits(threads, user_api="blas") if threadpoolctl else contextlib.nullcontext()


def golden(weights, frames, options):
    """One row for each combination: samples per second."""
    rows = []
    for product in options.products:
        for size in options.batches:
            batch = batch_of(frames, 0, size, product, options)
            for update in options.updates:
                net = made(weights, options, product, update)
                for threads in options.threads:
                    with with_threads(threads):
                        elapsed, busy = seconds(lambda: net(batch), options.repeat, options.device)
                    rows.append({"product": product, "update": update, "batch": size, "threads": threads,
                                 "samples_per_second": round(size / elapsed, 1),
                                 "alone": round(size / (busy if threads == 1 and options.device == "cpu" else elapsed), 1)})
    return rows


def fastest(rows, products, updates=tuple(UPDATES), by="samples_per_second"):
    rows = [row for row in rows if row["product"] in products and row["update"] in updates]
    return max(rows, key=lambda row: row[by], default=None)


def print_golden(rows, options):
    print("samples per second, median of", options.repeat)
    print(f"{'product':13} {'update':9} {'threads':>7}", *(f"{size:>8}" for size in options.batches))
    for product in options.products:
        for update in options.updates:
            for threads in options.threads:
                rates = [row["samples_per_second"] for row in rows if (row["product"], row["update"], row["threads"])
                         == (product, update, threads)]
                print(f"{product:13} {update:9} {threads:>7}", *(f"{rate:>8.0f}" for rate in rates))


def print_best(label, row):
    if row:
        print(f"{label}: {row['samples_per_second']:.0f} samples/s = {1e6 / row['samples_per_second']:.1f} us a sample "
              f"({row['product']}, {row['update']}, batch {row['batch']}, {row['threads']} threads)")


def check(weights, frames, labels, options, best):
    """Both updates, where both are there, must agree on the set itself; prints the accuracy."""
    batch = batch_of(frames, 0, len(frames), best["product"], options)
    rows = [made(weights, options, best["product"], update)(batch).t().cpu() for update in UPDATES]
    if len(rows) == 2:
        print(f"readouts on which both updates agree: {int((rows[0] == rows[1]).all(1).sum())} of {len(frames)}")
    if labels is not None:
        print(f"golden accuracy: {100 * (rows[0].argmax(1).numpy() == labels).mean():.2f} %")


def draw(net, options):
    """Single bit flips of weights: parameter, index, bit."""
    rng = np.random.default_rng(options.seed)
    names = [name for name in net.parameters if name.endswith(".weight")]
    ends = np.cumsum([net.parameters[name].numel() for name in names])
    sites, bits = rng.choice(ends[-1], options.faults, replace=False), rng.integers(32, size=options.faults)
    owners = np.searchsorted(ends, sites, "right")
    return [(names[owner], int(site - ends[owner]) % net.parameters[names[owner]].numel(), int(bit))
            for owner, site, bit in zip(owners, sites, bits)]


def rerun(net, fault, batches):
    """Readouts of each batch with one bit flipped."""
    name, index, bit = fault
    words, mask = net.parameters[name].view(torch.int32).view(-1), 1 << bit if bit < 31 else -(1 << 31)
    words[index] ^= mask
    readouts = [net(batch) for batch in batches]
    words[index] ^= mask
    return readouts


def inject(weights, frames, options, best, share=0, shares=1, start=lambda: None):
    """Flips, reruns and restores one share of the faults: clock before and after, faults, median seconds of one."""
    net = made(weights, options, best["product"], best["update"])
    samples = options.samples or len(frames)
    batches = [batch_of(frames, first, best["batch"], best["product"], options) for first in range(0, samples, best["batch"])]
    faults, times = draw(net, options), []
    with with_threads(best["threads"]):
        for _ in range(2):
            net(batches[0])
        finish(options.device)
        start()
        first = time.perf_counter()
        for fault in faults[share::shares]:
            begin = time.perf_counter()
            rerun(net, fault, batches)
            finish(options.device)
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
    injected = -(-(options.samples or len(frames)) // best["batch"]) * best["batch"]
    return {**best, "processes": processes, "faults": sum(faults), "samples": injected,
            "injections_per_second": round(injected * sum(faults) / (max(ends) - min(starts)), 1),
            "injections_per_second_median": round(processes * injected / statistics.median(medians), 1)}


def campaigns(weights, frames, options, rows):
    """The campaign by each number of processes, at the combination that is fastest within its share of the cores."""
    found = []
    for processes in options.processes:
        fitting = [row for row in rows if processes == 1 or row["threads"] * processes <= os.cpu_count()]
        if best := fastest(fitting, options.counted, by="alone"):
            found.append(campaign(weights, frames, options, best, processes))
            print("campaign: {injections_per_second:.0f} injections/s over {faults} faults x {samples} samples (median "
                  "fault: {injections_per_second_median:.0f}; {product}, {update}, batch {batch}, {processes} processes "
                  "x {threads} threads)".format(**found[-1]))
    return found


def readouts(weights, frames, options):
    """Of each product, (fault, sample, class), the first fault being none; and the other faults as a list."""
    found = {}
    size = min(len(frames), 64)
    for product in options.products:
        net = made(weights, options, product, "plain")
        batches = [batch_of(frames, first, size, product, options) for first in range(0, len(frames), size)]
        faults = draw(net, options)
        runs = [[net(batch) for batch in batches], *(rerun(net, fault, batches) for fault in faults)]
        found[product] = np.stack([torch.cat(run, 1).t()[:len(frames)].cpu().numpy() for run in runs])
    lines = ["Injection,Layer,TensorIndex,Bit"]
    for number, (name, index, bit) in enumerate(faults):
        place = ", ".join(map(str, np.unravel_index(index, net.parameters[name].shape)))
        lines.append(f'{number},{name},"({place})",{bit}')
    return found, "\n".join(lines) + "\n"


def load(options):
    """Weights by name, frames (sample, step, ...) and labels or None."""
    data, k = np.load(options.data), options.subsample
    frames = data["x"]
    if frames.ndim == 5:
        frames = frames[..., ::k, ::k]
    return dict(np.load(options.weights)), frames, data["y"] if "y" in data else None


def main():
    parser = argparse.ArgumentParser(description="PyTorch baseline: samples or injections per second, or readouts.")
    parser.add_argument("command", choices=("golden", "campaign", "readouts"))
    parser.add_argument("--network", choices=NETWORKS, default="nmnist", help="what --weights belongs to (default nmnist)")
    parser.add_argument("--weights", type=Path, required=True, help=".npz with the state_dict's names: fc1.weight ...")
    parser.add_argument("--data", type=Path, required=True,
                        help=".npz with x (sample, step, channel, y, x) or (sample, step, channel), labels y if there")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N (default cpu)")
    parser.add_argument("--subsample", type=int, default=1, help="keep every k-th pixel of both axes (default 1)")
    parser.add_argument("--batches", type=int, nargs="+", help="samples a batch (default: the network's choice)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--updates", nargs="+", choices=UPDATES, default=list(UPDATES))
    parser.add_argument("--products", nargs="+", help="default: all that the network has")
    parser.add_argument("--inexact", action="store_true", help="count products too that treat Inf or NaN in another way")
    parser.add_argument("--repeat", type=int, default=5, help="timed runs of each combination (default 5)")
    parser.add_argument("--processes", type=int, nargs="+", default=sorted({1, os.cpu_count()}),
                        help="campaign: processes that share the faults (default: one, and one a core)")
    parser.add_argument("--faults", type=int, default=16, help="campaign, readouts: single bit flips (default 16)")
    parser.add_argument("--samples", type=int, help="campaign: samples a fault, rounded up to batches (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("readouts.npz"), help="readouts: the file; the faults go to .csv")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    if options.device == "cpu" and not (snntorch and threadpoolctl):
        parser.error("on a processor the baseline needs snntorch and threadpoolctl, too")
    options.net = NETWORKS[options.network]
    options.batches = options.batches or options.net.sizes
    on_gpu = options.device != "cpu"
    if on_gpu:  # these belong to the processor
        torch.backends.cudnn.allow_tf32 = False  # float32, as everywhere
        options.threads, options.processes = [1], [1]
        options.products = options.products or [product for product in options.net.dense if product != "onednn"]
    options.products = options.products or options.net.products
    if unknown := set(options.products) - set(options.net.products):
        parser.error(f"{options.network} has the products {', '.join(options.net.products)}, not {', '.join(sorted(unknown))}")
    options.counted = options.products if on_gpu else options.net.products if options.inexact else options.net.dense
    if options.command == "campaign":
        options.products = [product for product in options.products if product in options.counted] or options.counted

    torch.set_grad_enabled(False)
    weights, frames, labels = load(options)
    if options.command == "readouts":
        found, faults = readouts(weights, frames, options)
        np.savez(options.out, **found)
        options.out.with_suffix(".csv").write_text(faults)
        return

    pools = threadpoolctl.threadpool_info() if threadpoolctl else []
    blas = sorted({pool["architecture"] for pool in pools if pool["user_api"] == "blas"})
    machine = {"python": platform.python_version(), "torch": torch.__version__, "snntorch": getattr(snntorch, "__version__", None),
               "numpy": np.__version__, "cores": os.cpu_count(), "blas_kernels": blas}
    print(*(f"{key} {value}" for key, value in machine.items()), sep=", ")

    rows = golden(weights, frames, options)
    print_golden(rows, options)
    dense = options.net.dense
    best = fastest(rows, options.counted) or fastest(rows, options.products)
    check(weights, frames, labels, options, best)
    for update in options.updates:
        print_best(f"fastest dense, {update}", fastest(rows, dense, [update]))
    for product in sorted(set(options.products) - set(dense)):
        print_best(f"fastest {product}", fastest(rows, [product]))
    figures = {"machine": machine, "golden": rows, "best": best}
    if options.command == "campaign":
        figures["campaigns"] = campaigns(weights, frames, options, rows)
        figures["campaign"] = max(figures["campaigns"], key=lambda row: row["injections_per_second"])
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
