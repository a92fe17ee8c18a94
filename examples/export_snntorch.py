#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hands a trained snnTorch model over: writes its state_dict and prints the matching C++ network.

    python3 export_snntorch.py my_model.py:Net --input 2,32,32 -o weights.safetensors
    python3 export_snntorch.py my_model.py:Net --input 700 --state-dict trained.pt --readout potential -o weights.npz

The first argument names a Python file and something in it that gives the model when called, such as its class. In a
program of one's own:

    import export_snntorch
    export_snntorch.save(model.state_dict(), "weights.safetensors")
    print(export_snntorch.network_text(model, (2, 32, 32)))

Layers are taken in the order in which the model registers them: check that 'forward' runs them in that order.
Needs torch and snntorch; for .npz also numpy. Files of 'torch.save' need no export, the library reads them itself.
"""
import argparse
import importlib.util
import json
import math
import pathlib
import struct
import sys


class Refused(Exception):
    """Something in the model that the library does not have."""


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


def linear(name, layer, shape):
    if layer.in_features != math.prod(shape):
        raise Refused(f"takes {layer.in_features} values, and gets {shape}; check --input and the order of the layers")
    bias = "" if layer.bias is not None else ", sj::NoBias"
    return f'sj::Dense<"{name}", {layer.out_features}{bias}>', (layer.out_features,)


def conv2d(name, layer, shape):
    kernel, stride, dilation = pair(layer.kernel_size), pair(layer.stride), pair(layer.dilation)
    span = tuple(dilation[i] * (kernel[i] - 1) + 1 for i in (0, 1))  # of a kernel with its gaps
    padding = layer.padding
    if padding == "valid":
        padding = 0
    elif padding == "same":
        if span[0] % 2 == 0 or span[1] % 2 == 0:
            raise Refused("pads more on one side than on the other; allowed is an odd kernel, or padding in numbers")
        padding = (span[0] // 2, span[1] // 2)
    padding = pair(padding)
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
    if layer.bias is None:
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


def shared(field, found, shape):
    """The option for a constant of this shape, where a layer of neurons of that shape has it otherwise."""
    found = tuple(found)
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
    import torch

    word = type(layer).__name__
    fields, plain_reset = NEURONS[word]
    if layer.inhibition or layer.state_quant:
        raise Refused("has inhibition or quantised states, allowed is neither")
    if float(torch.as_tensor(getattr(layer, "graded_spikes_factor", 1.0)).max()) != 1.0:
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
        options.append("sj::ImmediateReset")
    if word == "Leaky" and version.startswith("0.7"):
        options.append("sj::Snntorch07")
    state = layer.state_dict()
    for field in fields:
        if field in state:
            options += shared(field, state[field].shape, shape)
        elif field in ("R", "C") and "beta" in state:
            options += shared(field, state["beta"].shape, shape)
    return f'sj::{word}<{", ".join([chr(34) + name + chr(34), *options])}>', shape


def describe(name, layer, shape, version):
    """The C++ of a layer, nothing for one that leaves values as they are, and the shape that it gives."""
    import torch

    word = type(layer).__name__
    if word in NEURONS and type(layer).__module__.startswith("snntorch"):
        return neuron(name, layer, shape, version)
    if isinstance(layer, torch.nn.Linear):
        return linear(name, layer, shape)
    if isinstance(layer, torch.nn.Conv2d):
        return conv2d(name, layer, shape)
    if isinstance(layer, torch.nn.MaxPool2d):
        return pool2d("MaxPool2d", layer, shape)
    if isinstance(layer, torch.nn.AvgPool2d):
        return pool2d("AvgPool2d", layer, shape)
    if isinstance(layer, torch.nn.Flatten):
        return "sj::Flatten", (math.prod(shape),)
    if isinstance(layer, (torch.nn.Dropout, torch.nn.Dropout2d, torch.nn.Identity)):
        return None, shape
    raise Refused(f"is a {word}; known are Linear, Conv2d, MaxPool2d, AvgPool2d, Flatten and snnTorch's {', '.join(NEURONS)}")


def layers_of(model, prefix=""):
    """Names and modules of the layers, in the order of registration; containers are opened."""
    for name, layer in model.named_children():
        is_layer = type(layer).__module__.startswith(("torch.nn.modules", "snntorch")) and type(layer).__name__ != "Sequential"
        if is_layer:
            yield prefix + name, layer
        else:
            yield from layers_of(layer, prefix + name + ".")


def network_text(model, input_shape, readout="spikes", name="Net"):
    """The definition of the network in C++.

    input_shape: of one step, (channels, rows, columns) or (channels,). readout: "spikes" or "potential".
    """
    import snntorch

    shape = tuple(input_shape)
    lines = []
    line = []
    for layer_name, layer in layers_of(model):
        try:
            text, shape = describe(layer_name, layer, shape, snntorch.__version__)
        except Refused as refused:
            raise Refused(f"layer '{layer_name}' {refused}") from None
        if text is None:
            continue
        line.append(text)
        if type(layer).__name__ in NEURONS:
            lines.append(", ".join(line))
            line = []
    if line or not lines:
        raise Refused("the model does not end with a layer of neurons")
    lines.append({"spikes": "sj::SpikeCountReadout", "potential": "sj::MaxPotentialReadout"}[readout])
    start = f"using {name} = sj::Network<"
    extents = ", ".join(str(extent) for extent in input_shape)
    return start + (",\n" + " " * len(start)).join([f"sj::Input<{extents}>", *lines]) + ">;\n"


# ---- the weights ----


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
    data = b""
    for name, (shape, tensor) in arrays_of(state_dict).items():
        values = tensor.reshape(-1).tolist()
        begin = len(data)
        data += struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def save(state_dict, path):
    """Writes a state_dict as .safetensors or .npz, float32, under its own names."""
    path = pathlib.Path(path)
    if path.suffix == ".safetensors":
        path.write_bytes(safetensors_bytes(state_dict))
    elif path.suffix == ".npz":
        import numpy

        numpy.savez(path, **{name: tensor.numpy() for name, (_, tensor) in arrays_of(state_dict).items()})
    else:
        raise Refused(f"'{path}' ends with neither .safetensors nor .npz")


def load_model(source):
    file, _, name = source.partition(":")
    spec = importlib.util.spec_from_file_location("exported_model", file)
    if not name or spec is None or not pathlib.Path(file).is_file():
        raise Refused(f"'{source}' is not FILE.py:NAME")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(pathlib.Path(file).resolve().parent))
    spec.loader.exec_module(module)
    if not hasattr(module, name):
        raise Refused(f"'{file}' has no '{name}'")
    made = getattr(module, name)
    import torch

    return made if isinstance(made, torch.nn.Module) else made()


def main():
    parser = argparse.ArgumentParser(description="Writes a snnTorch model's state_dict and prints the matching C++ network.")
    parser.add_argument("model", help="FILE.py:NAME, something that gives the model when called")
    parser.add_argument("--input", required=True, help="shape of one step: 2,32,32 or 700")
    parser.add_argument("--state-dict", help="a file of torch.save with the trained values")
    parser.add_argument("--readout", choices=("spikes", "potential"), default="spikes", help="what the last layer leaves")
    parser.add_argument("-o", "--output", help="the .safetensors or .npz file to write")
    arguments = parser.parse_args()
    try:
        shape = tuple(int(extent) for extent in arguments.input.split(","))
        model = load_model(arguments.model)
        if arguments.state_dict:
            import torch

            model.load_state_dict(torch.load(arguments.state_dict, map_location="cpu"))
        text = network_text(model, shape, arguments.readout)
        if arguments.output:
            save(model.state_dict(), arguments.output)
    except Refused as refused:
        sys.exit(f"export_snntorch: {refused}")
    print(text, end="")


if __name__ == "__main__":
    main()
