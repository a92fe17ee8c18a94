# SPDX-License-Identifier: MIT
"""What examples/export_snntorch.py prints, writes and refuses. Ends with status 77 where torch, snntorch or numpy are missing.

    python3 export_snntorch_test.py FOLDER      the folder of export_snntorch.py
"""
import argparse
import contextlib
import io
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import warnings

try:
    import numpy as np
    import snntorch as snn
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as missing:
    print(f"skipped: no module '{missing.name}'")
    sys.exit(77)

sys.path.insert(0, sys.argv[1])
import export_snntorch as export  # noqa: E402

warnings.simplefilter("ignore")
torch.set_num_threads(1)
DIGIT, FLAT = (1, 8, 8), (64,)
export.LONG = 48  # steps of the longest run that is compared; test_steps_and_inputs has the script's own


def leaky(**options):
    return snn.Leaky(beta=0.9, init_hidden=True, **options)


def exported(model, shape=FLAT, **options):
    return export.export(model.eval(), shape, **options)


def refusal(model, shape=FLAT, **options):
    return caught(lambda: exported(model, shape, **options))


def caught(call):
    try:
        call()
    except export.Refused as refused:
        assert "\n" not in str(refused) and len(str(refused)) < 500, refused
        return str(refused)
    raise AssertionError("nothing was refused")


def check(found, *parts):
    for part in parts:
        assert part in found, f"no '{part}' in: {found}"


class Loop(nn.Module):
    """Three layers; (sample, step, 64) to spike counts. Variants alter a step, or what is returned."""

    def __init__(self, step=None, end=None, out=10, **more):
        super().__init__()
        torch.manual_seed(1)
        for i, (inputs, outputs) in enumerate(((64, 32), (32, 32), (32, out)), 1):
            self.add_module(f"fc{i}", nn.Linear(inputs, outputs))
            self.add_module(f"lif{i}", snn.Leaky(beta=0.8))
        for name, layer in more.items():
            self.add_module(name, layer)
        self.one_step, self.end = step or plain_step, end or (lambda s, u: s.sum(0))

    def forward(self, x):
        self.u = [None, self.lif1.reset_mem(), self.lif2.reset_mem(), self.lif3.reset_mem()]
        self.kept = torch.zeros(x.shape[0], 32)
        spikes, potentials = [], []
        for t in range(x.shape[1]):
            spikes.append(self.one_step(self, x[:, t]))
            potentials.append(self.u[3])
        return self.end(torch.stack(spikes), torch.stack(potentials))

    def run(self, i, current):
        spikes, self.u[i] = getattr(self, f"lif{i}")(current, self.u[i])
        return spikes


def plain_step(net, x):
    return net.run(3, net.fc3(net.run(2, net.fc2(net.run(1, net.fc1(x))))))


def between(after_fc1=lambda net, v: v, after_lif1=lambda net, v: v, after_lif2=lambda net, v, s1: v):
    def step(net, x):
        s1 = net.run(1, after_fc1(net, net.fc1(x)))
        s2 = net.run(2, net.fc2(after_lif1(net, s1)))
        return net.run(3, net.fc3(after_lif2(net, s2, s1)))

    return step


PER_LAYER = 'sj::Shared<"beta", sj::Sharing::per_layer>, sj::Shared<"threshold", sj::Sharing::per_layer>'


def test_the_printed_network():
    class Dvs(nn.Module):  # registered in another order than it runs
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(32 * 5 * 12, 11)
            self.lif3 = snn.Alpha(alpha=torch.full((11,), 0.9), beta=torch.full((11,), 0.8), threshold=torch.ones(11), init_hidden=True)
            self.conv1, self.pool1 = nn.Conv2d(2, 12, 5), nn.MaxPool2d(2)
            self.lif1 = snn.Leaky(beta=torch.full((14,), 0.9), threshold=torch.ones(14), learn_beta=True, init_hidden=True)
            self.conv2 = nn.Conv2d(12, 32, (3, 5), stride=(2, 1), padding=(0, 2), dilation=(1, 1), groups=4, bias=False)
            self.pool2 = nn.AvgPool2d((2, 3), stride=1)
            self.lif2 = snn.Synaptic(alpha=0.8, beta=torch.rand(32, 1, 1), reset_mechanism="zero", reset_delay=False, init_hidden=True)
            self.flat, self.drop = nn.Flatten(), nn.Dropout(0.5)

        def forward(self, x):
            x = self.lif2(self.pool2(self.conv2(self.lif1(self.pool1(self.conv1(x))))))
            return self.lif3(self.fc1(self.drop(self.flat(x))))

    torch.manual_seed(3)
    assert exported(Dvs(), (2, 32, 32), samples=2, steps=4).text == """\
using Net = sj::Network<sj::Input<2, 32, 32>,
                        sj::Conv2d<"conv1", 12, sj::Kernel<5>>, sj::MaxPool2d<2>, sj::Leaky<"lif1">,
                        sj::Conv2d<"conv2", 32, sj::Kernel<3, 5>, sj::Stride<2, 1>, sj::Padding<0, 2>, sj::Groups<4>, sj::NoBias>, \
sj::AvgPool2d<sj::Extent2d{2, 3}, sj::Stride<1>>, sj::Synaptic<"lif2", sj::ZeroReset, sj::ImmediateReset, \
sj::Shared<"alpha", sj::Sharing::per_layer>, sj::Shared<"beta", sj::Sharing::per_channel>, sj::Shared<"threshold", sj::Sharing::per_layer>>,
                        sj::Flatten, sj::Dense<"fc1", 11>, sj::Alpha<"lif3">,
                        sj::SpikeCountReadout>;
"""


