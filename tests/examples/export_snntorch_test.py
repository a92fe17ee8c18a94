# SPDX-License-Identifier: MIT
"""What examples/export_snntorch.py prints and writes. Ends with status 77 where torch, snntorch or numpy are missing.

    python3 export_snntorch_test.py FOLDER      the folder of export_snntorch.py
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import snntorch as snn
    import torch
except ImportError as missing:
    print(f"skipped: no module '{missing.name}'")
    sys.exit(77)

sys.path.insert(0, sys.argv[1])
import export_snntorch as export  # noqa: E402


def refusal(call):
    try:
        call()
    except export.Refused as refused:
        return str(refused)
    raise AssertionError("nothing was refused")


class Dvs(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(2, 12, 5)
        self.pool1 = torch.nn.MaxPool2d(2)
        self.lif1 = snn.Leaky(beta=torch.full((14,), 0.9), threshold=torch.ones(14), learn_beta=True)
        self.conv2 = torch.nn.Conv2d(12, 32, (3, 5), stride=(2, 1), padding=(0, 2), dilation=(1, 1), groups=4, bias=False)
        self.pool2 = torch.nn.AvgPool2d((2, 3), stride=1)
        self.lif2 = snn.Synaptic(alpha=0.8, beta=torch.rand(32, 1, 1), reset_mechanism="zero", reset_delay=False)
        self.flat = torch.nn.Flatten()
        self.drop = torch.nn.Dropout(0.5)
        self.fc1 = torch.nn.Linear(32 * 5 * 12, 11)
        self.lif3 = snn.Alpha(alpha=torch.full((11,), 0.9), beta=torch.full((11,), 0.8), threshold=torch.ones(11))


EXPECTED = """\
using Net = sj::Network<sj::Input<2, 32, 32>,
                        sj::Conv2d<"conv1", 12, sj::Kernel<5>>, sj::MaxPool2d<2>, sj::Leaky<"lif1">,
                        sj::Conv2d<"conv2", 32, sj::Kernel<3, 5>, sj::Stride<2, 1>, sj::Padding<0, 2>, sj::Groups<4>, sj::NoBias>, \
sj::AvgPool2d<sj::Extent2d{2, 3}, sj::Stride<1>>, sj::Synaptic<"lif2", sj::ZeroReset, sj::ImmediateReset, \
sj::Shared<"alpha", sj::Sharing::per_layer>, sj::Shared<"beta", sj::Sharing::per_channel>, sj::Shared<"threshold", sj::Sharing::per_layer>>,
                        sj::Flatten, sj::Dense<"fc1", 11>, sj::Alpha<"lif3">,
                        sj::SpikeCountReadout>;
