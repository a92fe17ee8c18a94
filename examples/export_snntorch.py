#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hands a trained snnTorch model over: writes its values and prints the matching C++ network.

    python3 export_snntorch.py my_model.py:Net --input 2,32,32 --state-dict trained.pt -o weights.safetensors
    python3 export_snntorch.py my_model.py:Net --args 'hidden=40, beta=0.9' --input 700 --readout potential -o weights.npz

The first argument names a Python file and something in it that gives the model when called, such as its class. In a
program of one's own:

    import export_snntorch
    exported = export_snntorch.export(model.eval(), (2, 32, 32))
    print(exported.text)
    export_snntorch.save(exported.arrays, "weights.safetensors")

The model runs on random input of several kinds, scales and lengths, and on a sample if there is one. Every layer must get
what the layer before it gives, in every step, and the network that is printed, simulated in float32 by the library's
equations, must fire as the model does. What is returned must answer to made-up outputs of the last layer as the readout
does. What a chain of layers cannot say is refused in one sentence; status 2, nothing printed, nothing written.

Needs torch and snntorch; for .npz also numpy.
"""
import argparse
import ast
import contextlib
import dataclasses
import errno
import importlib.util
import inspect
import io
import json
import math
import os
import pathlib
import pickle
import re
import struct
import sys
import sysconfig
import time
import warnings

INTERRUPTED = "interrupted: nothing is printed"

try:
    import torch
    from torch.overrides import TorchFunctionMode
except ImportError:  # --help works without
    torch = None
    TorchFunctionMode = object
except KeyboardInterrupt:
    if __name__ != "__main__":
        raise
    print(f"export_snntorch: {INTERRUPTED}", file=sys.stderr)
    sys.exit(130)


class Refused(Exception):
    """Something in the model that the library does not have, or a wrong argument."""


class Failed(Exception):
    """Something that went wrong outside of the model, such as a full disk."""


class Ended(BaseException):
    """The model's code wanted to end the program."""


def place_of(error):
    """The last line of the user's own files on the way to an error."""
    foreign = (sysconfig.get_paths()["stdlib"], sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"], "<")
    found, at = "", error.__traceback__
    while at is not None:
        file = at.tb_frame.f_code.co_filename
        if file != __file__ and not file.startswith(foreign):
            found = f" (in '{clean(pathlib.Path(file).name)}', line {at.tb_lineno})"
        at = at.tb_next
    return found


def clipped(error):
    """An error of foreign code in one line, and where it came up."""
    text = " ".join(str(error).split())
    text = "".join(c if " " <= c <= "~" else "?" for c in text)
    return (f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__) + place_of(error)


def out_of_memory(error):
    return isinstance(error, MemoryError) or isinstance(error, RuntimeError) and "allocate" in str(error)


@contextlib.contextmanager
def foreign_code(what, ended_by=""):
    """Around code of the model: what would end this program is an error of the model, named in one sentence."""
    process, kept = os.getpid(), (os._exit, os.abort)

    def ended(*status):
        if os.getpid() != process:
            kept[0](*status or (1,))
        raise Ended

    os._exit = os.abort = ended
    try:
        yield
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        how = "ends the program" if isinstance(error, (SystemExit, Ended)) else f"raises {type(error).__name__}"
        raise Refused(f"{what} {how}{place_of(error)}; take that out{ended_by}") from None
    finally:
        os._exit, os.abort = kept


# ---- the network ----


def pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def option(name, value):
    """Kernel<5>, Kernel<3, 5>"""
    rows, columns = pair(value)
    return f"sj::{name}<{rows}>" if rows == columns else f"sj::{name}<{rows}, {columns}>"


def windows(extent, padding, window, stride):
    return (extent + 2 * padding - window) // stride + 1


def slid(shape, channels, window, stride, padding):
    """The shape that windows over the rows and columns of (C, H, W) leave."""
    if len(shape) != 3:
        raise Refused(f"takes channels, rows and columns, and gets {shape}; check --input and the layers before it")
    found = (channels, *(windows(shape[1 + i], padding[i], window[i], stride[i]) for i in (0, 1)))
    if min(found) < 1:
        raise Refused(f"has windows that do not fit into {shape}")
    return found


def linear(name, layer, shape, bias=None):
    if layer.in_features != math.prod(shape):
        raise Refused(f"takes {layer.in_features} values, and gets {shape}; check --input and the order of the layers")
    bias = "" if bias or layer.bias is not None else ", sj::NoBias"
    return f'sj::Dense<"{name}", {layer.out_features}{bias}>', (layer.out_features,)


def conv_padding(layer):
    kernel, dilation, padding = pair(layer.kernel_size), pair(layer.dilation), layer.padding
    span = tuple(dilation[i] * (kernel[i] - 1) + 1 for i in (0, 1))  # of a kernel with its gaps
    if padding == "valid":
        padding = 0
    elif padding == "same":
        if span[0] % 2 == 0 or span[1] % 2 == 0:
            raise Refused("pads more on one side than on the other; allowed is an odd kernel, or padding in numbers")
        padding = (span[0] // 2, span[1] // 2)
    return span, pair(padding)


def conv2d(name, layer, shape, bias=None):
    kernel, stride, dilation = pair(layer.kernel_size), pair(layer.stride), pair(layer.dilation)
    span, padding = conv_padding(layer)
    if layer.padding_mode != "zeros":
        raise Refused(f"pads with '{layer.padding_mode}', allowed is zeros")
    if len(shape) == 3 and layer.in_channels != shape[0]:
        raise Refused(f"takes {layer.in_channels} channels, and gets {shape}; check --input and the order of the layers")
    options = [option("Kernel", kernel)]
    for word, value, plain in (("Stride", stride, (1, 1)), ("Padding", padding, (0, 0)), ("Dilation", dilation, (1, 1))):
        if value != plain:
            options.append(option(word, value))
    if layer.groups != 1:
        options.append(f"sj::Groups<{layer.groups}>")
    if not bias and layer.bias is None:
        options.append("sj::NoBias")
    text = f'sj::Conv2d<"{name}", {layer.out_channels}, {", ".join(options)}>'
    return text, slid(shape, layer.out_channels, span, stride, padding)


def pool2d(word, layer, shape):
    window, padding = pair(layer.kernel_size), pair(layer.padding)
    stride = pair(layer.stride if layer.stride is not None else layer.kernel_size)
    if layer.ceil_mode:
        raise Refused("rounds the number of windows up, allowed is ceil_mode=False")
    if pair(getattr(layer, "dilation", 1)) != (1, 1) or getattr(layer, "return_indices", False):
        raise Refused("has a dilation or returns indices, allowed is neither")
    if getattr(layer, "divisor_override", None) is not None or (padding != (0, 0) and not getattr(layer, "count_include_pad", True)):
        raise Refused("divides by something other than its window's size")
    options = [str(window[0]) if window[0] == window[1] else f"sj::Extent2d{{{window[0]}, {window[1]}}}"]
    if stride != window:
        options.append(option("Stride", stride))
    if padding != (0, 0):
        options.append(option("Padding", padding))
    return f'sj::{word}<{", ".join(options)}>', slid(shape, shape[0], window, stride, padding)


# What a neuron layer stores, beside its recurrent weights, and the reset that its class in C++ has without an option.
NEURONS = {
    "Leaky": (("beta", "threshold"), "subtract"),
    "Synaptic": (("alpha", "beta", "threshold"), "subtract"),
    "Lapicque": (("R", "C", "time_step", "threshold"), "subtract"),
    "Alpha": (("alpha", "beta", "threshold"), "zero"),
    "RLeaky": (("beta", "threshold"), "subtract"),
    "RSynaptic": (("alpha", "beta", "threshold"), "subtract"),
}
RESETS = {"subtract": "SubtractReset", "zero": "ZeroReset", "none": "NoReset"}
# What snnTorch has besides, and what can stand in its place.
WAYS = {
    "SLSTM": "an LSTM has no counterpart in the library: train with RSynaptic or RLeaky, which are recurrent, too",
    "SConv2dLSTM": "an LSTM has no counterpart in the library: train with RLeaky(conv2d_channels=...) behind a Conv2d, which is recurrent, too",
    "LeakyParallel": "it has weights and neurons in one, and runs all steps at once: train with Linear and Leaky in a loop over the steps",
    "LinearLeaky": "it has weights and neurons in one: use a Linear and a Leaky with its values",
    "StateLeaky": "it runs all steps at once: train with Leaky in a loop over the steps",
    "AssociativeLeaky": "it runs all steps at once: train with Leaky in a loop over the steps",
    "DeltaLeaky": "train with Leaky",
    "GradedSpikes": "fold its factor into the weights of the next layer",
    "BatchNormTT1d": "it norms each step otherwise: train with BatchNorm1d",
    "BatchNormTT2d": "it norms each step otherwise: train with BatchNorm2d",
}
KNOWN = f"Linear, Conv2d, MaxPool2d, AvgPool2d, Flatten, BatchNorm and snnTorch's {', '.join(NEURONS)}"


def without_ones(found, shape):
    """A constant's shape without axes of length 1 in front: (1, C, 1, 1) is (C, 1, 1)."""
    found = tuple(found)
    while found and found[0] == 1 and len(found) > len(shape):
        found = found[1:]
    return found if math.prod(found) != 1 or math.prod(shape) == 1 else ()


def shared(field, found, shape):
    """The option for a constant of this shape, where a layer of neurons of that shape has it otherwise."""
    found = without_ones(found, shape)
    if found == (shape[-1],):
        return []
    if found in ((), (1,)):
        return [f'sj::Shared<"{field}", sj::Sharing::per_layer>']
    if len(shape) == 3 and found == (shape[0], 1, 1):
        return [f'sj::Shared<"{field}", sj::Sharing::per_channel>']
    if found == tuple(shape):
        return [f'sj::Shared<"{field}", sj::Sharing::per_neuron>']
    raise Refused(f"has '{field}' of shape {found}, which fits no neurons of shape {tuple(shape)}")


def neuron(name, layer, shape, version):
    word = word_of(layer)
    fields, plain_reset = NEURONS[word]
    if layer.inhibition or layer.state_quant:
        raise Refused("has inhibition or quantised states, allowed is neither")
    factor = torch.as_tensor(getattr(layer, "graded_spikes_factor", 1.0)).float()
    if not bool((factor == 1).all()):
        raise Refused("fires with another value than 1; fold 'graded_spikes_factor' into the next layer's weights")
    options = []
    if word.startswith("R"):
        recurrent = layer.recurrent
        if isinstance(recurrent, torch.nn.Conv2d):
            kernel = pair(recurrent.kernel_size)
            options.append(f"sj::SameConv2d<{kernel[0]}, {kernel[1]}>")
        elif not isinstance(recurrent, torch.nn.Linear):
            options += ["sj::OneToOne", *shared("V", recurrent.V.shape, shape)]
        if isinstance(recurrent, (torch.nn.Linear, torch.nn.Conv2d)) and recurrent.bias is None:
            options.append("sj::NoBias")
    if layer.reset_mechanism != plain_reset:
        options.append(f"sj::{RESETS[layer.reset_mechanism]}")
    if not getattr(layer, "reset_delay", True):
        if word not in ("Leaky", "Synaptic", "RLeaky"):
            raise Refused("resets in the step of the spike (reset_delay=False), which only Leaky, Synaptic and RLeaky have")
        options.append("sj::ImmediateReset")
    if word == "Leaky" and version.startswith("0.7"):
        options.append("sj::Snntorch07")
    for field in fields:
        value = getattr(layer, field, None)
        if value is not None:
            options += shared(field, torch.as_tensor(value).shape, shape)
    return f'sj::{word}<{", ".join([chr(34) + name + chr(34), *options])}>', shape


def describe(name, layer, shape, version, bias=None):
    """The C++ of a layer, nothing for one that leaves values as they are, and the shape that it gives."""
    word = word_of(layer)
    if is_neuron(layer):
        return neuron(name, layer, shape, version)
    if isinstance(layer, torch.nn.Linear):
        return linear(name, layer, shape, bias)
    if isinstance(layer, torch.nn.Conv2d):
        return conv2d(name, layer, shape, bias)
    if isinstance(layer, torch.nn.MaxPool2d):
        return pool2d("MaxPool2d", layer, shape)
    if isinstance(layer, torch.nn.AvgPool2d):
        return pool2d("AvgPool2d", layer, shape)
    if isinstance(layer, torch.nn.Flatten):
        return "sj::Flatten", (math.prod(shape),)
    if isinstance(layer, DROPOUTS + (torch.nn.Identity,)):
        return None, shape
    raise Refused(f"is a {word}; known are {KNOWN}")


if torch is not None:
    DROPOUTS = (torch.nn.Dropout, torch.nn.Dropout1d, torch.nn.Dropout2d, torch.nn.Dropout3d, torch.nn.AlphaDropout)
    NORMS = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)
    CONTAINERS = (torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ModuleDict)


def library_class(module):
    """The class of torch.nn or snntorch that a module is or derives from, none for a container and a model of one's own."""
    if isinstance(module, CONTAINERS):
        return None
    for base in type(module).__mro__:
        if base.__module__.startswith(("torch.nn.modules", "snntorch")) and base is not torch.nn.Module:
            return base
    return None


def word_of(module):
    found = library_class(module) or type(module)
    return found.__name__


def is_neuron(module):
    found = library_class(module)
    return found is not None and found.__module__.startswith("snntorch") and found.__name__ in NEURONS


def is_synaptic(module):
    return isinstance(module, (torch.nn.Linear, torch.nn.Conv2d))


def layers_of(model, prefix=""):
    """Names and modules of the layers, in the order of registration; containers are opened."""
    for name, layer in model.named_children():
        if library_class(layer) is not None:
            yield prefix + name, layer
        else:
            yield from layers_of(layer, prefix + name + ".")


def refuse_unknown_neurons(model):
    """snnTorch's kinds that the library does not have, and neurons of one's own: named before the model runs."""
    for name, layer in layers_of(model):
        found = library_class(layer)
        if found.__module__.startswith("snntorch") and not is_neuron(layer):
            own = "" if type(layer) is found else f", of your own class {clean(type(layer).__name__)}"
            way = WAYS.get(found.__name__, f"known are snnTorch's {', '.join(NEURONS)}; a neuron model of one's own is written in C++ "
                           "(docs/concepts/neuron_model.md)")
            raise Refused(f"layer '{name}' is a {found.__name__}{own}: {way}; if the model never runs it, take it out")


# ---- a run of the model, watched ----

# What leaves values as they are, and at most moves them; that each is where it should be is seen from the values.
MOVES = set("""view reshape flatten unflatten ravel squeeze unsqueeze squeeze_ unsqueeze_ __getitem__ select narrow unbind chunk
split tensor_split stack cat concat concatenate hstack vstack dstack contiguous clone detach detach_ to float type type_as permute
transpose t T mT H movedim moveaxis swapaxes swapdims expand expand_as broadcast_to repeat tile data requires_grad_ cpu cuda
view_as reshape_as index_select flip __setitem__ copy_ positive as_tensor tensor alias""".split())
SUMS = {"add", "__add__", "__radd__", "__iadd__", "add_"}
DIFFERENCES = {"sub", "__sub__", "__isub__", "sub_", "rsub", "__rsub__"}
OVER_STEPS = {"mean", "sum", "max", "amax"}
SCALES = {"mul", "__mul__", "__rmul__", "__imul__", "mul_", "div", "__truediv__", "__itruediv__", "div_", "true_divide"}
MAKERS = {"zeros_like", "ones_like", "full_like", "empty_like", "rand_like", "randn_like", "new_zeros", "new_ones", "new_full", "new_empty",
          "new_tensor"}  # values of their own, in another tensor's shape
JOINS = {"stack", "cat", "concat", "concatenate", "hstack", "vstack", "dstack"}


class Node:
    """Where a tensor comes from: the model's input, a layer's output, an operation, or elsewhere."""

    def __init__(self, kind, word="", parents=(), call=None, slot=0):
        self.kind, self.word, self.parents, self.call, self.slot = kind, word, parents, call, slot
        self.origins = None  # once they are asked for


class Call:
    """One call of a layer. Its values are copies: what comes later may alter the tensors."""

    def __init__(self, name, module):
        self.name, self.module = name, module


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors_in(item)


def word_of_function(function):
    word = getattr(function, "__name__", str(function))
    return getattr(getattr(function, "__self__", None), "__name__", word) if word == "__get__" else word


class Trace(TorchFunctionMode):
    """Records calls of layers, and the operations between them."""

    def __init__(self, layers):
        super().__init__()
        self.calls = []
        self.depth = 0  # inside of a layer
        self.nodes = {}  # by identity; the tensors are kept, so that no identity comes twice
        self.hooks = []
        self.layers = layers

    def node(self, tensor):
        found = self.nodes.get(id(tensor))
        return found[1] if found else Node("made")

    def set(self, tensor, node):
        self.nodes[id(tensor)] = (tensor, node)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if self.depth:
            return function(*args, **kwargs)
        parents = [self.node(tensor) for tensor in tensors_in((args, kwargs))]
        result = function(*args, **kwargs)
        word = word_of_function(function)
        if "dropout" in word and not kwargs.get("training", kwargs.get("train", args[2] if len(args) > 2 else True)):
            word = "alias"
        if word in ("__setitem__", "copy_") and args:
            self.set(args[0], Node("op", word, parents))
        elif not (word == "shape" or word == "grad_fn"):
            for tensor in tensors_in(result):
                self.set(tensor, Node("op" if parents and word not in MAKERS else "made", word, parents))
        return result

    def __enter__(self):
        for name, layer in self.layers:
            self.hooks.append(layer.register_forward_pre_hook(self.before(name), with_kwargs=True))
            self.hooks.append(layer.register_forward_hook(self.after, with_kwargs=True))
        return super().__enter__()

    def __exit__(self, *what):
        for hook in self.hooks:
            hook.remove()
        return super().__exit__(*what)

    def before(self, name):
        signature = None

        def hook(layer, args, kwargs):
            nonlocal signature
            self.depth += 1
            if self.depth > 1:
                return
            call = Call(name, layer)
            call.order = len(self.calls)
            self.calls.append(call)
            try:
                signature = signature or inspect.signature(layer.forward)
                given = list(signature.bind(*args, **kwargs).arguments.values())
            except TypeError:
                given = [*args, *kwargs.values()]
            given = [item for value in given for item in (value if isinstance(value, tuple) else [value])]
            call.given = [value if isinstance(value, torch.Tensor) else None for value in given]
            call.sources = [self.node(value) if value is not None else None for value in call.given]
            call.inputs = [value.detach().clone() if value is not None else None for value in call.given]
            call.training = layer.training

        return hook

    def after(self, layer, args, kwargs, result):
        if self.depth == 1:
            call = self.calls[-1]
            call.results = list(tensors_in(result))
            call.outputs = [value.detach().clone() for value in call.results]
            call.potential = call.outputs[-1]
            if is_neuron(layer) and len(call.outputs) == 1:
                call.potential = layer.mem.detach().clone()
            for slot, value in enumerate(call.results):
                self.set(value, Node("layer", call=call, slot=slot))
        self.depth -= 1


@dataclasses.dataclass
class Run:
    how: str  # "each step", "static", "steps first" or "samples first"
    steps: int
    samples: int
    x: object  # (step, sample, value)
    calls: list
    returned: list  # of (values, nodes)


def reset(model):
    for _, layer in layers_of(model):
        if library_class(layer).__module__.startswith("snntorch"):
            for name in ("mem", "spk", "syn", "syn_exc", "syn_inh"):
                if isinstance(getattr(layer, name, None), torch.Tensor):
                    setattr(layer, name, torch.zeros(0))


def required_arguments(model):
    """Names of what forward takes besides its input."""
    try:
        parameters = list(inspect.signature(model.forward).parameters.values())
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in parameters[1:] if p.kind in kinds and p.default is inspect.Parameter.empty]


