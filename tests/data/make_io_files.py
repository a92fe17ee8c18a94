# SPDX-License-Identifier: MIT
"""Makes the small files of tests/io that foreign libraries write: the tests hold the values that stand in them.

    python3 tests/data/make_io_files.py shd safetensors     needs h5py, numpy, safetensors before 0.6
    python3 tests/data/make_io_files.py pytorch             needs torch
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


if __name__ == "__main__":
    for part in sys.argv[1:]:
        {"shd": shd, "safetensors": safetensors, "pytorch": pytorch}[part]()