"""


def test_network():
    model = Dvs()
    assert export.network_text(model, (2, 32, 32)) == EXPECTED
    # The shapes that the text goes by are those of PyTorch.
    x = torch.zeros(1, 2, 32, 32)
    for name, layer in export.layers_of(model):
        if not type(layer).__module__.startswith("snntorch"):
            expected = tuple(layer(x).shape[1:])
            assert export.describe(name, layer, tuple(x.shape[1:]), snn.__version__)[1] == expected, name
            x = layer(x)


def test_neurons():
    def text(layer, features=3):
        return export.neuron("n", layer, (features,), "1.0")[0]

    layer = 'sj::Shared<"{}", sj::Sharing::per_layer>'.format
    assert text(snn.Leaky(beta=torch.ones(3), threshold=torch.ones(3), reset_mechanism="none")) == 'sj::Leaky<"n", sj::NoReset>'
    assert text(snn.Lapicque(beta=0.9)) == f'sj::Lapicque<"n", {layer("R")}, {layer("C")}, {layer("time_step")}, {layer("threshold")}>'
    assert text(snn.Alpha(alpha=0.9, beta=0.8, reset_mechanism="subtract")) == \
        f'sj::Alpha<"n", sj::SubtractReset, {layer("alpha")}, {layer("beta")}, {layer("threshold")}>'
    assert text(snn.RLeaky(beta=torch.ones(3), threshold=torch.ones(3), linear_features=3)) == 'sj::RLeaky<"n">'
    assert text(snn.RLeaky(beta=torch.ones(3), threshold=torch.ones(3), V=torch.ones(3), all_to_all=False)) == 'sj::RLeaky<"n", sj::OneToOne>'
    assert text(snn.RSynaptic(alpha=0.9, beta=0.8, V=0.5, all_to_all=False)) == \
        f'sj::RSynaptic<"n", sj::OneToOne, {layer("V")}, {layer("alpha")}, {layer("beta")}, {layer("threshold")}>'
    conv = snn.RLeaky(beta=torch.ones(5), threshold=torch.ones(5), conv2d_channels=3, kernel_size=3)
    assert export.neuron("n", conv, (3, 4, 5), "1.0")[0] == 'sj::RLeaky<"n", sj::SameConv2d<3, 3>>'
    assert export.neuron("n", snn.Leaky(beta=torch.ones(3), threshold=torch.ones(3)), (3,), "0.7.0")[0] == 'sj::Leaky<"n", sj::Snntorch07>'


def test_refusals():
    sequence = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3), snn.Leaky(beta=0.9))
    assert "layer '1' is a BatchNorm1d; known are Linear" in refusal(lambda: export.network_text(sequence, (4,)))
    sequence = torch.nn.Sequential(torch.nn.Linear(4, 3), snn.Leaky(beta=0.9))
    assert "layer '0' takes 4 values, and gets (5,)" in refusal(lambda: export.network_text(sequence, (5,)))
    assert "does not end with a layer of neurons" in refusal(lambda: export.network_text(sequence[:1], (4,)))
    assert "'beta' of shape (2,)" in refusal(lambda: export.neuron("n", snn.Leaky(beta=torch.ones(2)), (3,), "1.0"))
    assert "fires with another value" in refusal(lambda: export.neuron("n", snn.Leaky(beta=0.9, graded_spikes_factor=2.0), (3,), "1.0"))
    assert "ceil_mode" in refusal(lambda: export.pool2d("MaxPool2d", torch.nn.MaxPool2d(2, ceil_mode=True), (1, 5, 5)))
    assert "neither .safetensors nor .npz" in refusal(lambda: export.save({}, "weights.pt"))


def test_files(folder):
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), snn.RLeaky(beta=torch.rand(3), V=torch.rand(3), all_to_all=False))
    state = model.state_dict()
    export.save(state, folder / "weights.npz")
    export.save(state, folder / "weights.safetensors")
    arrays = np.load(folder / "weights.npz")
    raw = (folder / "weights.safetensors").read_bytes()
    length, = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + length])
    assert set(arrays.files) == set(header) == set(state) - {"1.V"}
    for name in arrays.files:
        begin, end = header[name]["data_offsets"]
        found = np.frombuffer(raw[8 + length + begin:8 + length + end], "<f4").reshape(header[name]["shape"])
        assert arrays[name].dtype == np.float32
        for values in (found, arrays[name]):
            assert values.shape == tuple(state[name].shape) and np.array_equal(values, state[name].numpy()), name


def test_command_line(folder):
    (folder / "my_model.py").write_text("import torch, snntorch\n\n\ndef net():\n"
                                        "    return torch.nn.Sequential(torch.nn.Linear(4, 3), snntorch.Leaky(beta=torch.ones(3), threshold=torch.ones(3)))\n")
    trained = {"0.weight": torch.ones(3, 4), "0.bias": torch.zeros(3)}
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), snn.Leaky(beta=torch.full((3,), 0.5), threshold=torch.ones(3)))
    torch.save({**model.state_dict(), **trained}, folder / "trained.pt")

    def run(*arguments):
        return subprocess.run([sys.executable, str(pathlib.Path(sys.argv[1]).resolve() / "export_snntorch.py"), *arguments], cwd=folder,
                              capture_output=True, text=True)

    done = run("my_model.py:net", "--input", "4", "--readout", "potential", "--state-dict", "trained.pt", "-o", "out.npz")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ('using Net = sj::Network<sj::Input<4>,\n                        sj::Dense<"0", 3>, sj::Leaky<"1">,\n'
                           "                        sj::MaxPotentialReadout>;\n")
    assert np.array_equal(np.load(folder / "out.npz")["0.weight"], np.ones((3, 4), np.float32))
    assert np.array_equal(np.load(folder / "out.npz")["1.beta"], np.full(3, 0.5, np.float32))
    wrong = run("my_model.py:none", "--input", "4")
    assert wrong.returncode == 1 and "'my_model.py' has no 'none'" in wrong.stderr


test_network()
test_neurons()
test_refusals()
with tempfile.TemporaryDirectory() as path:
    test_files(pathlib.Path(path))
    test_command_line(pathlib.Path(path))
print("all as expected")
