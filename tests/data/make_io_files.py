# SPDX-License-Identifier: MIT
"""Makes the small files of tests/io that foreign libraries write: the tests hold the values that stand in them.

    python3 tests/data/make_io_files.py shd safetensors     needs h5py, numpy, safetensors before 0.6
    python3 tests/data/make_io_files.py pytorch             needs torch
    python3 tests/data/make_io_files.py tonic               needs h5py, numpy, tonic 1.7
"""
import collections
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent


def shd():
    """Three samples as in SHD; times in seconds, float16 in one file and float32 in the other."""
    import h5py
    import numpy as np

    times = [[0.0, 0.25, 0.5, 1.0], [0.125, 0.125, 0.75], [0.03125]]
    units = [[0, 699, 7, 350], [3, 2, 3], [42]]
    for name, float_type, compression in (("shd_float16.h5", np.float16, None), ("shd_float32.h5", np.float32, "gzip")):
        with h5py.File(HERE / name, "w", libver="earliest") as file:
            spikes = file.create_group("spikes")
            for key, values, element in (("times", times, float_type), ("units", units, np.uint16)):
                data = spikes.create_dataset(key, (3,), h5py.vlen_dtype(element), compression=compression,
                                             chunks=(2,) if compression else None)
                for i, row in enumerate(values):
                    data[i] = np.array(row, element)
            file.create_dataset("labels", data=np.array([11, 0, 19], np.uint16))
            file.create_group("extra").create_dataset("speaker", data=np.array([4, 5, 4]))


def safetensors():
    """One tensor a type."""
    import safetensors as st

    def tensor(dtype, shape, form, values):
        return {"dtype": dtype, "shape": shape, "data": struct.pack(f"<{len(values)}{form}", *values)}

    tensors = {
        "fc1.weight": tensor("float32", [2, 3], "f", [1, -0.0, 2.5, float("inf"), -4, 0.1]),
        "fc1.bias": tensor("float64", [2], "d", [0.1, -1e300]),
        "lif1.beta": tensor("float16", [], "e", [0.5]),
        "lif1.threshold": tensor("bfloat16", [2], "H", [0x3F80, 0xC049]),
        "count": tensor("int64", [3], "q", [-3, 0, 1 << 40]),
        "flag": tensor("bool", [2], "?", [True, False]),
        "empty": tensor("float32", [0, 4], "f", []),
        "five": tensor("uint8", [1, 1, 2, 1, 1], "B", [7, 255]),
    }
    (HERE / "small.safetensors").write_bytes(st.serialize(tensors, {"format": "pt"}))