def test_neurons():
    def text(layer, shape=(3,), version="1.0"):
        return export.neuron("n", layer, shape, version)[0]

    layer = 'sj::Shared<"{}", sj::Sharing::per_layer>'.format
    assert text(snn.Leaky(beta=torch.ones(3), threshold=torch.ones(3), reset_mechanism="none")) == 'sj::Leaky<"n", sj::NoReset>'
    assert text(snn.Leaky(beta=torch.ones(1, 3), threshold=torch.ones(1))) == f'sj::Leaky<"n", {layer("threshold")}>'
    assert text(snn.Lapicque(beta=0.9)) == f'sj::Lapicque<"n", {layer("R")}, {layer("C")}, {layer("time_step")}, {layer("threshold")}>'
    assert text(snn.Alpha(alpha=0.9, beta=0.8, reset_mechanism="subtract")) == \
        f'sj::Alpha<"n", sj::SubtractReset, {layer("alpha")}, {layer("beta")}, {layer("threshold")}>'
    assert text(snn.RLeaky(beta=torch.ones(3), threshold=torch.ones(3), linear_features=3)) == 'sj::RLeaky<"n">'
    assert text(snn.RSynaptic(alpha=0.9, beta=0.8, V=0.5, all_to_all=False)) == \
        f'sj::RSynaptic<"n", sj::OneToOne, {layer("V")}, {layer("alpha")}, {layer("beta")}, {layer("threshold")}>'
    conv = snn.RLeaky(beta=torch.ones(5), threshold=torch.ones(5), conv2d_channels=3, kernel_size=3)
    assert text(conv, (3, 4, 5)) == 'sj::RLeaky<"n", sj::SameConv2d<3, 3>>'
    assert text(snn.Leaky(beta=torch.ones(3), threshold=torch.ones(3)), version="0.7.0") == 'sj::Leaky<"n", sj::Snntorch07>'


def test_every_neuron_computes_what_the_library_does():
    for reset in ("subtract", "zero", "none"):
        for make in (snn.Leaky, snn.RLeaky, snn.Synaptic, snn.RSynaptic, snn.Lapicque, snn.Alpha):
            for late in (True, False) if make in (snn.Leaky, snn.Synaptic, snn.RLeaky) else (True,):
                torch.manual_seed(4)
                options = {"beta": 0.6, "init_hidden": True, "reset_mechanism": reset, "threshold": 0.25}
                options.update({"alpha": 0.8} if make in (snn.Synaptic, snn.RSynaptic, snn.Alpha) else {})
                options.update({"linear_features": 20} if make in (snn.RLeaky, snn.RSynaptic) else {})
                options.update({} if late else {"reset_delay": False})
                model = nn.Sequential(nn.Linear(64, 20), make(**options), nn.Linear(20, 10), leaky())
                found = exported(model)
                assert ("ImmediateReset" in found.text) == (not late)
    # A layer whose update is another one than its class says is seen.
    model = nn.Sequential(nn.Linear(64, 10), leaky())
    model[1].state_function = lambda current: 0.5 * model[1].mem + current
    check(refusal(model), "layer '1' computes something else than the library's Leaky")