def required_states(model):
    numbers = ("num_steps", "n_steps", "steps", "timesteps", "time_steps", "t")
    return [name for name in required_arguments(model) if name.lower() not in numbers]


def run_model(model, how, x, shape):
    """Runs the model on x (step, sample, value), each step of the given shape."""
    steps, samples = x.shape[:2]
    reset(model)
    trace = Trace(list(layers_of(model)))
    others = required_arguments(model)
    numbers = {name: steps for name in others if name not in required_states(model)}
    frames = x.reshape(steps, samples, *shape)
    with torch.no_grad(), warnings.catch_warnings(), foreign_code("the model's forward"):
        warnings.simplefilter("ignore")
        if how == "each step":
            states = [numbers.get(name, torch.zeros(0)) for name in others]
            returned = []
            for step in range(steps):
                frame = frames[step].clone()
                first_call = len(trace.calls)
                with trace:
                    trace.set(frame, Node("input"))
                    result = model(frame, *states)
                returned.append([(value.detach().clone(), [trace.node(value)]) for value in tensors_in(result)])
                trace.hooks = []
                states = [state if not isinstance(state, torch.Tensor) else next_state(state, trace.calls[first_call:], others)
                          for state in states]
            if len({len(values) for values in returned}) != 1:
                raise Refused("the model returns more in some steps than in others")
            returned = [(torch.stack([step[i][0] for step in returned]), [node for step in returned for node in step[i][1]])
                        for i in range(len(returned[0]))]
        else:
            given = {"static": frames[0], "steps first": frames, "samples first": frames.transpose(0, 1)}[how].clone()
            with trace:
                trace.set(given, Node("input"))
                result = model(given, *(numbers.get(name, None) for name in others))
            returned = [(value.detach().clone(), [trace.node(value)]) for value in tensors_in(result)]
    return Run(how, steps, samples, x, trace.calls, returned)


def next_state(state, calls, others):
    for call in calls:
        for i, given in enumerate(call.given[1:]):
            if given is state and is_neuron(call.module):
                return call.results[len(call.results) - (len(call.given) - 1) + i]
    refuse_states(others)


def refuse_states(others):
    raise Refused(f"the model takes {', '.join(repr(name) for name in others)} besides its input, and does not hand them to its "
                  "neurons as they are; pass a model that keeps its states itself: one that loops over the steps, or "
                  "neurons with init_hidden=True")


def neurons_called(run):
    """How often each layer of neurons was called, and the extents of what the first calls got."""
    counts, extents = {}, set()
    for call in run.calls:
        if is_neuron(call.module):
            counts[call.name] = counts.get(call.name, 0) + 1
            extents.add(tuple(call.inputs[0].shape))
    return counts, extents