def pytorch():
    """State dicts with views of all kinds; the same one bare and in a checkpoint."""
    import torch

    base = torch.arange(24, dtype=torch.float32)
    state = collections.OrderedDict()
    state["fc1.weight"] = base[:6].reshape(2, 3)           # shares base's storage
    state["fc1.bias"] = base[22:24]                        # an offset
    state["transposed"] = base.reshape(4, 6).t()           # (6, 4), strides (1, 6)
    state["every_third"] = base[1::3]                      # stride 3
    state["block"] = base.reshape(2, 3, 4)[1:, 1:, ::2]    # (1, 2, 2)
    state["expanded"] = torch.tensor([1.5]).expand(2, 3)   # stride 0
    state["scalar"] = torch.tensor(0.9)
    state["empty"] = torch.zeros(0, 3)
    state["half"] = torch.tensor([0.5, -2.0], dtype=torch.float16)
    state["brain"] = torch.tensor([1.0, -3.140625], dtype=torch.bfloat16)
    state["double"] = torch.tensor([0.1, -1e300], dtype=torch.float64)
    state["long"] = torch.tensor([-3, 1 << 40])
    state["bytes"] = torch.tensor([7, 255], dtype=torch.uint8)
    state["flags"] = torch.tensor([True, False])
    state["complex"] = torch.tensor([1j])
    torch.save(state, HERE / "state_dict.pt")
    linear = torch.nn.Linear(3, 2)
    optimiser = torch.optim.Adam(linear.parameters())
    linear(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    with torch.no_grad():
        linear.weight.copy_(base[:6].reshape(2, 3))
        linear.bias.copy_(base[22:24])
    checkpoint = {"epoch": 3, "accuracy": 0.75, "name": "net", "done": True, "rest": None,
                  "optimizer": optimiser.state_dict(), "state_dict": linear.state_dict()}
    torch.save(checkpoint, HERE / "checkpoint.pt")
    torch.save(linear.state_dict(), HERE / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(linear, HERE / "module.pt")


def tonic():
    """Recordings of SHD and DVS128 Gesture, and the frames that tonic makes of them."""
    import h5py
    import numpy as np
    import tonic.io
    import tonic.transforms

    random = np.random.default_rng(3)

    def frames(events, sensor, steps, denoise=0):
        if denoise:
            events = tonic.transforms.Denoise(filter_time=denoise)(events)
        return tonic.transforms.ToFrame(sensor_size=sensor, n_time_bins=steps)(events)

    with h5py.File(HERE / "tonic_shd.h5", "w", libver="earliest") as file:  # float16, as the published files
        spikes = file.create_group("spikes")
        times = spikes.create_dataset("times", (4,), h5py.vlen_dtype(np.float16))
        units = spikes.create_dataset("units", (4,), h5py.vlen_dtype(np.uint16))
        file["labels"] = np.array([7, 19, 0, 3], np.uint16)
        x = []
        for i, count in enumerate((400, 90, 300, 2)):
            times[i] = np.sort(random.uniform(0, 1.2, count)).astype(np.float16)
            units[i] = random.integers(0, 700, count).astype(np.uint16)
            events = tonic.io.make_structured_array(times[i].astype(np.float64) * 1e6, units[i], 0,
                                                    dtype=np.dtype([("t", int), ("x", int), ("p", int)]))
            x.append(frames(events, (700, 1, 1), 100).reshape(100, 700))
        np.savez_compressed(HERE / "tonic_shd.npz", x=np.array(x, np.uint8), y=file["labels"][:])

    x = []
    folder = HERE / "tonic_gesture" / "user24_led"
    folder.mkdir(parents=True, exist_ok=True)
    for label, element in ((2, np.float32), (10, np.float64)):
        count = 500  # in a corner, so that events have neighbours
        rows = np.stack([random.integers(0, 12, count), random.integers(0, 12, count), random.integers(0, 2, count),
                         np.sort(random.integers(0, 600_000, count)) / 1000], axis=1).astype(element)
        np.save(folder / f"{label}.npy", rows)
        rows[:, 3] *= 1000
        dtype = np.dtype([("x", np.int16), ("y", np.int16), ("p", bool), ("t", np.int64)])
        events = np.lib.recfunctions.unstructured_to_structured(rows, dtype)
        x.append(frames(events, (128, 128, 2), 25, 10000)[:, :, ::4, ::4])
    np.savez_compressed(HERE / "tonic_gesture.npz", x=np.array(x, np.uint8), y=np.array([2, 10]))

    count = 1500
    t = np.sort(random.integers(0, 3_000_000, count))
    columns, rows, polarity = random.integers(0, 128, count), random.integers(0, 128, count), random.integers(0, 2, count)
    data = b"#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n"
    for first in range(0, count, 400):
        part = slice(first, first + 400)
        words = np.stack([columns[part] << 17 | rows[part] << 2 | polarity[part] << 1 | 1, t[part]], 1).astype("<u4")
        data += struct.pack("<HHIIIIII", 1, 1, 8, 4, 0, len(words), len(words), len(words)) + words.tobytes()
    folder = HERE / "tonic_aedat"
    folder.mkdir(exist_ok=True)
    (folder / "user25_led.aedat").write_bytes(data)
    trials = ((2, 100000, 1400000), (1, 1400001, 2999000), (5, 1000000, 1200000))
    (folder / "user25_led_labels.csv").write_text("class,startTime_usec,endTime_usec\n" + "".join("%d,%d,%d\n" % trial for trial in trials))
    version, start, _ = tonic.io.read_aedat_header_from_file(folder / "user25_led.aedat")
    read = tonic.io.get_aer_events_from_file(folder / "user25_led.aedat", version, start)
    x = []
    for _, begin, end in sorted(trials):
        part = read[(read["timeStamp"] >= begin) & (read["timeStamp"] < end)]
        word = part["address"]
        events = tonic.io.make_structured_array(word >> 17 & 0x1fff, word >> 2 & 0x1fff, part["timeStamp"], word >> 1 & 1,
                                                dtype=np.dtype([("x", int), ("y", int), ("t", int), ("p", int)]))
        x.append(frames(events, (128, 128, 2), 25)[:, :, ::4, ::4])
    np.savez_compressed(HERE / "tonic_aedat.npz", x=np.array(x, np.uint8), y=np.array([0, 1, 4]))


if __name__ == "__main__":
    for part in sys.argv[1:]:
        {"shd": shd, "safetensors": safetensors, "pytorch": pytorch, "tonic": tonic}[part]()