def test_ways_to_run():
    linears = [nn.Linear(64, 32), nn.Linear(32, 10)]

    class Time(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.lif1, self.fc2, self.lif2 = linears[0], snn.Leaky(beta=0.9), linears[1], snn.Leaky(beta=0.9)

    class StepsFirst(Time):
        def forward(self, x):
            u1, u2, out = self.lif1.reset_mem(), self.lif2.reset_mem(), []
            for frame in x:
                s1, u1 = self.lif1(self.fc1(frame), u1)
                s2, u2 = self.lif2(self.fc2(s1), u2)
                out.append(s2)
            return torch.stack(out), u2

    class LayerByLayer(Time):
        def forward(self, x):
            def run(lif, currents):
                u, out = lif.reset_mem(), torch.zeros_like(currents)
                for t in range(len(currents)):
                    out[t], u = lif(currents[t], u)
                return out

            return run(self.lif2, self.fc2(run(self.lif1, self.fc1(x))))

    class SamplesFirst(StepsFirst):
        def forward(self, x):
            return super().forward(x.transpose(0, 1))

    class Static(StepsFirst):
        def forward(self, x):
            return super().forward(x.expand(25, *x.shape))

    class Fixed(StepsFirst):
        def forward(self, x):
            return super().forward([x[t] for t in range(40)])

    class ByHand(Time):
        def forward(self, x, mem1, mem2):
            s1, mem1 = self.lif1(self.fc1(x), mem1)
            s2, mem2 = self.lif2(self.fc2(s1), mem2)
            return s2, mem1, mem2

    sequence = nn.Sequential(linears[0], leaky(), linears[1], leaky(output=True))
    texts = set()
    for model, how, steps in ((StepsFirst(), "steps first", 16), (SamplesFirst(), "samples first", 16), (LayerByLayer(), "steps first", 16),
                              (Static(), "static", 25), (Fixed(), "steps first", 40), (ByHand(), "each step", 16),
                              (sequence, "each step", 16), (nn.DataParallel(sequence), "each step", 16)):
        found = exported(model)
        assert (found.run.how, found.run.steps) == (how, steps), (type(model), found.run.how, found.run.steps)
        texts.add(found.text.replace('"fc1"', '"0"').replace('"lif1"', '"1"').replace('"fc2"', '"2"').replace('"lif2"', '"3"'))
    assert len(texts) == 1

    class List(Time):
        def forward(self, x, states):
            return self.lif1(self.fc1(x), states[0])

    check(refusal(List()), "takes 'states' besides its input")
    check(refusal(StepsFirst(), (65,)), "(16, 7, 65) (steps first)", "check --input")
    check(refusal(nn.Sequential(nn.Linear(64, 3))), "has no layer of neurons")


def test_containers():
    class Lists(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList([nn.Sequential(nn.Linear(64, 32), leaky()), nn.ModuleDict({"fc 2": nn.Linear(32, 10), "lif": leaky()})])

        def forward(self, x):
            return self.blocks[1]["lif"](self.blocks[1]["fc 2"](self.blocks[0](x)))

    found = exported(Lists())
    check(found.text, '"blocks.0.0", 32', '"blocks.0.1"', '"blocks.1.fc_2", 10', '"blocks.1.lif"')
    assert "layer 'blocks.1.fc 2' is named 'blocks.1.fc_2', in C++ and in the file" in found.notes
    assert "blocks.1.fc_2.weight" in found.arrays


def test_what_is_no_chain_is_named():
    chain = "a network is a chain"
    for what, step in (("sum", lambda net, s2, s1: s2 + s1), ("sum", lambda net, s2, s1: torch.add(s1, s2)),
                       ("sum", lambda net, s2, s1: s2.clone().add_(s1)), ("difference", lambda net, s2, s1: s2 - s1)):
        check(refusal(Loop(between(after_lif2=step))), f"layer 'fc3' gets the {what} (", "'lif1' and 'lif2'", chain)
    check(refusal(Loop(between(after_lif2=lambda net, s2, s1: torch.cat([s1[:, :16], s2[:, :16]], 1)))), "concatenation", "'lif1' and 'lif2'")
    check(refusal(Loop(between(after_lif2=lambda net, s2, s1: s2 * s1))), "'mul'", "'lif1' and 'lif2'", chain)
    for word, change in (("relu", F.relu), ("mul", lambda v: 2 * v), ("clamp", lambda v: v.clamp(0, 1)), ("tanh", torch.tanh)):
        check(refusal(Loop(between(after_fc1=lambda net, v: change(v)))), "layer 'lif1' gets what", word, "'fc1'")
        check(refusal(Loop(between(after_lif1=lambda net, v: change(v)))), "layer 'fc2' gets what", word, "'lif1'")
    check(refusal(Loop(between(after_lif1=lambda net, v: F.dropout(v, 0.5)))), "layer 'fc2'", "dropout", "training=self.training")
    exported(Loop(between(after_lif1=lambda net, v: F.dropout(v, 0.5, net.training)), drop=nn.Dropout()))
    check(refusal(Loop(between(after_lif1=lambda net, v: v.flip(-1)))), "layer 'fc2' gets the values of 'lif1' in another order")
    check(refusal(Loop(between(after_lif1=lambda net, v: torch.from_numpy(v.numpy().copy())))), "layer 'fc2'", "neither from")
    check(refusal(Loop(lambda net, x: plain_step(net, x / 255))), "layer 'fc1'", "the model's input", "into the data")
    check(refusal(Loop(lambda net, x: plain_step(net, torch.bernoulli(x.sigmoid())))), "layer 'fc1' gets what 'sigmoid'", "when the data are written")
    check(refusal(Loop(lambda net, x: plain_step(net, torch.bernoulli(torch.full_like(x, 0.5))))), "layer 'fc1'")
    check(refusal(Loop(between(after_lif1=lambda net, v: net.u[1]))), "layer 'fc2' gets a state of 'lif1'")

    def late(net, x):
        s1, before = net.run(1, net.fc1(x)), net.kept
        net.kept = s1
        return net.run(3, net.fc3(net.run(2, net.fc2(before))))

    check(refusal(Loop(late)), "layer 'fc2' gets 'lif1' and values that no layer gives")

    class Image(nn.Module):
        def __init__(self, pool):
            super().__init__()
            self.conv, self.lif1, self.fc, self.lif2, self.pool = nn.Conv2d(1, 8, 3), leaky(), nn.Linear(72, 10), leaky(), pool

        def forward(self, x):
            return self.lif2(self.fc(self.lif1(self.pool(self.conv(x))).flatten(1)))

    for pool, word in ((lambda v: F.max_pool2d(v, 2), "MaxPool2d"), (lambda v: F.avg_pool2d(v, 2), "AvgPool2d"),
                       (lambda v: torch.max_pool2d(v, 2), "MaxPool2d")):
        check(refusal(Image(pool), DIGIT), "layer 'lif1' gets what", f"torch.nn.{word} in its place")
    check(refusal(Image(lambda v: v[..., ::2, ::2]), DIGIT), "layer 'lif1' gets 72 values, and 'conv' gives 288")
    permuted = Image(nn.MaxPool2d(2))
    permuted.forward = lambda x: permuted.lif2(permuted.fc(permuted.lif1(permuted.pool(permuted.conv(x))).permute(0, 2, 3, 1).flatten(1)))
    check(refusal(permuted, DIGIT), "layer 'fc' gets the values of 'lif1' in another order")
    exported(Image(nn.MaxPool2d(2)), DIGIT)


def test_reuse():
    torch.manual_seed(2)
    pool = nn.MaxPool2d(2)
    twice = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), pool, leaky(), nn.Conv2d(8, 8, 3, padding=1), pool, leaky(), nn.Flatten(),
                          nn.Linear(32, 10), leaky())
    assert exported(twice, DIGIT).text.count("sj::MaxPool2d<2>") == 2
    shared = lambda net, x: net.run(3, net.fc3(net.run(2, net.fc2(net.lif4(net.fc2(net.run(1, net.fc1(x))))))))  # noqa: E731
    check(refusal(Loop(shared, lif4=leaky())), "layer 'fc2' is used more than once in a step")
    lif = leaky()
    check(refusal(nn.Sequential(nn.Linear(64, 10), lif, nn.Linear(10, 10), lif)), "layer '1' gets", "use a layer of its own in each place")