def watched(model, shape, x, steps):
    """A run of the model and the shape of a step that it takes: one step a call, or all of them, in its order of axes.

    x: (step, sample, value). steps: how many the caller asks for, or none.
    """
    if not any(is_neuron(layer) for _, layer in layers_of(model)):
        own = sorted({clean(type(part).__name__) for part in model.modules() if library_class(part) is None and part is not model
                      and not isinstance(part, CONTAINERS) and not list(part.children())})
        raise Refused(f"the model has no layer of neurons among its modules; known are snnTorch's {', '.join(NEURONS)}" +
                      (f", and it has modules of the classes {', '.join(own[:3])}" if own else ""))
    samples, flat, errors = x.shape[1], (math.prod(shape),), []
    shapes = [tuple(shape)] if flat == tuple(shape) else [tuple(shape), flat]
    for given in shapes:
        for how in ("one call",) if required_states(model) else ("one call", "steps first", "samples first"):
            try:
                run = run_model(model, "static" if how == "one call" and not required_states(model) else
                                "each step" if how == "one call" else how, x[:1] if how == "one call" else x, given)
            except Refused:
                raise
            except Exception as error:  # whatever a model does with an input that is not meant for it
                if out_of_memory(error):
                    raise
                if required_states(model) and given == shapes[-1]:
                    refuse_states(required_states(model))
                errors.append((how, error))
                continue
            counts, extents = neurons_called(run)
            often = max(counts, key=counts.get, default="")
            seldom = min(counts, key=counts.get, default="")
            if how != "one call" and counts and counts[seldom] < counts[often] == x.shape[0]:
                raise Refused(f"layer '{seldom}' is called {counts[seldom]} times in {x.shape[0]} steps, and '{often}' "
                              f"{counts[often]} times; in the library every layer runs once in each step: call it in all steps")
            if not counts:
                raise Refused("none of the model's layers of neurons runs")
            if any(len(extent) < 2 or extent[0] != samples for extent in extents):
                continue  # took another axis for the samples
            least = min(counts.values())
            if how == "one call" and least == 1:
                return run_model(model, "each step", x, given), given
            if how == "one call":
                if steps not in (None, least):
                    raise Refused(f"the model shows its input in {least} steps, and --steps says {steps}")
                return run_model(model, "static", x[:1].expand(least, *x.shape[1:]), given), given
            if least % x.shape[0] == 0:
                return run, given
            if steps is None and 1 < least < x.shape[0]:
                run = run_model(model, how, x[:least], given)
                fewer = min(neurons_called(run)[0].values(), default=0)
                if fewer != least:
                    raise Refused(f"the model runs {least} of {x.shape[0]} steps that it gets, and {fewer} of {least}: it leaves steps out, or puts "
                                  "some together; do that in the data")
                return run, given
            if steps is not None:
                raise Refused(f"the model runs {least} steps, and gets {x.shape[0]}; pass as many")
    shown = [error for how, error in errors if how != "one call"] or [error for _, error in errors]
    if steps is None and x.shape[0] < 128 and any(isinstance(error, (IndexError, ValueError)) for error in shown):
        return watched(model, shape, x.repeat(-(-128 // x.shape[0]), 1, 1)[:128], None)  # a fixed number of steps
    if not shown:
        raise Refused("the model took no axis of its input for the samples; it should take (step, sample, ...), "
                      "(sample, step, ...), or (sample, ...)")
    same_error = len({clipped(error) for _, error in errors}) == 1 and len(errors) > 1
    raise Refused(f"the model's forward {'fails with' if same_error else 'takes no'} input of shape {(samples, *shape)} (one step), "
                  f"{(x.shape[0], samples, *shape)} (steps first) {'and' if same_error else 'or'} {(samples, x.shape[0], *shape)} (samples "
                  f"first): {clipped(shown[0])}; " + ("mend that, or " if same_error else "") + "check --input, --steps and sizes that the "
                  "model has fixed")


# ---- the chain ----


def origins_of(node):
    """Layer outputs, the input or values made elsewhere, that a tensor is, moved at most; else an operation is named."""
    stack = [node]
    while stack:  # parents first: buffers that are filled step by step are deep
        at = stack[-1]
        waiting = [parent for parent in at.parents if parent.origins is None] if at.kind == "op" and at.origins is None else []
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        if at.origins is None:
            at.origins = direct_origins(at)
    if isinstance(node.origins, Operation):
        raise node.origins
    return node.origins


def direct_origins(node):
    if node.kind == "layer":
        return {("layer", node.call, node.slot)}
    if node.kind != "op":
        return {(node.kind, None, 0)}
    found = set()
    for parent in node.parents:
        if isinstance(parent.origins, Operation):
            return parent.origins
        found |= parent.origins
    if node.word in ("__setitem__", "copy_") and len(found) > 1:
        found.discard(("made", None, 0))
    kinds = {(kind, call and call.name, slot) for kind, call, slot in found}
    return found if node.word in MOVES and len(kinds) == 1 else Operation(node.word, kinds)


class Operation(Exception):
    """What stands between a layer and the values that it gets."""

    def __init__(self, word, origins):
        super().__init__(word)
        self.word, self.origins = word, origins


def named(origins):
    """'lif1' and the model's input"""
    words = {"input": "the model's input", "made": "values that no layer gives"}
    found = sorted((f"'{name}'" if slot == 0 else f"a state of '{name}'") if kind == "layer" else words[kind]
                   for kind, name, slot in origins)
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


CURES = {
    "max_pool2d": "use a torch.nn.MaxPool2d in its place",
    "avg_pool2d": "use a torch.nn.AvgPool2d in its place",
    "relu": "spikes are 0 or 1, so that it can go; elsewhere the library has no such layer",
    "linear": "use a torch.nn.Linear in its place",
    "conv2d": "use a torch.nn.Conv2d in its place",
    "batch_norm": "use a torch.nn.BatchNorm1d or BatchNorm2d behind a layer with weights",
    "dropout": "pass training=self.training, or use a torch.nn.Dropout",
}


NORMING = SUMS | DIFFERENCES | SCALES | {"mean", "std", "var", "std_mean", "var_mean", "amax", "amin", "max", "min", "sum", "norm"}


def refuse_operation(name, operation, neurons=False):
    """neurons: whether the layer is one of neurons"""
    word = operation.word.strip("_")
    base = next((known for known in CURES if known in word), word)
    real = {origin for origin in operation.origins if origin[0] != "made"}
    what = f"what '{word}' in forward makes of {named(operation.origins)}"
    if real and all(kind == "input" for kind, _, _ in real):
        if operation.word in NORMING:
            cure = ("put that into the data when they are written; a fixed mean and deviation, (x - m) / s, can also be folded into "
                    f"'{name}' where nothing is padded: weight / s, and bias - weight m / s")
        else:
            cure = CURES.get(base, "do that before, when the data are written")
    elif not real:
        cure = "what is made in forward (noise, a schedule) has no place in a network; write it into the data, or leave it out"
    elif operation.word in SUMS | DIFFERENCES | JOINS:
        kind = "the concatenation" if operation.word in JOINS else "the sum" if operation.word in SUMS else "the difference"
        what = f"{kind} ('{word}') of {named(operation.origins)}"
        if len(real) > 1:
            cure = ("a network is a chain without skip connections, branches or feedback of one's own; docs/limitations.md, "
                    "'Ways out', has what can stand in their place")
        else:
            cure = "fold it into the weights or the bias of a layer, or the data; noise has no place in a network"
    elif operation.word in SCALES and len(real) > 1:
        cure = "a network is a chain: no layer of the library multiplies what two layers give"
    elif operation.word in SCALES:
        cure = "fold the factors into the weights and the bias of the layer before" if neurons else \
            f"fold the factors into the weights of '{name}', a column for each of its inputs"
    elif operation.word in OVER_STEPS:
        cure = f"the library runs all layers in each step: put '{name}' into the loop over the steps, and sum what it gives"
    else:
        cure = CURES.get(base, f"leave it out, or use one of the layers that are known: {KNOWN}")
    raise Refused(f"layer '{name}' gets {what}: {cure}")


@dataclasses.dataclass
class Element:
    """A use of a layer: what it got and gave in each step, (step, sample, value)."""

    name: str
    module: object
    calls: list
    x: object = None
    y: object = None
    potential: object = None
    lateral: object = None
    layout: str = ""  # of its calls, as in by_step


@dataclasses.dataclass
class Lateral:
    """A layer with weights whose input is the spikes of the step before, and whose output is added to the neurons' input."""

    name: str
    module: object
    calls: list
    main: dict  # where the rest of the input comes from, by the order of the neurons' calls
    values: dict  # what is added, likewise


def lateral_of(use, run):
    """Lateral weights written by hand: neurons that get fc(x) + fb(spikes of the step before)."""
    main, added, layers = {}, {}, set()
    own = {call.order for call in use}
    for call in use:
        node = call.sources[0]
        while node is not None and node.kind == "op" and node.word in MOVES and len(node.parents) == 1:
            node = node.parents[0]
        if node is None or node.kind != "op" or node.word not in SUMS or len(node.parents) != 2:
            return None
        try:
            sides = [(parent, origins_of(parent)) for parent in node.parents]
        except Operation:
            return None
        if any(len(origins) != 1 for _, origins in sides):
            return None
        feedback = [(parent, next(iter(origins))[1]) for parent, origins in sides if feeds_back(next(iter(origins)), own)]
        rest = [parent for parent, origins in sides if not feeds_back(next(iter(origins)), own)]
        if len(feedback) != 1 or len(rest) != 1:
            return None
        main[call.order], added[call.order] = rest[0], feedback[0][1]
        layers.add(feedback[0][1].name)
    if len(layers) != 1:
        return None
    calls = [added[call.order] for call in use]
    if len({call.order for call in calls}) != len(use) or len(calls) != sum(call.name == calls[0].name for call in run.calls):
        return None
    for step, call in enumerate(calls):
        before = use[step - 1].outputs[0] if step else torch.zeros_like(use[0].outputs[0])
        if call.inputs[0].numel() != before.numel() or not torch.equal(call.inputs[0].reshape(-1), before.reshape(-1)):
            return None
    return Lateral(calls[0].name, calls[0].module, calls, main, {order: call.outputs[0] for order, call in added.items()})


def feeds_back(origin, own):
    """Whether a value is what a layer with weights makes of the neurons' own spikes, or of none."""
    kind, call, slot = origin
    if kind != "layer" or slot or not is_synaptic(call.module) or call.sources[0] is None:
        return False
    try:
        behind = origins_of(call.sources[0])
    except Operation:
        return False
    return all(kind == "made" or kind == "layer" and before.order in own and slot == 0 for kind, before, slot in behind)


def lateral_text(name, lateral, shape):
    module, options = lateral.module, []
    if isinstance(module, torch.nn.Conv2d):
        kernel = pair(module.kernel_size)
        if (pair(module.stride), pair(module.dilation), module.groups) != ((1, 1), (1, 1), 1) or kernel[0] % 2 == 0 or kernel[1] % 2 == 0 \
                or conv_padding(module)[1] != (kernel[0] // 2, kernel[1] // 2) or module.padding_mode != "zeros":
            raise Refused(f"feeds back through '{lateral.name}', whose convolution is none that keeps the shape: odd kernel, stride 1, half of "
                          "the kernel as padding, no groups")
        options.append(option("SameConv2d", kernel))
    if module.bias is None:
        options.append("sj::NoBias")
    return f'sj::Lateral<{", ".join([chr(34) + name + chr(34), *options])}>'


def chain_of(run):
    """The uses of layers from the first to the last, in the order of the data."""
    ends = set()
    for _, nodes in run.returned:
        for node in nodes:
            ends |= calls_behind(node)
    if not ends:
        raise Refused("what the model returns does not come from its layers, as far as can be seen: return tensors, not numbers "
                      "or arrays")
    last = max(ends, key=lambda call: call.order).name
    use = [call for call in run.calls if call.name == last]
    chain, used = [], set()
    while True:
        name, module = use[0].name, use[0].module
        chain.append(Element(name, module, use))
        used |= {call.order for call in use}
        stateless = not is_neuron(module) and not list(module.parameters())
        if not stateless and len(use) != sum(call.name == name for call in run.calls) or is_neuron(module) and len(use) > run.steps:
            raise Refused(f"layer '{name}' is used more than once in a step: its values and states would be shared; use a layer "
                          "of its own in each place")
        origins = set()
        lateral = lateral_of(use, run) if is_neuron(module) and not word_of(module).startswith("R") else None
        if lateral:
            chain[-1].lateral = lateral
            used |= {call.order for call in lateral.calls}
        for call in use:
            if not call.sources or call.sources[0] is None:
                raise Refused(f"layer '{name}' gets no tensor")
            try:
                origins |= origins_of(lateral.main[call.order] if lateral else call.sources[0])
            except Operation as operation:
                refuse_operation(name, operation, is_neuron(module))
        kinds = {(kind, call and call.name, slot) for kind, call, slot in origins}
        if len(kinds) == 2 and any(kind == "made" for kind, _, _ in kinds):
            raise Refused(f"layer '{name}' gets {named(kinds)}, by turns: a delay, or a layer that is left out in some steps? In the library "
                          "all layers of a chain run in the same step, and in each")
        if len(kinds) > 1:
            raise Refused(f"layer '{name}' gets {named(kinds)}, in some calls the one and in some the other; use a layer of its own "
                          "in each place")
        kind, before, slot = next(iter(kinds))
        if kind == "made":
            raise Refused(f"layer '{name}' gets values that come neither from the model's input nor from a layer, as far as can be "
                          "seen; leave out what turns tensors into arrays or numbers, and draw no spikes in forward: write them "
                          "into the data")
        if kind == "input":
            break
        if slot:
            raise Refused(f"layer '{name}' gets a state of '{before}', such as its potential, and no spikes; only a layer's output "
                          "goes on to the next")
        use = sorted((call for _, call, _ in origins), key=lambda call: call.order)
        if any(call.order in used for call in use):
            raise Refused(f"layer '{name}' gets the output of '{before}', which comes after it: feedback of one's own; RLeaky and "
                          "RSynaptic have it, and in C++ sj::Lateral")
    chain.reverse()
    for _, nodes in run.returned:
        for node in nodes:
            for call in calls_behind(node):
                if call.order not in used:
                    raise Refused(f"the model also returns what comes from '{call.name}', which is not on the way from the input to "
                                  f"'{last}': a network is a chain without branches; return one branch alone")
    return chain


def calls_behind(node):
    """The calls that a returned tensor comes from, through any operations."""
    found, stack, seen = set(), [node], set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.kind == "layer":
            found.add(node.call)
        stack.extend(node.parents)
    return found


def by_step(values, run, layout=None):
    """A tensor for each call as (step, sample, value), in the layouts that it may have."""
    steps, samples = run.steps, run.samples
    if len(values) == steps and values[0].shape[:1] == (samples,):
        return {"calls": torch.stack([value.reshape(samples, -1) for value in values])}
    if len(values) != 1:
        return {}
    value = values[0]
    found = {}
    if value.shape[:1] == (samples,) and not (value.dim() > 1 and value.shape[1] == steps and value.numel() % (steps * samples) == 0):
        found["static"] = value.reshape(1, samples, -1).expand(steps, -1, -1)
    if value.numel() % (steps * samples) == 0:
        if value.shape[0] in (steps, steps * samples):
            found["steps first"] = value.reshape(steps, samples, -1)
        if value.shape[0] in (samples, steps * samples):
            found["samples first"] = value.reshape(samples, steps, -1).transpose(0, 1)
    if value.shape[:1] == (samples,):
        found.setdefault("static", value.reshape(1, samples, -1).expand(steps, -1, -1))
    return {name: at for name, at in found.items() if layout in (None, name)}


def follow(chain, run):
    """Fills in what each layer got and gave, and refuses where that is not what the layer before gave."""
    current, before = run.x, "the model's input"
    for element in chain:
        if element.lateral:
            current = current + torch.stack([element.lateral.values[call.order].reshape(run.samples, -1) for call in element.calls])
            before = f"{before} and '{element.lateral.name}'"
        got = by_step([call.inputs[0] for call in element.calls], run)
        layout = next((name for name, x in got.items() if x.shape == current.shape and torch.equal(x, current)), None)
        if layout is None:
            raise Refused(f"layer '{element.name}' {difference(got, current, before, len(element.calls), run)}")
        element.x, element.layout = got[layout], layout
        element.y = next(iter(by_step([call.outputs[0] for call in element.calls], run, layout).values()), None)
        if element.y is None:
            raise Refused(f"layer '{element.name}' gives something else than values for each step and sample")
        if is_neuron(element.module):
            if layout != "calls":
                raise Refused(f"layer '{element.name}' is called {len(element.calls)} times in {run.steps} steps; neurons run once a step")
            element.potential = torch.stack([call.potential.reshape(run.samples, -1) for call in element.calls])
            check_states(element)
        current, before = element.y, f"'{element.name}'"


def difference(got, current, before, calls, run):
    if not got:
        return f"is called {calls} times in {run.steps} steps: does the model end early, or leave steps out?" if calls not in (1, run.steps) else \
            "gets no axis of samples"
    for x in got.values():
        if x.shape == current.shape:
            if torch.equal(x.sort(-1).values, current.sort(-1).values):
                return f"gets the values of {before} in another order (permuted or transposed); allowed is their own, row-major"
            if torch.equal(x[1:], current[:-1]):
                return f"gets what {before} gave in the step before; in the library all layers of a chain run in the same step"
            if torch.equal(x.flip(0), current):
                return f"gets what {before} gives in the reverse order of steps"
            step = int((x != current).flatten(1).any(1).nonzero()[0])
            return f"does not get what {before} gives, first in step {step}; what lies between them in forward?"
    x = next(iter(got.values()))
    return f"gets {x.shape[-1]} values, and {before} gives {current.shape[-1]}; a part, or a repetition, is no layer of the library"


def check_states(element):
    """That states come from the step before, and from nowhere else."""
    name = element.name
    for step, call in enumerate(element.calls):
        states = [(i, value) for i, value in enumerate(call.inputs[1:]) if value is not None]
        for i, value in states:
            if step == 0:
                if value.numel() and bool((value != 0).any()):
                    raise Refused(f"layer '{name}' starts with a state that is not 0, but {whose_state(call.sources[1 + i])}; in the library "
                                  "states start with 0 and stay with their layer")
                continue
            last = element.calls[step - 1]
            own = len(last.outputs) - (len(call.inputs) - 1) + i
            expected = last.outputs[own] if 0 <= own < len(last.outputs) else last.potential
            if value.shape != expected.shape or not torch.equal(value, expected):
                raise Refused(f"layer '{name}' gets in step {step} a state that is not its own of the step before, but "
                              f"{whose_state(call.sources[1 + i])}; hand back what '{name}' returned, unaltered")


def whose_state(node):
    try:
        return named({(kind, call and call.name, slot) for kind, call, slot in origins_of(node)})
    except Operation as operation:
        return f"what '{operation.word.strip('_')}' makes of {named(operation.origins)}"


# ---- the same in the library's arithmetic ----


@dataclasses.dataclass
class Layer:
    """A layer as it is printed."""

    name: str  # in C++ and in the file
    module: object
    text: str
    shape_in: tuple
    shape: tuple
    arrays: dict  # field: float32 tensor
    element: object = None
    word: str = ""  # of the class in C++, where it matters
    reset: str = ""
    immediate: bool = False
    old_order: bool = False  # of snnTorch 0.7
    norm: object = None  # the batch norm that is folded into it
    lateral: object = None  # the name of its lateral weights, with their arrays

    def threshold(self):
        """(), or one for each neuron"""
        value = self.arrays["threshold"]
        return value.reshape(()) if value.numel() == 1 else value.broadcast_to(self.shape).reshape(-1)


def constants_of(layer, shape):
    """Constants as the neurons use them: one value each, or one for all."""
    found = {}
    for field in NEURONS[word_of(layer)][0]:
        value = torch.as_tensor(getattr(layer, field, 1.0)).detach().cpu().float()
        found[field] = value.reshape(without_ones(value.shape, shape))
    return found


def fires(u, theta):
    return (u > theta).float()


def simulate_neurons(layer, x, lateral=True):
    """Spikes and potentials, (step, sample, value): docs/concepts/neuron_model.md in float32."""
    module, shape, word = layer.module, layer.shape, layer.word

    def spread(value):
        return value.reshape(()) if value.numel() == 1 else value.broadcast_to(shape).reshape(-1)

    c = {field: spread(value) for field, value in layer.arrays.items() if not field.startswith("recurrent")}
    reset_by = layer.reset
    theta = c["threshold"]
    beta, alpha = (c[field].clamp(0, 1) if field in c else None for field in ("beta", "alpha"))
    u = torch.zeros_like(x[0])
    s, e, i_in, spikes = u, u, u, u
    out, potentials, fired_at = [], [], []
    for current in x:
        r = fires(u, theta)
        rec = 0
        if lateral and layer.lateral:
            current = current + projected(spikes, layer.lateral[1]["weight"], layer.lateral[1].get("bias"), shape)
        if word.startswith("R"):
            rec = recurrent_input(layer, spikes, shape)
        if word in ("Leaky", "RLeaky"):
            if layer.old_order and reset_by != "none":
                u = beta * (u - r * theta) + current if reset_by == "subtract" else (1 - r) * (beta * u + current)
            elif word == "Leaky" and reset_by == "zero":
                b = beta * ((1 - r) * u) + current
                u = b
            else:
                b = beta * u + current
                b = b + rec if word == "RLeaky" else b
                u = b - r * theta if reset_by == "subtract" else b - r * b if reset_by == "zero" else b
        elif word in ("Synaptic", "RSynaptic"):
            s = alpha * s + current
            s = s + rec if word == "RSynaptic" else s
            b = beta * u + s
            u = b - r * theta if reset_by == "subtract" else b - b * r if reset_by == "zero" else b
        elif word == "Lapicque":
            res, cap, dt = c["R"], c["C"], c["time_step"]
            b = current * res * (1 / (res * cap)) * dt + (1 - dt / (res * cap)) * u
            u = b - r * theta if reset_by == "subtract" else b - r * b if reset_by == "zero" else b
        else:
            tau = torch.log(alpha) / (torch.log(beta) - torch.log(alpha)) + 1
            e_new, i_new = alpha * e + current, beta * i_in - current
            b = tau * (e_new + i_new)
            if reset_by == "subtract":
                e, u, i_in = e_new - theta * r, b + i_in * r, i_new - i_new * r
            elif reset_by == "zero":
                e, i_in, u = e_new - e_new * r, i_new - i_new * r, b - b * r
            else:
                e, i_in, u = e_new, i_new, b
        spikes = fires(u, theta)
        fired_at.append(u)
        if layer.immediate and reset_by == "subtract":
            u = u - (spikes - r) * theta
        if layer.immediate and reset_by == "zero":
            u = u - (spikes - r) * u
        out.append(spikes)
        potentials.append(u)
    return torch.stack(out), torch.stack(potentials), torch.stack(fired_at)


def recurrent_input(layer, spikes, shape):
    if "recurrent.V" in layer.arrays:
        v = layer.arrays["recurrent.V"]
        return spikes * (v.reshape(()) if v.numel() == 1 else v.broadcast_to(shape).reshape(-1))
    return projected(spikes, layer.arrays["recurrent.weight"], layer.arrays.get("recurrent.bias"), shape)


def projected(spikes, weight, bias, shape):
    if weight.dim() == 4:
        padding = (weight.shape[2] // 2, weight.shape[3] // 2)
        return torch.nn.functional.conv2d(spikes.reshape(-1, *shape), weight, bias, padding=padding).reshape(len(spikes), -1)
    return torch.nn.functional.linear(spikes, weight, bias)


def simulate_layer(layer, x):
    """(step, sample, value) of a layer without states."""
    module = layer.module
    if "weight" not in layer.arrays and (layer.text is None or "Flatten" in layer.text):
        return x
    found = []
    for current in x:
        current = current.reshape(len(current), *layer.shape_in)
        if layer.word == "Dense":
            current = torch.nn.functional.linear(current.flatten(1), layer.arrays["weight"], layer.arrays.get("bias"))
        elif layer.word == "Conv2d":
            current = torch.nn.functional.conv2d(current, layer.arrays["weight"], layer.arrays.get("bias"), module.stride,
                                                 conv_padding(module)[1], module.dilation, module.groups)
        elif isinstance(module, torch.nn.MaxPool2d):
            current = torch.nn.functional.max_pool2d(current, module.kernel_size, module.stride, module.padding)
        else:
            current = torch.nn.functional.avg_pool2d(current, module.kernel_size, module.stride, module.padding)
        found.append(current.flatten(1))
    return torch.stack(found)


def close(found, expected, factor=1e-4):
    if found.shape != expected.shape:
        return False
    scale = float(expected.abs().max()) if expected.numel() else 0.0
    return torch.allclose(found, expected, rtol=factor, atol=factor * max(scale, 1e-30), equal_nan=True)


def plain(value):
    return value.detach().cpu().float().contiguous().clone()


def printed_layers(chain, shape, notes):
    """The chain in C++. Batch norms are folded into the layer before them."""
    import snntorch

    layers, taken, open_synapse = [], set(), None
    for place, element in enumerate(chain):
        module, name = element.module, element.name
        try:
            if isinstance(module, NORMS):
                fold(layers, element, notes)
                open_synapse = layers[-1]
                continue
            if is_synaptic(module) and open_synapse is not None:
                raise Refused(f"follows '{open_synapse.name}' without neurons between them; a network takes synaptic layers and "
                              "neurons by turns: multiply their weights, or put neurons between")
            if is_neuron(module) and not layers:
                raise Refused("gets the model's input without a layer with weights before it; put a Linear or Conv2d before it")
            name_here = cpp_name(name, taken, notes) if is_synaptic(module) or is_neuron(module) else name
            normed = place + 1 < len(chain) and isinstance(chain[place + 1].module, NORMS)
            if isinstance(module, DROPOUTS) and any(call.training for call in element.calls) and module.p > 0:
                raise Refused("drops values, as it is in training mode; call model.eval() before the export")
            text, after = describe(name_here, module, shape, snntorch.__version__, bias=normed)
            arrays = {}
            if is_synaptic(module):
                arrays = {field: plain(getattr(module, field)) for field in ("weight", "bias") if getattr(module, field) is not None}
                open_synapse = None
            layer = Layer(name_here, module, text, tuple(shape), tuple(after), arrays, element)
            layer.word = {"Linear": "Dense"}.get(word_of(module), word_of(module)) if is_neuron(module) else \
                "Dense" if isinstance(module, torch.nn.Linear) else "Conv2d" if isinstance(module, torch.nn.Conv2d) else ""
            if is_neuron(module):
                if layers and layers[-1].word in NEURONS:
                    raise Refused(f"follows the neurons '{layers[-1].name}' without a layer with weights between them")
                arrays.update(constants_of(module, shape))
                if word_of(module).startswith("R"):
                    state = {field: plain(value) for field, value in module.recurrent.state_dict().items()}
                    if not state:  # a V that is not learnt is no part of the projection's state
                        state = {"V": plain(module.recurrent.V)}
                    arrays.update({f"recurrent.{field}": value for field, value in state.items()})
                if element.lateral:
                    lateral = element.lateral
                    lateral_name = cpp_name(lateral.name, taken, notes)
                    layer.text = text[:-1] + f", {lateral_text(lateral_name, lateral, shape)}>"
                    layer.lateral = (lateral_name, {field: plain(getattr(lateral.module, field)) for field in ("weight", "bias")
                                                    if getattr(lateral.module, field) is not None})
                layer.reset = module.reset_mechanism
                layer.immediate = not getattr(module, "reset_delay", True)
                layer.old_order = "Snntorch07" in text
                open_synapse = None
            elif is_synaptic(module):
                open_synapse = layer
            if element.y is not None and element.y.shape[-1] != math.prod(after):
                raise Refused(f"gives {element.y.shape[-1]} values, and should give {math.prod(after)} by its options")
        except Refused as refused:
            raise Refused(f"layer '{name}' {refused}") from None
        layers.append(layer)
        shape = after
    return layers


def cpp_name(name, taken, notes):
    """Names of layers in C++ have up to 31 letters, digits, '_', '-' and '.'."""
    found = re.sub(r"[^A-Za-z0-9_.-]", "_", name)[-31:].lstrip(".") or "layer"
    while found in taken:
        found = (found[:28] + f"_{len(taken)}")[-31:]
    taken.add(found)
    if found != name:
        notes.append(f"layer '{name}' is named '{found}', in C++ and in the file")
    return found


def fold(layers, element, notes):
    """W x + b, normed by the running mean and variance, as one layer: float64, rounded once."""
    norm = element.module
    if not layers or layers[-1].word not in ("Dense", "Conv2d"):
        raise Refused("norms what is no Linear or Conv2d directly before it, so that it cannot be folded into weights; put it there")
    if any(call.training for call in element.calls) or norm.running_mean is None:
        raise Refused("norms by each batch, as it is in training mode or keeps no running mean; call model.eval() before the export")
    layer = layers[-1]
    if layer.shape[0] != norm.num_features:
        raise Refused(f"has {norm.num_features} features, and gets {layer.shape}")
    double = torch.float64
    scale = 1 / torch.sqrt(norm.running_var.detach().to(double) + norm.eps)
    if norm.weight is not None:
        scale = scale * norm.weight.detach().to(double)
    shift = norm.bias.detach().to(double) if norm.bias is not None else torch.zeros_like(scale)
    weight = layer.arrays["weight"].to(double)
    bias = layer.arrays["bias"].to(double) if "bias" in layer.arrays else torch.zeros_like(scale)
    exact = {"weight": weight * scale.reshape(-1, *[1] * (weight.dim() - 1)),
             "bias": (bias - norm.running_mean.detach().to(double)) * scale + shift}
    rounded = {field: value.float().contiguous() for field, value in exact.items()}
    change = max(float((exact["weight"] - weight).abs().max()), float((exact["bias"] - bias).abs().max()))
    rounding = max(float((rounded[field].to(double) - exact[field]).abs().max()) for field in exact)
    layer.arrays.update(rounded)
    layer.norm = element
    notes.append(f"'{element.name}' (eval mode) is folded into '{layer.name}': a value changes by up to {change:.3g}, and is rounded "
                 f"by up to {rounding:.1g}; -o writes the folded values")


def check_layers(layers):
    """Each layer for itself: what it gave is what the library's layer gives for what it got."""
    for layer in layers:
        element = layer.element
        if element is None or layer.text is None:
            continue
        if layer.word in NEURONS:
            spikes, potentials, fired_at = simulate_neurons(layer, element.x, lateral=False)
            wrong = spikes != element.y
            near = (fired_at - layer.threshold()).abs() <= 2e-5 * max(1.0, float(fired_at.abs().max())) if wrong.any() else None
            if not bool(torch.isin(element.y, torch.tensor([0.0, 1.0])).all()):
                raise Refused(f"layer '{element.name}' gives other values than 0 and 1; the library's neurons fire with 1")
            first = int(wrong.flatten(1).any(1).nonzero()[0]) if wrong.any() else None
            if wrong.any() and not bool(near[first][wrong[first]].all()) or not wrong.any() and not close(potentials, element.potential):
                step = first if first is not None else int(((potentials - element.potential).abs().flatten(1).amax(1)).argmax())
                raise Refused(f"layer '{element.name}' computes something else than the library's {layer.word}, seen in step {step}: "
                              "constants or states altered in forward, a hook, or a spike function or an update of its own?")
            if element.lateral:
                weight, bias = layer.lateral[1]["weight"], layer.lateral[1].get("bias")
                for call in element.lateral.calls:
                    spikes_before = call.inputs[0].reshape(len(call.inputs[0]), -1)
                    if not close(projected(spikes_before, weight, bias, layer.shape), call.outputs[0].reshape(len(spikes_before), -1)):
                        raise Refused(f"layer '{element.lateral.name}' computes something else than its weights say: a hook, or a forward of "
                                      "its own?")
        else:
            expected = layer.norm.y if layer.norm else element.y
            if not close(simulate_layer(layer, element.x), expected):
                raise Refused(f"layer '{element.name}' computes something else than the library's {layer.text.split('<')[0][4:]}: a "
                              "hook, or a forward of its own?")


def simulate(layers, x):
    """Values that leave each layer, and the potentials and the potentials that fired of the layers of neurons."""
    found = []
    for layer in layers:
        if layer.word in NEURONS:
            spikes, potentials, fired_at = simulate_neurons(layer, x)
            found.append((spikes, potentials, fired_at))
            x = spikes
        else:
            x = simulate_layer(layer, x)
            found.append((x, None, None))
    return found


def check_whole(layers, run, notes):
    """All of it: the spikes of each layer of neurons are the model's. Where a potential is a rounding away from its threshold, it is said."""
    found = simulate(layers, run.x)
    pairs = [(layer, spikes, fired_at) for layer, (spikes, _, fired_at) in zip(layers, found) if layer.word in NEURONS and layer.element]
    rounded = 0
    for sample in range(run.samples):
        firsts = []
        for place, (layer, spikes, _) in enumerate(pairs):
            wrong = (spikes[:, sample] != layer.element.y[:, sample]).any(1).nonzero()
            if len(wrong):
                firsts.append((int(wrong[0]), place))
        if not firsts:
            continue
        step, place = min(firsts)
        layer, spikes, fired_at = pairs[place]
        wrong = spikes[step, sample] != layer.element.y[step, sample]
        gap = (fired_at[step, sample] - layer.threshold().broadcast_to(fired_at[step, sample].shape))[wrong].abs().max()
        if float(gap) > 2e-5 * max(1.0, float(fired_at.abs().max())):
            raise Refused(f"the network that would be printed fires otherwise than the model: first in step {step} of sample {sample}, "
                          f"layer '{layer.name}'; nothing is printed")
        rounded += 1
    if rounded:
        notes.append(f"in {rounded} of {run.samples} samples a spike differs from the model's, where a potential is within rounding of "
                     "its threshold: PyTorch adds in another order")
    return found


# ---- what the last layer leaves ----

READOUTS = {
    "spikes": ("sj::SpikeCountReadout", "the number of spikes"),
    "potential": ("sj::MaxPotentialReadout", "the largest potential"),
    "last": ("sj::LastPotentialReadout", "the last potential"),
    "sum": ("sj::LastPotentialReadout", "the sum over the steps"),  # of a last Linear
}


def same(found, expected):
    """Whether two tensors hold the same values, whatever their shapes; sums may round otherwise."""
    if found.numel() != expected.numel():
        return False
    scale = float(expected.abs().max()) if expected.numel() else 0.0
    return torch.allclose(found.reshape(-1).float(), expected.reshape(-1), rtol=1e-5, atol=1e-6 * max(scale, 1e-30), equal_nan=True)


def any_order(value):
    """(step, sample, value) in the orders of axes that models return."""
    return [value.permute(order) for order in ((0, 1, 2), (1, 0, 2), (1, 2, 0), (0, 2, 1))]


# Between the last layer's outputs and what is returned. What they do is seen from made-up outputs; others are refused by name.
READ_BY = MOVES | JOINS | SUMS | OVER_STEPS | SCALES | {"maximum", "double", "int", "long", "mean", "alias"}


def returned_kinds(run, element):
    """What each returned tensor that comes from the last layer is of its values, as names: all that fit. Of others, nothing."""
    kinds, groups = {}, {}
    if element.potential is not None:
        kinds["spikes in each step"] = any_order(element.y)
        kinds["spikes"] = [element.y.sum(0)]
        kinds["mean of the spikes"] = [element.y.mean(0)]
        outputs = element.y.shape[-1]
        for each in [n for n in range(2, outputs) if outputs % n == 0]:
            sums = element.y.reshape(*element.y.shape[:2], outputs // each, each).sum(-1)
            groups[f"population {each}"] = [sums.sum(0), *any_order(sums)]
    u = element.potential if element.potential is not None else element.y
    kinds["potentials in each step"] = any_order(u)
    kinds["potential"] = [u.max(0).values]
    kinds["last"] = [u[-1]]
    kinds["sum"] = [u.sum(0)]
    kinds["mean of the potentials"] = [u.mean(0)]
    found = []
    for values, nodes in run.returned:
        if not any(call.name == element.name for node in nodes for call in calls_behind(node)):
            found.append(None)
            continue
        found.append([kind for kind, ways in {**kinds, **groups}.items() if any(same(values, way) for way in ways)])
    return found


def operations_behind(nodes):
    """Names of the operations between returned tensors and the layers that they come from."""
    found, stack, seen = [], list(nodes), set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.kind == "op" and node.parents:
            found.append(node.word)
        stack.extend(node.parents)
    return found


def part_of_steps(values, element):
    """Which of the steps a returned tensor is made of, in words; nothing if that is not seen."""
    spiking = element.potential is not None
    u = element.potential if spiking else element.y
    ways = ([("the spikes", element.y, lambda part: [part.sum(0), part.mean(0), *any_order(part)])] if spiking else []) + \
        [("the potentials" if spiking else "the values", u, lambda part: [part.max(0).values, part.sum(0), part.mean(0), *any_order(part)])]
    steps = len(u)
    if any(same(values, way) for _, all_steps, reductions in ways for way in reductions(all_steps)):
        return ""
    for what, all_steps, reductions in ways:
        for k in range(1, steps):
            others = torch.cat([all_steps[:k], all_steps[k + 1:]])
            for words, part in ((f"from step {k} on", all_steps[k:]), (f"before step {k}", all_steps[:k]), (f"of every {k + 1} steps one",
                                                                       all_steps[::k + 1]), (f"without step {k}", others)):
                if any(same(values, way) for way in reductions(part)):
                    return f"{what} {words}"
    return ""


@dataclasses.dataclass
class Comparison:
    """What was compared beyond the first run."""

    kinds: list  # for each returned tensor, the names that fit in every run; none: not of the last layer
    words: list  # what was run
    only: int = 0  # the number of steps, where the model runs no other
    part: str = ""  # which steps a tensor is made of, that is of not all


def scaled_input(kind, shape, steps, samples, scale, seed):
    """(step, sample, value)"""
    generator = torch.Generator().manual_seed(seed)
    extent = (steps, samples, math.prod(shape))
    if kind == "zero":
        return torch.zeros(extent)
    if kind == "binary":
        return (torch.rand(extent, generator=generator) < 0.4).float() * scale
    if kind == "counts":
        return torch.poisson(torch.full(extent, 1.5), generator=generator) * scale
    values = torch.randn(extent, generator=generator) if kind == "signed" else torch.rand(extent, generator=generator)
    return torch.where(torch.rand(extent, generator=generator) < 0.5, values * scale, torch.zeros(()))


LONG = 130  # [step]
AT_MOST = 60.0  # a run beyond the first [s]
RECORDED = 2 << 30  # what a run may record [byte]


def compare_further(model, shape, given, run, chain, layers, last, scale, samples, seconds):
    """Compares on input of other kinds, scales and lengths, and the readout on made-up outputs of the last layer."""
    found = Comparison(returned_kinds(run, last), [])
    steps = run.steps
    arrays = [layer.arrays for layer in layers]
    cost = sum(value.numel() * 8 for call in run.calls for value in (*call.inputs, *call.outputs) if value is not None) / (steps * run.samples)

    def affordable(length, several):
        ratio = length * several / (steps * run.samples)
        return seconds * ratio <= AT_MOST and cost * length * several <= RECORDED

    def once(x):
        again = run_model(model, run.how, x, given)
        counts, _ = neurons_called(again)
        return again, min(counts.values(), default=0)

    longer = next((length for length in (max(LONG, 3 * steps), 2 * steps + 1) if affordable(length, 3)), 0)
    if run.how == "static":
        longer, found.only = 0, steps
    fixed = samples != DEFAULT_SAMPLES
    few = samples if fixed else 3
    for kind, factor, length in (("binary", 1, steps), ("counts", 1, steps), ("signed", scale, steps), ("zero", 1, steps), ("uniform", scale / 16, steps),
                                 ("signed", 8 * scale, 2 * steps + 1), ("uniform", 4 * scale, longer)):
        if length > steps and (found.only or not longer) or not affordable(length, few):
            continue
        x = scaled_input(kind, shape, length, samples if length == steps and affordable(length, samples) else few, factor, 100 + len(found.words))
        if run.how == "static":
            x = x[:1].expand(length, -1, -1)
        words = f"{kind} input" + (f" times {factor:g}" if kind != "zero" and factor != 1 else "") + f" in {length} steps"
        try:
            again, least = once(x)
        except Refused as refused:
            raise Refused(f"{refused}; seen with {words}") from None
        except Exception as error:
            if out_of_memory(error):
                raise
            found.words.append(f"not {words}: the model fails with it ({clipped(error)})")
            longer = 0 if length > steps else longer
            continue
        if least != length and length > steps:
            if least != steps:
                raise Refused(f"the model runs {least} steps when it gets {length}, and {steps} when it gets {steps}; in the library a network runs "
                              f"all steps of its data: pass a model that does, or --steps {least} if it always runs as many")
            found.only = steps
            continue
        try:
            other = chain_of(again)
            if [element.name for element in other] != [element.name for element in chain]:
                raise Refused(f"the model runs its layers in another way ({', '.join(element.name for element in other)[:80]})")
            follow(other, again)
            printed = printed_layers(other, shape, [])
            check_layers(printed)
            altered = next((layer.name for layer, kept in zip(printed, arrays)
                            if any(not same_bits(layer.arrays[field], kept[field]) for field in kept)), None)
            if altered:
                raise Refused(f"layer '{altered}' has other values than in the run before: forward alters them")
        except Refused as refused:
            raise Refused(f"{refused}; seen with {words}") from None
        found.words.append(words)
        narrow(found, again, next(element for element in other if element.name == last.name))
    patterns(model, given, run, last, found, samples, longer if not found.only and affordable(longer, few) else 0, few)
    return found


def narrow(found, run, element):
    """Keeps the kinds that fit this run as well."""
    now = returned_kinds(run, element)
    if len(now) != len(found.kinds):
        raise Refused(f"the model returns {len(now)} tensors with some input, and {len(found.kinds)} with other")
    found.kinds = [kept if kept is None else [kind for kind in kept if kind in (fits or [])] for kept, fits in zip(found.kinds, now)]


def patterns(model, given, run, last, found, samples, longer, few):
    """The readout as a function: the last layer's outputs are replaced by made-up ones, and what is returned has to follow.

    Every output of every step is 1 in one pattern and 0 in another. Potentials are of both signs, all negative, and the
    largest in each step in turn.
    """
    features = last.y.shape[-1]
    generator = torch.Generator().manual_seed(41)
    steps = run.steps

    def normal(length, several):
        return torch.randn(length, several, features, generator=generator)

    def coin(length, several, rate):
        return (torch.rand(length, several, features, generator=generator) < rate).float()

    first = coin(steps, samples, 0.5)
    made = [(first, normal(steps, samples)), (1 - first, -10 - normal(steps, samples).abs()), (torch.ones_like(first), 100 * normal(steps, samples))]
    peaks = min(-(-steps // samples), 8)
    for turn in range(peaks):
        u = normal(steps, samples)
        at = (turn * samples + torch.arange(samples)[:, None] + torch.arange(features)) % steps
        made.append((coin(steps, samples, 0.1), u.scatter(0, at[None], 50.0)))
    if longer:
        made.append((coin(longer, few, 0.9), normal(longer, few)))
    seen = []
    for spikes, potentials in made:
        element, again = with_outputs(model, given, run, last, spikes, potentials)
        narrow(found, again, element)
        if spikes is first or len(spikes) != steps:
            seen.append((element, again))
    for place, kept in enumerate(found.kinds):
        for element, again in seen:
            if kept is not None and not kept and not found.part:
                found.part = part_of_steps(again.returned[place][0], element)
    found.words.append(f"the readout on {len(made)} sets of made-up outputs of '{last.name}'")


def in_layout(pattern, step, layout, value):
    """The part of a pattern (step, sample, value) that one call gives."""
    if layout == "calls":
        part = pattern[step % len(pattern)]
    elif layout == "static":
        part = pattern[0]
    else:
        part = pattern if layout == "steps first" else pattern.transpose(0, 1)
    return part.reshape(value.shape)


def with_outputs(model, given, run, last, spikes, potentials):
    """A run whose last layer gives these outputs, (step, sample, value), and the layer as it then is."""
    steps, samples = spikes.shape[:2]
    spiking = last.potential is not None
    called = 0

    def hook(layer, args, result):
        nonlocal called
        step, called = called, called + 1
        if isinstance(result, tuple):
            return (in_layout(spikes, step, last.layout, result[0]), *result[1:-1], in_layout(potentials, step, last.layout, result[-1]))
        return in_layout(spikes if spiking else potentials, step, last.layout, result)

    x = scaled_input("uniform", run.x.shape[2:], steps, samples, 1.0, 77)
    if run.how == "static":
        x = x[:1].expand(steps, -1, -1)
    handle = last.module.register_forward_hook(hook)
    try:
        again = run_model(model, run.how, x, given)
    except Refused:
        raise
    except Exception as error:
        if out_of_memory(error):
            raise
        raise Refused(f"that the model returns a readout of '{last.name}' cannot be shown: it fails with other outputs of that layer: "
                      f"{clipped(error)}") from None
    finally:
        handle.remove()
    calls = [call for call in again.calls if call.name == last.name]
    if len(calls) != (steps if last.layout == "calls" else 1):
        raise Refused(f"the model calls '{last.name}' {len(calls)} times in {steps} steps, when its outputs are others: it ends early, or depends on "
                      "them otherwise; in the library every layer runs in each step")
    element = Element(last.name, last.module, calls)
    if spiking:
        seen = len(calls[0].outputs) > 1
        element.y = spikes
        element.potential = potentials if seen else torch.stack([call.potential.reshape(samples, -1) for call in calls])
    else:
        element.y = potentials[:1].expand(steps, -1, -1) if last.layout == "static" else potentials
    return element, again


def refuse_readout(kinds, name):
    words = {"spikes": "the number of spikes", "sum": "the sum of the potentials"}
    kind = sorted(kinds)[0]
    raise Refused(f"the model returns {words.get(kind, 'the ' + kind)} of '{name}', which is another readout than those of the library for "
                  "potentials (the largest, the last); return potentials or spikes in each step, or write a readout of your own")


def choose_readout(run, element, wanted, population, compared, notes):
    """The readout that is printed, and the neurons of a class."""
    name = element.name
    spiking = element.potential is not None
    kinds, reasons, others = set(), [], 0
    for (values, nodes), fits in zip(run.returned, compared.kinds):
        if fits is None:
            continue
        foreign = [word for word in operations_behind(nodes) if word not in READ_BY]
        if fits and not foreign:
            kinds.add(fits[0])
            continue
        others += 1
        if foreign:
            reasons.append(f"the model returns what '{foreign[0].strip('_')}' makes of the outputs of its last layer '{name}', which no readout of the "
                           "library does")
        elif compared.part:
            reasons.append(f"the model returns {compared.part}, and the library's readouts take all steps of '{name}'")
        else:
            between = sorted({f"'{word.strip('_')}'" for word in operations_behind(nodes)} - {f"'{word.strip('_')}'" for word in MOVES | JOINS})
            reasons.append(f"what the model returns, of shape {tuple(values.shape)}, is neither the spikes nor the "
                           f"{'potentials' if spiking else 'values'} of its last layer '{name}', nor their sum, mean, largest or last over the steps" +
                           (f" ({', '.join(between[:3])} between them)" if between else ""))
    if not kinds:
        raise Refused(f"{reasons[0]}; return those of all steps, or their sum, largest or last, and do the rest outside of the model")
    if others:
        notes.append(f"of what the model returns, {len(kinds)} can be a readout of '{name}'; the rest is left out")
    grouped = next((int(kind.split()[1]) for kind in kinds if kind.startswith("population")), None)
    outputs = element.y.shape[-1]
    if population and outputs % population:
        raise Refused(f"--population {population} does not divide the {outputs} neurons of '{name}'")
    if population and grouped and grouped != population:
        raise Refused(f"the model adds up the spikes of {grouped} neurons of '{name}' for a class, and --population {population} says otherwise: leave "
                      f"it out, or pass {grouped}")
    if population and not grouped and "spikes in each step" not in kinds and "spikes" not in kinds:
        raise Refused(f"--population counts spikes, and the model returns none of '{name}'")
    if spiking and not wanted:
        if kinds & {"spikes in each step", "spikes"}:
            return "spikes", population
        if grouped:
            return "spikes", grouped
        if "potential" in kinds or "last" in kinds:
            return "potential" if "potential" in kinds else "last", population
        if "mean of the spikes" in kinds:
            raise Refused(f"the model returns the mean of the spikes of '{name}'; the library counts them, which gives the same classes "
                          "and other scores: pass --readout spikes, if that will do")
        if "potentials in each step" not in kinds:
            refuse_readout(kinds, name)
        raise Refused(f"the model returns potentials of '{name}'; say what tells the class: --readout potential (the largest of all "
                      "steps) or --readout last (that of the last step)")
    if not spiking and not wanted:
        exact = kinds & {"sum", "last", "potential"}
        if len(exact) == 1:
            return exact.pop(), population
        raise Refused(f"the model ends with '{name}', which is no layer of neurons, and returns its "
                      f"{'mean over the steps' if 'mean of the potentials' in kinds else 'values in each step'}; say what tells the "
                      "class: --readout sum (over the steps; the classes of the mean), last (of the last step) or potential (the largest)")
    if wanted == "spikes" and not spiking:
        raise Refused(f"the model ends with '{name}', which has no spikes; pass --readout sum, last or potential")
    if wanted == "spikes" and not (kinds & {"spikes in each step", "spikes", "mean of the spikes"} or grouped):
        raise Refused(f"the model returns no spikes of '{name}'; pass --readout potential or last")
    if wanted == "sum" and spiking:
        raise Refused(f"a sum of potentials over the steps is no readout of the library; write one of your own "
                      "(docs/concepts/network.md), or return spikes")
    exact = {"potential", "last", "sum"} & kinds
    steps = {"potentials in each step", "spikes in each step"} & kinds
    if wanted != "spikes" and exact and not steps and wanted not in exact:
        other = "sum" if wanted != "sum" and "sum" in exact else sorted(exact)[0]
        raise Refused(f"the model returns {READOUTS[other][1]} of '{name}', and --readout {wanted} is another: pass --readout {other}")
    if wanted != "spikes" and spiking and not steps and not exact:
        refuse_readout(kinds, name)
    return wanted, grouped if wanted == "spikes" and not population else population


def added_layer(name, features, decay):
    """Neurons without a reset: with a decay of 1 they add up, with 0 they hold the current of the step."""
    per_layer = 'sj::Shared<"{}", sj::Sharing::per_layer>'.format
    text = f'sj::Leaky<"{name}", sj::NoReset, {per_layer("beta")}, {per_layer("threshold")}>'
    arrays = {"beta": torch.tensor(float(decay)), "threshold": torch.tensor(1.0)}
    return Layer(name, None, text, (features,), (features,), arrays, word="Leaky", reset="none")


def with_readout(layers, readout, population, notes):
    """Layers that make a readout of the library from a last Linear, or from several neurons a class."""
    taken = {layer.name for layer in layers}
    features = math.prod(layers[-1].shape)
    if layers[-1].word not in NEURONS:
        if layers[-1].word not in ("Dense", "Conv2d"):
            raise Refused(f"the model ends with '{layers[-1].name}'; a network ends with neurons, or with a Linear")
        if population:
            raise Refused("--population counts spikes, and the model does not end with neurons")
        name = cpp_name("output", taken, [])
        layers.append(added_layer(name, features, 1 if readout == "sum" else 0))
        notes.append(f"the last layer has no neurons: '{name}' is added, a Leaky without reset whose potential is "
                     f"{'the sum of' if readout == 'sum' else ''}{' ' if readout == 'sum' else ''}what '{layers[-2].name}' gives; "
                     "keep it out of --target, and -o writes its constants")
    if population:
        if readout != "spikes":
            raise Refused("--population counts spikes; pass --readout spikes, or leave it out")
        classes = features // population
        names = [cpp_name(name, taken, []) for name in ("population", "votes")]
        weight = torch.repeat_interleave(torch.eye(classes), population, dim=1)  # (class, neuron)
        layers.append(Layer(names[0], None, f'sj::Dense<"{names[0]}", {classes}, sj::NoBias>', (features,), (classes,), {"weight": weight},
                            word="Dense"))
        layers.append(added_layer(names[1], classes, 1))
        notes.append(f"{population} neurons a class, one after another: '{names[0]}' and '{names[1]}' are added and count the spikes of each "
                     "class; keep them out of --target, and -o writes their values")
        return "last"
    return readout


@dataclasses.dataclass
class Exported:
    text: str  # C++
    arrays: dict  # name: float32 tensor
    notes: list  # sentences
    readouts: object  # (sample, class), of the samples that were run
    run: object


def random_input(shape, steps, samples, scale):
    generator = torch.Generator().manual_seed(14)
    values = torch.rand(steps, samples, math.prod(shape), generator=generator)
    there = torch.rand(steps, samples, math.prod(shape), generator=generator) < 0.5
    return torch.where(there, values * scale, torch.zeros(()))


DEFAULT_SAMPLES = 7
LARGEST = 4 << 30  # random input [byte]


def export(model, input_shape, readout=None, sample=None, steps=None, population=None, name="Net", samples=DEFAULT_SAMPLES):
    """Runs a model and gives its network in C++, its values, and what there is to say.

    input_shape: of one step, (channels, rows, columns) or (channels,). readout: "spikes", "potential" (the largest), "last", "sum";
    none: what the model returns. sample: (sample, step, ...) or images (sample, ...). population: neurons of a class.
    """
    while hasattr(model, "_orig_mod") or isinstance(model, (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)):
        model = model._orig_mod if hasattr(model, "_orig_mod") else model.module
    if not isinstance(model, torch.nn.Module):
        raise Refused(f"a {type(model).__name__} is no torch.nn.Module")
    if isinstance(model, torch.jit.ScriptModule):
        raise Refused("the model is compiled by torch.jit, which hides its layers; pass the model itself")
    shape = tuple(input_shape)
    if not 1 <= len(shape) <= 3 or min(shape) < 1:
        raise Refused(f"the shape of a step is {shape}; allowed are one to three extents of at least 1, such as 700 or 2,32,32")
    if library_class(model) is not None:
        model = torch.nn.Sequential(model)
    notes = []
    device_free(model)
    finite(model)
    refuse_unknown_neurons(model)
    many = steps or whole_number(model, "num_steps") or 16
    needed = 4 * math.prod(shape) * many * samples  # [byte]
    if needed > LARGEST:
        raise Refused(f"--input {','.join(map(str, shape))} is {math.prod(shape)} values a step, {needed / 2 ** 30:.3g} GiB for {many} steps of {samples} "
                      f"samples; allowed are {LARGEST >> 30} GiB: is it the shape of one step?")
    scale = 1.0
    begun = time.monotonic()
    if sample is None:
        while True:
            begun = time.monotonic()
            run, given_shape = watched(model, shape, random_input(shape, many, samples, scale), steps)
            silent = silent_layers(run)
            if not silent or scale >= 4096:
                break
            scale *= 4
        if silent:
            louder = checked_louder(model, shape, random_input(shape, run.steps, samples, scale), steps)
            notes.append(f"'{silent[0]}' never fires on random input, which was scaled by {scale:g}; " +
                         (f"layers were compared with the weights of {louder} raised, too, so that all fire" if louder else
                          "layers behind it were compared on zeros alone: pass --sample with data of yours"))
        elif scale > 1:
            notes.append(f"random input was scaled by {scale:g}, so that every layer fires")
    else:
        x = prepared(sample, shape, steps or many)
        run, given_shape = watched(model, shape, x, steps or (x.shape[0] if sample.ndim > len(shape) + 1 or sample.ndim == 3 and len(shape) == 1 else None))
        if run.steps != x.shape[0] and run.how != "static":
            notes.append(f"the model runs {run.steps} steps of the sample's {x.shape[0]}; give the library {run.steps} as well")
        for silent in silent_layers(run)[:1]:
            notes.append(f"'{silent}' never fires on the sample, so that layers behind it were compared on zeros alone")
    chain = chain_of(run)
    follow(chain, run)
    layers = printed_layers(chain, shape, notes)
    check_layers(layers)
    check_whole(layers, run, notes)
    last = next(element for element in reversed(chain) if not isinstance(element.module, DROPOUTS + (torch.nn.Identity, torch.nn.Flatten)))
    compared = compare_further(model, shape, given_shape, run, chain, layers, last, scale, samples, max(time.monotonic() - begun, 1e-3))
    chosen, population = choose_readout(run, last, readout, population, compared, notes)
    printed_readout = with_readout(layers, chosen, population, notes)
    readouts = check_readout(layers, run, last, chosen, population, notes)
    used = {element.name for element in chain} | {element.lateral.name for element in chain if element.lateral}
    unused = [(layer_name, "runs" if any(call.name == layer_name for call in run.calls) else "never runs")
              for layer_name, layer in layers_of(model) if layer_name not in used]
    for layer_name, how in unused:
        notes.append(f"layer '{layer_name}' {how}, and nothing that the model returns comes from it: left out")
    about_values(layers, notes)
    about_comparison(model, run, given_shape, compared, sample, scale, notes)
    if run.how == "static":
        notes.append(f"the model shows its input in each of {run.steps} steps; the program's '--steps {run.steps}' repeats images so, or the data hold them as often")
    arrays = {f"{layer.name}.{field}": value for layer in layers for field, value in layer.arrays.items()}
    for layer in layers:
        if layer.lateral:
            arrays.update({f"{layer.lateral[0]}.{field}": value for field, value in layer.lateral[1].items()})
        if layer.word in NEURONS and layer.module is not None:
            arrays[f"{layer.name}.reset_mechanism_val"] = torch.tensor(float(list(RESETS).index(layer.reset)))
    return Exported(text_of(layers, shape, printed_readout, name), arrays, notes, readouts, run)


def same_bits(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and torch.equal(a.contiguous().view(torch.uint8) if a.dim() else a.reshape(1).view(torch.uint8),
                                                                       b.contiguous().view(torch.uint8) if b.dim() else b.reshape(1).view(torch.uint8))


def finite(model):
    """Refuses values that no network computes with, and says where they are."""
    for name, value in model.state_dict().items():
        if not isinstance(value, torch.Tensor) or not value.is_floating_point() or STATE.search(name):
            continue
        wrong = ~torch.isfinite(value)
        if bool(wrong.any()):
            first = tuple(int(i) for i in wrong.nonzero()[0])
            held = float(value[first])
            where = f", first at {list(first)}" if first else ""
            what = f"'{name}' holds {'NaN' if held != held else held}{where} ({int(wrong.sum())} of {value.numel()} values)"
            raise Refused(f"{what}; " + ("such neurons never fire" if "threshold" in name and held == math.inf else
                                         "did the training diverge, or was the file written wrongly?"))


def about_values(layers, notes):
    """Notes of constants out of range, and of layers that share values."""
    owners = {}
    for layer in layers:
        if layer.module is None:
            continue
        for field, value in layer.arrays.items():
            if field in ("beta", "alpha") and layer.word in NEURONS:
                beyond = (value < 0) | (value > 1)
                if bool(beyond.any()):
                    notes.append(f"'{layer.name}.{field}' holds {float(value[beyond].reshape(-1)[0]):g}, outside of [0, 1]: snnTorch and the library use "
                                 "0 or 1 in its place; were decays stored as logits or time constants?")
            if field == "threshold" and layer.word in NEURONS and bool((value <= 0).any()):
                notes.append(f"'{layer.name}.threshold' holds {float(value.min()):g}: neurons without a positive threshold fire without input, or nearly so")
        tensors = [(name, tensor) for name, tensor in layer.module.named_parameters() if tensor.numel() > 1]
        tensors += [(name, tensor) for name, tensor in layer.element.lateral.module.named_parameters()] if layer.element and layer.element.lateral else []
        for field, tensor in tensors:
            owner = owners.setdefault(tensor.untyped_storage().data_ptr(), (layer, field))
            if owner[0] is not layer:
                notes.append(f"'{owner[0].name}.{owner[1]}' and '{layer.name}.{field}' are one tensor in the model (tied) and two in the library: a fault "
                             "strikes one of them alone")


def about_comparison(model, run, given, compared, sample, scale, notes):
    first = "the sample" if sample is not None else "uniform input" + (f" times {scale:g}" if scale != 1 else "")
    alike = [word for word in compared.words if not word.startswith("not ")]
    notes.append(f"compared, and alike: {first}, " + ", ".join(alike).replace(f" in {run.steps} steps", "") + f"; {run.steps} steps where nothing else is said")
    notes.extend("not compared: " + word[4:] for word in compared.words if word.startswith("not "))
    if compared.only and run.how != "static":
        notes.append(f"the model runs {compared.only} steps, whatever it gets: give the library as many, it runs all that its data have")
    elif not compared.only and not any(" steps" in word for word in alike if f"in {run.steps} steps" not in word):
        notes.append(f"not compared in more than {run.steps} steps, which would take too long here")
    if run.how == "each step":
        return
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frames = run.x.reshape(run.steps, run.samples, *given)
        x = {"static": frames[0], "steps first": frames, "samples first": frames.transpose(0, 1)}[run.how]
        others = [run.steps if name not in required_states(model) else None for name in required_arguments(model)]
        reset(model)
        try:
            first, second = (list(tensors_in(model(x.clone(), *others))) for _ in range(2))
        except Exception:
            return
    if len(first) != len(second) or any(not torch.equal(a, b) for a, b in zip(first, second)):
        notes.append("a second call of the model gives something else than the first: it keeps its states; in the library each sample starts with 0, so "
                     "reset them in forward (snntorch.utils.reset) when you compare")


def checked_louder(model, shape, x, steps):
    """Checks the chain with larger weights in front of neurons that do not fire. The model is left as it was."""
    kept, raised = {}, []
    try:
        for _ in range(24):
            run, _ = watched(model, shape, x, steps)
            chain = chain_of(run)
            silent = silent_layers(run)
            place = next((i for i, element in enumerate(chain) if element.name in silent), None)
            if place is None:
                follow(chain, run)
                layers = printed_layers(chain, shape, [])
                check_layers(layers)
                check_whole(layers, run, [])
                return " and ".join(f"'{name}'" for name in raised)
            before = next((element for element in reversed(chain[:place]) if is_synaptic(element.module)), None)
            if before is None or not isinstance(before.module.weight, torch.nn.Parameter):
                return ""
            if before.name not in kept:
                kept[before.name] = (before.module, before.module.weight.detach().clone())
                raised.append(before.name)
            with torch.no_grad():
                before.module.weight.mul_(4)
        return ""
    finally:
        with torch.no_grad():
            for module, weight in kept.values():
                module.weight.copy_(weight)


def whole_number(model, attribute):
    value = getattr(model, attribute, None)
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 4096 else None


def device_free(model):
    for name, value in (*model.named_parameters(), *model.named_buffers()):
        if torch.nn.parameter.is_lazy(value):
            raise Refused(f"'{name}' has no values yet, as its layer is a lazy one: load trained values, or call the model once")
        if value.is_meta:
            raise Refused(f"'{name}' is on the device 'meta', which holds no values: make the model on the CPU, and load the trained values")
    try:
        model.to("cpu")
    except Exception as error:
        raise Refused(f"the model cannot be moved to the CPU: {clipped(error)}") from None
    kinds = {value.dtype for value in model.parameters() if value.is_floating_point()}
    if kinds - {torch.float32}:
        raise Refused(f"the model's parameters are {', '.join(sorted(str(kind) for kind in kinds))}; call model.float(): the library computes "
                      "in float32")


def silent_layers(run):
    fired = {}
    for call in run.calls:
        if is_neuron(call.module):
            fired[call.name] = fired.get(call.name, False) or bool((call.outputs[0] != 0).any())
    return [name for name, any_spike in fired.items() if not any_spike]


def prepared(sample, shape, steps):
    """A user's sample as (step, sample, value), at most 16 of its samples and as many as there are not steps."""
    sample = torch.as_tensor(sample).float()
    size = math.prod(shape)
    frame = tuple(sample.shape[2:])
    if frame == shape or (math.prod(frame) == size and sample.dim() >= 3 and frame != ()):
        x = sample[:16].reshape(-1, sample.shape[1], size).transpose(0, 1)
    elif sample.dim() >= 2 and math.prod(sample.shape[1:]) == size:
        x = sample[:16].reshape(1, -1, size).expand(steps, -1, -1)
    else:
        raise Refused(f"the sample has the shape {tuple(sample.shape)}; allowed are (sample, step, ...) and (sample, ...) with the "
                      f"{size} values of --input")
    if not len(sample) or not x.shape[0]:
        raise Refused("the sample is empty")
    if x.shape[1] == x.shape[0] and x.shape[1] > 1:
        x = x[:, :-1]
    return x.contiguous()


def check_readout(layers, run, last, readout, population, notes):
    """The readout of the printed network is the model's."""
    spikes, potentials, _ = simulate(layers, run.x)[-1]
    u = last.potential if last.potential is not None else last.y
    if population:
        expected = last.y.sum(0).reshape(run.samples, -1, population).sum(-1)
        found = potentials[-1]
    elif readout == "spikes":
        expected, found = last.y.sum(0), spikes.sum(0)
    elif readout == "potential":
        expected, found = u.max(0).values, potentials.max(0).values
    else:
        expected, found = (u.sum(0) if readout == "sum" else u[-1]), potentials[-1]
    if not close(found, expected):
        said = any("within rounding" in note for note in notes)
        if not said:
            raise Refused("the readout of the network that would be printed is not the model's; nothing is printed")
    return found


def text_of(layers, shape, readout, name):
    lines, line = [], []
    for layer in layers:
        if layer.text is None:
            continue
        line.append(layer.text)
        if layer.word in NEURONS:
            lines.append(", ".join(line))
            line = []
    lines.append(READOUTS[readout][0])
    start = f"using {name} = sj::Network<"
    extents = ", ".join(str(extent) for extent in shape)
    return start + (",\n" + " " * len(start)).join([f"sj::Input<{extents}>", *lines]) + ">;\n"


def network_text(model, input_shape, readout=None, name="Net"):
    """The definition of the network in C++: `export` for who needs no more."""
    return export(model, input_shape, readout, name=name).text


# ---- files ----


def arrays_of(state_dict):
    """Names with shapes and float32 values, without what snnTorch keeps twice."""
    arrays = {}
    for name, tensor in state_dict.items():
        if name == "V" or name.endswith(".V"):
            if f"{name[:-1]}recurrent.V" in state_dict:
                continue
        tensor = tensor.detach().cpu().float().contiguous()
        arrays[name] = (tuple(tensor.shape), tensor)
    return arrays


def safetensors_bytes(state_dict):
    header = {}
    data = []
    begin = 0
    for name, (shape, tensor) in arrays_of(state_dict).items():
        values = tensor.reshape(-1).tolist()
        data.append(struct.pack(f"<{len(values)}f", *values))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [begin, begin + 4 * len(values)]}
        begin += 4 * len(values)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(data)


def save(state_dict, path, force=True):
    """Writes a state_dict as .safetensors or .npz, float32, under its own names; the file is replaced once the new one is whole."""
    path = pathlib.Path(path)
    if path.suffix == ".safetensors":
        data = safetensors_bytes(state_dict)
    elif path.suffix == ".npz":
        import numpy

        buffer = io.BytesIO()
        numpy.savez(buffer, **{name: tensor.numpy() for name, (_, tensor) in arrays_of(state_dict).items()})
        data = buffer.getvalue()
    else:
        raise Refused(f"'{path}' ends with neither .safetensors nor .npz")
    if path.exists() and not force:
        raise Refused(f"'{path}' exists; --force replaces it")
    whole = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        whole.write_bytes(data)
        os.replace(whole, path)
    except OSError as error:
        whole.unlink(missing_ok=True)
        raise Refused(f"'{path}' cannot be written: {error.strerror}") from None
    except BaseException:
        whole.unlink(missing_ok=True)
        raise


class Inert:
    """Stands for an object of a class that a checkpoint names and nobody needs."""

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return self

    def __setstate__(self, state):
        self.__dict__.update(state if isinstance(state, dict) else {})

    def __setitem__(self, key, value):
        pass

    def append(self, value):
        pass

    def extend(self, values):
        pass


class Reader(pickle.Unpickler):
    """Takes tensors and containers from a checkpoint, and executes nothing else."""

    def find_class(self, module, name):
        plain_ones = {("collections", "OrderedDict"), ("collections", "defaultdict"), ("builtins", "set"), ("builtins", "dict"),
                      ("builtins", "list"), ("builtins", "int"), ("builtins", "float"), ("_codecs", "encode"), ("builtins", "bytearray")}
        rebuilders = {"_rebuild_tensor_v2", "_rebuild_tensor", "_rebuild_parameter", "_rebuild_parameter_with_state"}
        if (module, name) in plain_ones or module == "torch._utils" and name in rebuilders or \
                module in ("torch", "torch.storage") and (name.endswith("Storage") or isinstance(getattr(torch, name, None), torch.dtype)) or \
                (module, name) == ("torch", "Size") or (module, name) == ("torch.serialization", "_get_layout"):
            return super().find_class(module, name)
        return type(re.sub(r"\W", "_", name) or "Inert", (Inert,), {})


class SafePickle:
    """What torch.load wants of a pickle module."""

    Unpickler = Reader

    @staticmethod
    def load(file, **options):
        return Reader(file, **options).load()


def load_values(path):
    """What a file of torch.save, .npz or .safetensors holds."""
    path = pathlib.Path(path)
    if not path.is_file():
        raise Refused(f"'{path}' is no file")
    try:
        if path.suffix == ".npz":
            import numpy

            with numpy.load(path) as arrays:
                return {name: torch.from_numpy(numpy.array(arrays[name])) for name in arrays.files}
        if path.suffix == ".safetensors":
            raw = path.read_bytes()
            length, = struct.unpack("<Q", raw[:8])
            header = json.loads(raw[8:8 + length])
            kinds = {"F32": torch.float32, "F64": torch.float64, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}
            found = {}
            for name, entry in header.items():
                if name != "__metadata__":
                    begin, end = entry["data_offsets"]
                    piece = bytearray(raw[8 + length + begin:8 + length + end])
                    found[name] = torch.frombuffer(piece, dtype=kinds[entry["dtype"]]).reshape(entry["shape"]) if piece else \
                        torch.zeros(entry["shape"])
            return found
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=False, pickle_module=SafePickle)
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"'{path}' cannot be read as a file of torch.save, .npz or .safetensors: {clipped(error)}") from None


WRAPPERS = {"module", "_orig_mod", "_fsdp_wrapped_module", "_forward_module"}


def bare(name):
    return ".".join(part for part in name.split(".") if part not in WRAPPERS)


def dicts_in(value, path="", depth=0):
    """Every dict with tensors in a checkpoint, with the names that lead there."""
    if isinstance(value, Inert):
        value = vars(value)
    if not isinstance(value, dict) or depth > 8:
        if isinstance(value, (list, tuple)) and depth <= 8:
            for i, item in enumerate(value):
                yield from dicts_in(item, f"{path}[{i}]", depth + 1)
        return
    if any(isinstance(item, torch.Tensor) for item in value.values()):
        yield path, {str(name): item for name, item in value.items() if isinstance(item, torch.Tensor)}
    for name, item in value.items():
        yield from dicts_in(item, f"{path}.{name}" if path else str(name), depth + 1)


# What older versions of snnTorch do not store, and nothing that the values depend on.
STATE = re.compile(r"(^|\.)(mem|spk|syn|syn_exc|syn_inh)$")
OPTIONAL = re.compile(r"(^|\.)(graded_spikes_factor|reset_mechanism_val|num_batches_tracked|V|mem|spk|syn|syn_exc|syn_inh)$")


def load_into(model, path, entry=None):
    """Puts the values of a file into the model. They may lie at any depth and below the names of wrappers."""
    wanted = model.state_dict()
    by_bare = {bare(name): name for name in wanted}
    needed = {name for name in by_bare if not OPTIONAL.search(name)}
    found, nearest = {}, None
    for where, tensors in dicts_in(load_values(path)):
        if entry is not None and where != entry:
            continue
        names = {bare(name): tensor for name, tensor in tensors.items()}
        some = next(iter(sorted(needed, key=len, reverse=True)), "")
        prefixes = sorted({""} | {name[:-len(some)] for name in names if name.endswith("." + some)}, key=len)
        for prefix in prefixes:
            hits = {name for name in needed if prefix + name in names}
            if len(hits) == len(needed):
                found.setdefault((where, prefix), {name: names[prefix + name] for name in by_bare if prefix + name in names})
            elif nearest is None or len(hits) > len(nearest[1]):
                nearest = (where, hits)
    if not found:
        if nearest is None:
            raise Refused(f"'{path}' holds no tensors" + (f" in '{entry}'" if entry else "") + "; save model.state_dict()")
        missing = sorted(needed - nearest[1])
        raise Refused(f"'{path}' holds no values for {', '.join(repr(clean(name)) for name in missing[:3])}"
                      f"{f' and {len(missing) - 3} more' if len(missing) > 3 else ''} of this model: is it another model, or other --args?")
    first = next(iter(found.values()))
    if any(not all(same_bits(values[name].float(), first[name].float()) for name in needed) for values in found.values()):
        names = sorted({(where or "the file itself") + (f" below '{prefix[:-1]}'" if prefix else "") for where, prefix in found})
        raise Refused(f"'{path}' holds several sets of values for this model: {', '.join(clean(name) for name in names)}; choose with --entry NAME")
    for name, tensor in first.items():
        target = wanted[by_bare[name]]
        if tensor.is_quantized or tensor.is_sparse or tensor.is_complex():
            raise Refused(f"'{clean(name)}' in '{path}' is quantised, sparse or complex; dequantise it")
        if tensor.shape != target.shape and not (tensor.numel() == target.numel() and max(tensor.dim(), target.dim()) <= 1):
            raise Refused(f"'{clean(name)}' has the shape {tuple(tensor.shape)} in '{path}' and {tuple(target.shape)} in the model: is it "
                          "another model, or other --args?")
        if name.endswith("reset_mechanism_val") and int(tensor) != int(target):
            resets = list(RESETS)
            raise Refused(f"'{path}' was trained with reset_mechanism='{resets[int(tensor) % 3]}' in '{clean(name.rpartition('.')[0])}', and the model "
                          f"has '{resets[int(target) % 3]}'; make the model as it was trained")
    values = {by_bare[name]: tensor.reshape(wanted[by_bare[name]].shape) for name, tensor in first.items()}
    model.load_state_dict(values, strict=False)


def clean(text):
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:80]


def load_model(source, arguments=""):
    """The model that FILE.py:NAME gives."""
    file, _, name = source.rpartition(":") if ":" in source else (source, "", "")
    if not pathlib.Path(file).is_file():
        raise Refused(f"'{source}' is not FILE.py:NAME" if not name else f"there is no file '{file}'")
    spec = importlib.util.spec_from_file_location("exported_model", file)
    if spec is None:
        raise Refused(f"'{file}' is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["exported_model"] = module
    sys.path.insert(0, str(pathlib.Path(file).resolve().parent))
    try:
        with foreign_code(f"'{file}', when it is imported,", ", or put it behind if __name__ == '__main__'"):
            spec.loader.exec_module(module)
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"'{file}' cannot be imported: {clipped(error)}") from None
    made = module
    if not name:
        own = [key for key, value in vars(module).items() if isinstance(value, type) and issubclass(value, torch.nn.Module)
               and value.__module__ == "exported_model"]
        if len(own) != 1:
            raise Refused(f"'{source}' is not FILE.py:NAME; NAME may be {', '.join(own) if own else 'a function that gives the model'}")
        name = own[0]
    for part in name.split("."):
        if not hasattr(made, part):
            raise Refused(f"'{file}' has no '{name}'")
        made = getattr(made, part)
    positional, keywords = call_arguments(arguments)
    if isinstance(made, torch.nn.Module):
        if positional or keywords:
            raise Refused(f"'{name}' is a model already and takes no --args")
        return module, made
    if not callable(made):
        raise Refused(f"'{name}' in '{file}' is a {type(made).__name__}; allowed are a model, its class, or a function that gives it")
    try:
        with foreign_code(f"'{name}', when it is called,"):
            made = made(*positional, **keywords)
    except Refused:
        raise
    except TypeError as error:
        given = f" with --args '{clean(arguments)}'" if arguments else "; pass arguments with --args 'hidden=40, beta=0.9'"
        raise Refused(f"'{name}' cannot be called{given}: {clipped(error)}") from None
    except Exception as error:
        raise Refused(f"'{name}' fails when it is called: {clipped(error)}") from None
    if not isinstance(made, torch.nn.Module):
        raise Refused(f"'{name}' gives a {type(made).__name__}, and no torch.nn.Module")
    return module, made


def call_arguments(text):
    """Positional and named arguments of 'hidden=40, beta=0.9': literals."""
    if not text.strip():
        return [], {}
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or any(word.arg is None for word in call.keywords):
            raise ValueError(text)
        return [ast.literal_eval(value) for value in call.args], {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    except (SyntaxError, ValueError):
        raise Refused(f"--args '{clean(text)}' is not like 'hidden=40, beta=0.9'; for what is no literal write a function without "
                      "arguments that gives the model") from None


def load_sample(path):
    import numpy

    try:
        held = numpy.load(path)
        if isinstance(held, numpy.ndarray):
            return torch.from_numpy(held.astype(numpy.float32))
        if "x" not in held.files and len(held.files) != 1:
            raise Refused(f"'{path}' holds {', '.join(clean(name) for name in held.files[:5])}, and no 'x'")
        return torch.from_numpy(held["x" if "x" in held.files else held.files[0]].astype(numpy.float32))
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"the sample '{path}' cannot be read as .npz or .npy: {clipped(error)}") from None


def positive(text):
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65536:
        raise Refused(f"'{clean(text)}' is no whole number from 1 to 65536")
    return int(text)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Refused(f"{message}; see --help")


def say(text):
    """A sentence to standard error, where there is one."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(f"export_snntorch: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def output_elsewhere():
    """What a model prints, from Python or below it, is no C++: it goes to standard error."""
    kept = None
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        kept = os.dup(1)
        os.dup2(2, 1)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        if kept is not None:
            os.dup2(kept, 1)
            os.close(kept)


def print_text(text):
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        with contextlib.suppress(OSError):  # what is left in the buffer would fail once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise Failed(f"the network cannot be written to standard output: {error.strerror}") from None


def main():
    parser = Parser(description="Writes a snnTorch model's values and prints the matching C++ network.")
    parser.add_argument("model", help="FILE.py:NAME, a model, its class, or a function that gives it")
    parser.add_argument("--input", required=True, help="shape of one step: 2,32,32 or 2x32x32 or 700")
    parser.add_argument("--args", default="", help="what the class or function takes: 'hidden=40, beta=0.9'")
    parser.add_argument("--state-dict", help="a file with the trained values: of torch.save (a checkpoint, too), .npz or .safetensors")
    parser.add_argument("--entry", help="where in a checkpoint the values are, if it holds several sets")
    parser.add_argument("--readout", choices=("spikes", "potential", "last", "sum"),
                        help="what tells the class: the number of spikes, the largest potential, the last one, or the sum of what a last "
                        "Linear gives; default: what the model returns")
    parser.add_argument("--population", help="neurons of a class, for a population code")
    parser.add_argument("--sample", help=".npz (x) or .npy with samples to compare on, (sample, step, ...) or (sample, ...); default: random")
    parser.add_argument("--steps", help="steps of a sample; default: what the model runs, else 16")
    parser.add_argument("-o", "--output", help="the .safetensors or .npz file to write")
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    exported = None
    try:
        arguments = parser.parse_args()
        for option_name, value in vars(arguments).items():
            if value == "" and option_name != "args":
                raise Refused(f"'--{option_name.replace('_', '-')}' is empty")
        shape = tuple(positive(extent) for extent in re.split("[,x]", arguments.input))
        steps = positive(arguments.steps) if arguments.steps else None
        population = positive(arguments.population) if arguments.population else None
        if arguments.output and pathlib.Path(arguments.output).suffix not in (".safetensors", ".npz"):
            raise Refused(f"'{arguments.output}' ends with neither .safetensors nor .npz")
        if arguments.output and pathlib.Path(arguments.output).exists() and not arguments.force:
            raise Refused(f"'{arguments.output}' exists; --force replaces it")
        if torch is None:
            raise Refused("there is no module 'torch' in this Python; pip install torch snntorch")
        try:
            import snntorch  # noqa: F401
        except ImportError:
            raise Refused("there is no module 'snntorch' in this Python; pip install snntorch") from None
        if sys.stdout is None:
            raise Failed("standard output is closed, and the network is printed there")
        with output_elsewhere():
            module, model = load_model(arguments.model, arguments.args)
            if arguments.state_dict:
                load_into(model, arguments.state_dict, arguments.entry)
            sample = load_sample(arguments.sample) if arguments.sample else None
            model.eval()
            many = steps or whole_number(model, "num_steps") or whole_number(module, "num_steps")
            fixed = whole_number(model, "batch_size") or whole_number(module, "batch_size")
            exported = export(model, shape, arguments.readout, sample, many, population,
                              samples=fixed if fixed and fixed <= 512 else 7)
        if arguments.output:
            save(exported.arrays, arguments.output, arguments.force)
        for note in exported.notes:
            say(note)
        print_text(exported.text)
    except Refused as refused:
        say(refused)
        sys.exit(2)
    except Failed as failed:
        say(f"{failed}; the values are in '{arguments.output}'" if exported is not None and arguments.output else failed)
        sys.exit(1)
    except KeyboardInterrupt:
        say(INTERRUPTED)
        sys.exit(130)
    except Exception as error:
        say(f"there is not enough memory: {clipped(error)}; allowed is less: a smaller --input, fewer --steps" if out_of_memory(error) else
            f"stopped by an error of its own, and printed nothing: {clipped(error)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