def test_states():
    def state(alter):
        def step(net, x):
            spikes = plain_step(net, x)
            alter(net, x)
            return spikes

        return step

    def swap(net, x):
        net.u[2] = net.u[1]

    def halve(net, x):
        net.u[2] = net.u[2] * 0.5

    def forget(net, x):
        net.u[1] = torch.zeros(x.shape[0], 32)

    check(refusal(Loop(state(swap))), "layer 'lif2' gets in step 1 a state that is not its own of the step before, but a state of 'lif1'")
    check(refusal(Loop(state(halve))), "layer 'lif2' gets in step 1", "'mul' makes of a state of 'lif2'")
    check(refusal(Loop(state(forget))), "layer 'lif1' gets in step 1")

    class Inside(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc, self.lif = nn.Linear(64, 10), leaky()

        def forward(self, x):
            spikes = self.lif(self.fc(x))
            self.lif.mem = self.lif.mem * 0.5
            return spikes

    check(refusal(Inside()), "layer 'lif' computes something else")


def test_layers_that_are_not_what_they_seem():
    hooked = Loop()
    hooked.fc2.register_forward_hook(lambda layer, given, found: 2 * found)
    check(refusal(hooked), "layer 'fc2' computes something else than the library's Dense")

    class Positive(nn.Linear):
        def forward(self, x):
            return F.linear(x, self.weight.abs(), self.bias)

    check(refusal(Loop(fc2=Positive(32, 32))), "layer 'fc2' computes something else")
    normed = exported(Loop(fc2=nn.utils.parametrizations.weight_norm(nn.Linear(32, 32))))
    assert normed.arrays["fc2.weight"].shape == (32, 32)


def test_beside_the_chain():
    found = exported(Loop(fc9=nn.Linear(3, 3)))
    assert any("layer 'fc9' never runs" in note for note in found.notes) and "fc9" not in found.text and "fc9.weight" not in found.arrays

    class Branch(Loop):
        def forward(self, x):
            main = super().forward(x)
            return main, self.head(x[:, 0])

    check(refusal(Branch(head=nn.Linear(64, 4))), "'lif3'", "'head'", "chain without branches")


def test_readouts():
    def end(what):
        return Loop(end=what)

    assert "MaxPotentialReadout" in exported(end(lambda s, u: u.max(0).values)).text
    assert "LastPotentialReadout" in exported(end(lambda s, u: u[-1])).text
    assert "SpikeCountReadout" in exported(end(lambda s, u: (s, u))).text
    assert "SpikeCountReadout" in exported(end(lambda s, u: s.transpose(0, 1))).text
    assert "MaxPotentialReadout" in exported(end(lambda s, u: u), readout="potential").text
    assert "SpikeCountReadout" in exported(end(lambda s, u: s.mean(0)), readout="spikes").text
    check(refusal(end(lambda s, u: u)), "--readout potential", "--readout last")
    check(refusal(end(lambda s, u: s.mean(0))), "--readout spikes")
    check(refusal(end(lambda s, u: u.mean(0))), "the mean of the potentials of 'lif3'")
    check(refusal(end(lambda s, u: s.sum(0).softmax(1))), "returns what 'softmax' makes of the outputs of its last layer 'lif3'")
    check(refusal(end(lambda s, u: s.sum(0).argmax(1))), "returns what 'argmax' makes")
    check(refusal(end(lambda s, u: u[-1]), readout="potential"), "pass --readout last")
    check(refusal(end(lambda s, u: u), readout="spikes"), "returns no spikes")


def test_readouts_of_a_part():
    """What a comparison of few spikes would not see: steps left out, counts cut off, potentials below 0."""
    all_steps = "the library's readouts take all steps of 'lif3'"
    for end, *parts in (
            (lambda s, u: s[4:].sum(0), "the spikes from step 4 on", all_steps), (lambda s, u: s[1:].sum(0), "the spikes from step 1 on"),
            (lambda s, u: s[:-1].sum(0), "the spikes before step 15"), (lambda s, u: s[::2].sum(0), "the spikes of every 2 steps one"),
            (lambda s, u: s[:16].sum(0), "the spikes before step 16"), (lambda s, u: s[-20:].sum(0), "the spikes from step 28 on"),
            (lambda s, u: torch.cat([s[:5], s[6:]]).sum(0), "the spikes without step 5"), (lambda s, u: s[1:], "the spikes from step 1 on"),
            (lambda s, u: u[3:].max(0).values, "the potentials from step 3 on"), (lambda s, u: u[0], "the potentials before step 1"),
            (lambda s, u: torch.maximum(u.max(0).values, torch.zeros(())), "is neither the spikes nor the potentials", "'max', 'maximum'"),
            (lambda s, u: (s * torch.linspace(1, 0.1, len(s))[:, None, None]).sum(0), "is neither", "'mul', 'sum'"),
            (lambda s, u: 2 * s.sum(0), "is neither", "'mul'"), (lambda s, u: s.sum(0) + 1, "is neither", "'add'"),
            (lambda s, u: s.sum(0).flip(1), "is neither"), (lambda s, u: s.sum(0)[:, :9], "of shape (7, 9), is neither"),
            (lambda s, u: s.sum(0).reshape(-1, 2, 5).sum(1), "of shape (7, 5), is neither"), (lambda s, u: u[-2], "is neither"),
            (lambda s, u: s.sum(0).clamp(max=6), "'clamp'"), (lambda s, u: s.sum(0).clamp(max=1e6), "'clamp'"),
            (lambda s, u: (s > 0).float().sum(0), "'gt'"), (lambda s, u: s.sum(0).log_softmax(1), "'log_softmax'"),
            (lambda s, u: s.sum(0) @ torch.eye(10), "'matmul'"), (lambda s, u: s.cumsum(0), "'cumsum'"), (lambda s, u: u.std(0), "'std'")):
        check(refusal(Loop(end=end)), *parts)

    class Late(Loop):
        def forward(self, x):
            super().forward(x)
            return sum(self.spikes[2:])

    def noted(net, x):
        net.spikes = ([] if not bool(net.u[1].numel()) else net.spikes) + [plain_step(net, x)]
        return net.spikes[-1]

    check(refusal(Late(noted)), "the spikes from step 2 on")
    check(refusal(Loop(lambda net, x: plain_step(net, x) * (torch.arange(10) != 3))), "returns what 'ne' makes")
    # A potential that only grows is the largest and the last at once, until it is tried otherwise.
    grows = Loop(end=lambda s, u: u[-1], lif3=snn.Leaky(beta=1.0, reset_mechanism="none"))
    check(exported(grows).text, "LastPotentialReadout")
    for end in (lambda s, u: sum(s), lambda s, u: s.transpose(0, 1).sum(1), lambda s, u: s.sum(0).int(), lambda s, u: {"out": s}):
        check(exported(Loop(end=end)).text, "SpikeCountReadout")
    found = exported(Loop(end=lambda s, u: (s.sum(0), s.sum(0).softmax(1))))
    check(found.text, "SpikeCountReadout")
    assert any("1 can be a readout of 'lif3'; the rest is left out" in note for note in found.notes), found.notes


def test_steps_and_inputs():
    class Watch(Loop):  # alters its input, or its layers at some step
        def __init__(self, given=lambda net, x: x, at=lambda net, t: None):
            super().__init__()
            self.given, self.at = given, at

        def forward(self, x):
            self.t = 0
            return super().forward(self.given(self, x))

        def run(self, i, current):
            if i == 1:
                self.at(self, self.t)
                self.t += 1
            return super().run(i, current)

    def at(step, alter):
        return Watch(at=lambda net, t: alter(net) if t == step else None)

    def forget(net):
        net.u[1] = torch.zeros_like(net.u[1])

    check(refusal(at(20, forget)), "layer 'lif1' gets in step 20 a state", "in 33 steps")
    export.LONG = 130
    check(refusal(at(100, forget)), "layer 'lif1' gets in step 100 a state", "in 130 steps")
    found = exported(Watch())
    assert any("signed input" in note and "binary" in note and "zero" in note and "in 33 steps" in note and "in 130 steps" in note and
               "made-up outputs of 'lif3'" in note for note in found.notes), found.notes
    export.LONG = 48
    for given, *parts in (
            (lambda net, x: x.abs() if (x < 0).any() else x, "'abs'", "signed input"), (lambda net, x: x + 1 if not x.any() else x, "'add'", "zero input"),
            (lambda net, x: x / 255 if x.max() > 1 else x, "'div'", "into the data"), (lambda net, x: x.round() if (x != x.round()).any() else x, "'round'"),
            (lambda net, x: (x - x.mean()) / x.std(), "the data when they are written", "folded into 'fc1'"),
            (lambda net, x: (x - 0.1) / 0.3, "'sub'", "folded into 'fc1'"), (lambda net, x: (x - torch.ones(64)) / 0.3, "folded into 'fc1'"),
            (lambda net, x: x[:, ::2], "8 of 16 steps", "leaves steps out"), (lambda net, x: x[:, :40], "40 steps when it gets 48", "--steps 40")):
        check(refusal(Watch(given)), *parts)
    check(refusal(Watch(at=lambda net, t: net.fc2.weight.data.mul_(0.999))), "layer 'fc2'")
    check(refusal(at(25, lambda net: setattr(net.lif1, "threshold", torch.tensor(2.0)))), "layer 'lif1' computes something else", "33 steps")

    def fail(net):
        raise ValueError("no such step")

    found = exported(at(30, fail))
    assert any(note.startswith("not compared: ") and "no such step" in note and "export_snntorch_test.py" in note for note in found.notes), found.notes
    assert any("the model runs 16 steps, whatever it gets" in note for note in exported(Watch(lambda net, x: x[:, [*range(16)]])).notes)


def test_causes_are_named():
    class Slower(Loop):
        def forward(self, x):
            self.t = 0
            return super().forward(x)

    def every_second(net, x):
        s1 = net.run(1, net.fc1(x))
        net.t += 1
        net.held = net.run(2, net.fc2(s1)) if net.t % 2 else net.held
        return net.run(3, net.fc3(net.held))

    check(refusal(Slower(every_second)), "layer 'lif2' is called 8 times in 16 steps, and 'lif1' 16 times")
    check(refusal(Loop(between(after_lif1=lambda net, v: v * torch.linspace(0, 1, 32)))), "the factors into the weights of 'fc2', a column for each")
    check(refusal(Loop(between(after_fc1=lambda net, v: v * torch.linspace(0, 1, 32)))), "into the weights and the bias of the layer before")
    check(refusal(Loop(between(after_fc1=lambda net, v: v + torch.randn_like(v)))), "noise")
    check(refusal(Loop(out=50, end=lambda s, u: s.sum(0).reshape(-1, 10, 5).sum(-1)), population=2), "adds up the spikes of 5 neurons", "pass 5")
    for layer, *parts in ((snn.SLSTM(64, 32), "a SLSTM", "RSynaptic"), (snn.SConv2dLSTM(1, 2, 3), "a SConv2dLSTM"),
                          (snn.LeakyParallel(64, 32), "a LeakyParallel", "Linear and Leaky"), (snn.LinearLeaky(beta=0.9, in_features=3, out_features=3), "LinearLeaky")):
        check(refusal(Loop(lif1=layer)), "layer 'lif1' is", *parts)

    class Own(snn.SpikingNeuron):
        def forward(self, x):
            return (x > 1).float()

    class Plain(nn.Module):
        def forward(self, x):
            return (x > 1).float()

    check(refusal(nn.Sequential(nn.Linear(64, 10), Own())), "layer '1' is a SpikingNeuron, of your own class Own")
    check(refusal(nn.Sequential(nn.Linear(64, 10), Plain())), "modules of the classes Plain")
    for function in (lambda v: torch.sigmoid(5 * v), lambda v: (v >= 0.2).float()):
        check(refusal(Loop(lif1=snn.Leaky(beta=0.8, spike_grad=function))), "layer 'lif1'")
    exported(Loop(lif1=snn.Leaky(beta=0.8, spike_grad=snn.surrogate.atan())))
    for end, how in ((lambda: sys.exit(3), "ends the program"), (lambda: os._exit(3), "ends the program"), (lambda: os.abort(), "ends the program"),
                     (lambda: 1 / 0, "ZeroDivisionError")):
        check(refusal(Loop(lambda net, x: end())), how, "'export_snntorch_test.py', line")
    assert os._exit.__module__ != export.__name__ and os._exit.__name__ == "_exit"


def test_values():
    wrong = Loop()
    wrong.fc1.weight.data[3, 5] = float("nan")
    check(refusal(wrong), "'fc1.weight' holds NaN, first at [3, 5] (1 of 2048 values)")
    check(refusal(Loop(lif2=snn.Leaky(beta=0.8, threshold=float("inf")))), "'lif2.threshold' holds inf", "never fire")
    check(refusal(Loop().to("meta")), "on the device 'meta'")
    check(refusal(Loop(fc2=nn.LazyLinear(32))), "'fc2.weight' has no values yet")
    check(refusal(Loop(), (65536, 65536)), "GiB", "is it the shape of one step?")
    tied = Loop(fc3=nn.Linear(32, 32), lif3=snn.Leaky(beta=0.8))
    tied.fc3.weight = tied.fc2.weight
    for model, part in ((tied, "'fc2.weight' and 'fc3.weight' are one tensor"), (Loop(lif1=snn.Leaky(beta=1.5)), "'lif1.beta' holds 1.5, outside of [0, 1]"),
                        (Loop(lif1=snn.Leaky(beta=0.8, threshold=0.0)), "'lif1.threshold' holds 0")):
        found = exported(model)
        assert any(part in note for note in found.notes), found.notes


def test_a_last_linear():
    class Last(nn.Module):
        def __init__(self, end):
            super().__init__()
            self.fc1, self.lif1, self.fc2, self.end = nn.Linear(64, 32), leaky(), nn.Linear(32, 10), end

        def forward(self, x):
            export.reset(self)
            return self.end(torch.stack([self.fc2(self.lif1(self.fc1(x[:, t]))) for t in range(x.shape[1])]))

    for end, decay, readout in ((lambda v: v.sum(0), 1.0, "LastPotential"), (lambda v: v[-1], 0.0, "LastPotential"),
                                (lambda v: v.max(0).values, 0.0, "MaxPotential")):
        torch.manual_seed(5)
        found = exported(Last(end))
        check(found.text, f'sj::Dense<"fc2", 10>, sj::Leaky<"output", sj::NoReset, {PER_LAYER}>', f"sj::{readout}Readout")
        assert float(found.arrays["output.beta"]) == decay and any("'output' is added" in note for note in found.notes)
    steps = lambda v: v  # noqa: E731
    check(refusal(Last(steps)), "ends with 'fc2', which is no layer of neurons", "--readout sum")
    assert float(exported(Last(steps), readout="sum").arrays["output.beta"]) == 1
    check(refusal(Last(lambda v: v.mean(0))), "its mean over the steps", "--readout sum")
    check(refusal(Last(lambda v: v.sum(0)), readout="last"), "pass --readout sum")
    check(refusal(Last(steps), readout="spikes"), "has no spikes")


def test_population_codes():
    from snntorch.functional.acc import _population_code

    for model, options in ((Loop(out=50, end=lambda s, u: s), {"population": 5}),
                           (Loop(out=50, end=lambda s, u: s.sum(0).reshape(-1, 10, 5).sum(-1)), {})):
        found = exported(model, **options)
        check(found.text, f'sj::Dense<"population", 10, sj::NoBias>, sj::Leaky<"votes", sj::NoReset, {PER_LAYER}>', "sj::LastPotentialReadout")
        weight = found.arrays["population.weight"]
        spikes = (torch.rand(6, 4, 50) < 0.4).float()  # (step, sample, neuron)
        assert torch.equal(spikes.sum(0) @ weight.T, _population_code(spikes, 10, 50))
        assert float(found.arrays["votes.beta"]) == 1
    check(refusal(Loop(), population=3), "--population 3 does not divide the 10 neurons of 'lif3'")
    check(refusal(Loop(end=lambda s, u: u), population=5, readout="potential"), "--population counts spikes")


def test_batch_norm():
    def normed():
        torch.manual_seed(6)
        model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), leaky(), nn.MaxPool2d(2), nn.Flatten(),
                              nn.Linear(72, 20, bias=False), nn.BatchNorm1d(20), leaky(), nn.Linear(20, 10), leaky())
        for norm in (model[1], model[6]):
            norm.running_mean.uniform_(-0.3, 0.3)
            norm.running_var.uniform_(0.1, 2)
            nn.init.uniform_(norm.weight, -0.5, 2)
            nn.init.uniform_(norm.bias, -0.2, 0.5)
        return model

    model = normed()
    found = exported(model, DIGIT)
    check(found.text, 'sj::Conv2d<"0", 8, sj::Kernel<3>>, sj::Leaky<"2"', 'sj::Dense<"5", 20>, sj::Leaky<"7"')
    assert sum("is folded into" in note for note in found.notes) == 2
    state = {name: value.double().numpy() for name, value in model.state_dict().items()}
    for layer, norm in (("0", "1"), ("5", "6")):
        scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + 1e-5)
        weight = (state[f"{layer}.weight"].T * scale).T
        bias = (state.get(f"{layer}.bias", 0) - state[f"{norm}.running_mean"]) * scale + state[f"{norm}.bias"]
        assert np.array_equal(found.arrays[f"{layer}.weight"].numpy(), weight.astype(np.float32))
        assert np.array_equal(found.arrays[f"{layer}.bias"].numpy(), bias.astype(np.float32))
    check(caught(lambda: export.export(normed().train(), DIGIT)), "layer '1' norms by each batch", "model.eval()")
    check(refusal(nn.Sequential(nn.BatchNorm1d(64), nn.Linear(64, 10), leaky())), "layer '0' norms what is no Linear or Conv2d directly before it")
    check(refusal(nn.Sequential(nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.BatchNorm2d(8), leaky(), nn.Flatten(), nn.Linear(72, 10), leaky()), DIGIT),
          "layer '2' norms what is no")


def test_lateral_weights():
    def step(net, x):
        net.kept = net.run(1, net.fc1(x) + net.fb(net.kept))
        return net.run(3, net.fc3(net.run(2, net.fc2(net.kept))))

    def deeper(net, x):
        s1 = net.run(1, net.fc1(x) + net.fb(net.kept))
        net.kept = net.run(2, net.fc2(s1))
        return net.run(3, net.fc3(net.kept))

    found = exported(Loop(step, fb=nn.Linear(32, 32)))
    check(found.text, f'sj::Leaky<"lif1", {PER_LAYER}, sj::Lateral<"fb">>')
    assert found.arrays["fb.weight"].shape == (32, 32) and "fb.bias" in found.arrays
    check(exported(Loop(step, fb=nn.Linear(32, 32, bias=False))).text, 'sj::Lateral<"fb", sj::NoBias>')
    check(refusal(Loop(deeper, fb=nn.Linear(32, 32))), "layer 'lif1' gets the sum ('add') of 'fb' and 'fc1'")


def test_layers_that_are_not_there():
    def around(*layers):
        return nn.Sequential(*layers, nn.Linear(32, 10), leaky())

    for layer in (nn.LayerNorm(32), nn.ReLU(), nn.Sigmoid(), nn.Softmax(1)):
        check(refusal(around(nn.Linear(64, 32), layer, leaky())), f"layer '1' is a {type(layer).__name__}; known are Linear")
    check(refusal(around(snn.SLSTM(64, 32, init_hidden=True))), "layer '0' is a SLSTM")
    check(refusal(around(snn.LeakyParallel(64, 32))), "layer '0' is a LeakyParallel")
    check(refusal(nn.Sequential(nn.Conv1d(7, 7, 33), nn.Linear(32, 10), leaky())), "layer '0' is a Conv1d")
    check(refusal(around(nn.Linear(64, 32), leaky(inhibition=True))), "layer '1' has inhibition")
    check(refusal(around(nn.Linear(64, 32), leaky(state_quant=lambda v: v))), "layer '1' has inhibition or quantised states")
    check(refusal(around(nn.Linear(64, 32), leaky(graded_spikes_factor=2.0))), "layer '1' fires with another value than 1")
    check(refusal(around(nn.Linear(64, 32), leaky(), leaky())), "layer '2' follows the neurons '1'")
    check(refusal(around(nn.Linear(64, 32), nn.Linear(32, 32), leaky())), "layer '1' follows '0' without neurons")
    check(refusal(around(nn.Linear(64, 32), leaky()).double()), "float64", "model.float()")
    check(refusal(nn.Sequential(nn.Conv2d(1, 2, 2, padding="same"), leaky(), nn.Flatten(), nn.Linear(128, 10), leaky()), DIGIT), "odd kernel")
    check(refusal(nn.Sequential(nn.Conv2d(1, 2, 3, padding=1, padding_mode="circular"), leaky(), nn.Flatten(), nn.Linear(128, 10), leaky()), DIGIT),
          "pads with 'circular'")
    check(refusal(nn.Sequential(nn.MaxPool2d(3, ceil_mode=True), nn.Conv2d(1, 2, 3), leaky(), nn.Flatten(), nn.Linear(2, 10), leaky()), DIGIT),
          "ceil_mode")


def test_files(folder):
    model = nn.Sequential(nn.Linear(4, 3), snn.RLeaky(beta=torch.rand(3), V=torch.rand(3), all_to_all=False))
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
    check(caught(lambda: export.save({}, folder / "weights.pt")), "neither .safetensors nor .npz")
    check(caught(lambda: export.save(state, folder / "weights.npz", force=False)), "exists; --force replaces it")
    check(caught(lambda: export.save(state, folder / "none" / "weights.npz")), "cannot be written")
    assert sorted(path.name for path in folder.iterdir()) == ["weights.npz", "weights.safetensors"]


MODEL = """
import torch, snntorch as snn
print("this is no C++")


class Net(torch.nn.Module):
    def __init__(self, hidden, beta=0.9):
        super().__init__()
        self.fc1, self.lif1 = torch.nn.Linear(4, hidden), snn.Leaky(beta=beta, init_hidden=True)
        self.fc2, self.lif2 = torch.nn.Linear(hidden, 2), snn.Leaky(beta=beta, init_hidden=True)

    def forward(self, x):
        return self.lif2(self.fc2(self.lif1(self.fc1(x))))


class Outer:
    Net = Net


def broken():
    raise RuntimeError("no \\x1b[31mdata")


made, number = Net(3), 3
"""


def test_command_line(folder):
    (folder / "my_model.py").write_text(MODEL)
    os.chdir(folder)

    def run(*arguments):
        sys.argv = ["export_snntorch.py", *arguments]
        out, err, status = io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                export.main()
            except SystemExit as end:
                status = end.code
        return status, out.getvalue(), err.getvalue()

    def refused(*arguments):
        status, out, err = run(*arguments)
        err = err.replace("this is no C++\n", "").replace("x\n", "", 1 if err.startswith("x\n") else 0)
        assert status == 2 and not out and err.count("\n") == 1 and err.startswith("export_snntorch: "), (status, out, err)
        assert "\x1b" not in err and "Traceback" not in err
        return err

    net = ("my_model.py:Net", "--args", "hidden=6, beta=0.5", "--input", "4")
    status, out, err = run(*net, "-o", "out.npz")
    assert status == 0 and out.startswith("using Net = sj::Network<sj::Input<4>,\n") and 'sj::Dense<"fc1", 6>' in out, (out, err)
    assert "this is no C++" in err and float(np.load("out.npz")["lif1.beta"]) == 0.5
    assert run("my_model.py:Outer.Net", "--args", "6", "--input", "2x2")[1].startswith("using Net = sj::Network<sj::Input<2, 2>")
    assert run("my_model.py:made", "--input", "4")[0] == 0

    namespace = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(MODEL, namespace)
    state = {name: torch.rand(value.shape) if value.is_floating_point() else value for name, value in namespace["Net"](6).state_dict().items()}
    state.update({name: torch.ones(()) for name in state if "graded" in name})
    other = {name: value + 1 if name.startswith("fc") else value for name, value in state.items()}
    torch.save(state, "plain.pt")
    torch.save({"args": argparse.Namespace(rate=1), "run": {"net": {"module._orig_mod." + name: value for name, value in state.items()}},
                "optimiser": {"state": {0: {"step": torch.ones(())}}}}, "checkpoint.pt")
    torch.save({"state_dict": {f"model.net.{name}": value for name, value in state.items()}}, "prefix.ckpt")
    torch.save({"last": state, "best": other}, "two.pt")
    torch.save({**state, "lif1.reset_mechanism_val": torch.tensor(1)}, "reset.pt")
    torch.save(namespace["Net"](5).state_dict(), "smaller.pt")
    torch.save({"fc1.weight": state["fc1.weight"]}, "part.pt")
    torch.save({"epoch": 3}, "none.pt")
    pathlib.Path("junk.pt").write_text("no file of torch.save")
    torch.save({**state, "fc1.bias": torch.full((6,), float("nan"))}, "nan.pt")
    pathlib.Path("ends.py").write_text("import os\nprint('x')\nos._exit(0)\n")
    pathlib.Path("stopped.py").write_text("raise KeyboardInterrupt\n")
    pathlib.Path("inner.py").write_text("def made():\n    return {}['key']\n")
    np.savez("plain.npz", **{name: value.numpy() for name, value in state.items()})
    export.save(state, "plain.safetensors")
    for file in ("plain.pt", "checkpoint.pt", "prefix.ckpt", "plain.npz", "plain.safetensors"):
        status, out, err = run(*net, "--state-dict", file, "-o", "out.npz", "--force")
        assert status == 0, (file, err)
        arrays = np.load("out.npz")
        for name in ("fc1.weight", "fc2.bias", "lif1.beta", "lif2.threshold"):
            assert np.array_equal(arrays[name], state[name].numpy()), (file, name)
    run(*net, "--state-dict", "two.pt", "--entry", "best", "-o", "out.npz", "--force")
    assert np.array_equal(np.load("out.npz")["fc1.weight"], other["fc1.weight"].numpy())
    before = pathlib.Path("out.npz").read_bytes()
    for file, *parts in (("two.pt", "several sets of values", "best, last", "--entry"), ("reset.pt", "reset_mechanism='zero'", "'lif1'"),
                         ("smaller.pt", "(5, 4)", "(6, 4)"), ("part.pt", "no values for 'fc1.bias'"), ("nan.pt", "'fc1.bias' holds NaN, first at [0] (6 of 6 values)"), ("none.pt", "holds no tensors"),
                         ("junk.pt", "cannot be read"), ("missing.pt", "is no file")):
        check(refused(*net, "--state-dict", file, "-o", "out.npz", "--force"), *parts)
    check(refused(*net, "-o", "out.npz"), "'out.npz' exists; --force replaces it")
    assert pathlib.Path("out.npz").read_bytes() == before

    np.savez("sample.npz", x=np.random.default_rng(1).integers(0, 5, (5, 9, 2, 2), np.uint8), y=np.zeros(5))
    assert run(*net, "--sample", "sample.npz")[0] == 0
    for arguments, *parts in (
            (("my_model.py:Net", "--input", "4"), "missing 1 required positional argument: 'hidden'", "--args"),
            (("my_model.py:Net", "--args", "torch.ones(3)", "--input", "4"), "--args 'torch.ones(3)' is not like"),
            (("my_model.py:Net", "--args", "size=3", "--input", "4"), "unexpected keyword argument 'size'"),
            (("my_model.py:broken", "--input", "4"), "'broken' fails when it is called: RuntimeError"),
            (("my_model.py:number", "--input", "4"), "'number' in 'my_model.py' is a int"),
            (("my_model.py:none", "--input", "4"), "'my_model.py' has no 'none'"),
            (("none.py:Net", "--input", "4"), "there is no file 'none.py'"), (("ends.py:Net", "--input", "4"), "ends the program (in 'ends.py', line 3)"),
            (("inner.py:made", "--input", "4"), "KeyError: 'key' (in 'inner.py', line 2)"),
            (("my_model.py:made", "--input", "5"), "check --input"), (("my_model.py:made", "--input", "0"), "'0' is no whole number"),
            (("my_model.py:made", "--input", ""), "'--input' is empty"), (("my_model.py:made",), "--input"),
            (("my_model.py:made", "--input", "4", "-o", "x.pt"), "neither .safetensors nor .npz"),
            (("my_model.py:made", "--input", "4", "-o", "none/x.npz"), "cannot be written"),
            (("my_model.py:made", "--input", "4", "--sample", "out.npz"), "no 'x'"),
            (("my_model.py:made", "--input", "3", "--sample", "sample.npz"), "(5, 9, 2, 2)")):
        check(refused(*arguments), *parts)

    status, out, err = run("stopped.py:Net", "--input", "4")
    assert (status, out, err) == (130, "", "export_snntorch: interrupted: nothing is printed\n"), (status, out, err)

    def shell(redirection):
        script = pathlib.Path(sys.modules["export_snntorch"].__file__).resolve()
        done = subprocess.run(["sh", "-c", f'exec "$0" -B "$1" my_model.py:made --input 4 {redirection}', sys.executable, str(script)],
                              capture_output=True, text=True)
        return done.returncode, done.stderr

    for redirection in (*(["> /dev/full"] if os.path.exists("/dev/full") else []), ">&-"):
        status, err = shell(redirection)
        assert status == 1 and "standard output" in err.splitlines()[-1] and "Traceback" not in err and "ignored" not in err, (redirection, status, err)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-B", export.__file__, "my_model.py:made", "--input", "4"], stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert done.returncode == 1 and "Broken pipe" in done.stderr and "Traceback" not in done.stderr, done


for name, test in sorted(globals().items()):
    if name.startswith("test_") and "folder" not in test.__code__.co_varnames[:test.__code__.co_argcount]:
        test()
with tempfile.TemporaryDirectory() as path:
    pathlib.Path(path, "files").mkdir()
    test_files(pathlib.Path(path, "files"))
    test_command_line(pathlib.Path(path))
    os.chdir("/")
print("all as expected")
