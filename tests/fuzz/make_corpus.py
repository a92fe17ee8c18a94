# SPDX-License-Identifier: MIT
"""Makes the seeds of the fuzzers, corpus/NAME/*: small files that the readers take. Needs NumPy.

    python3 tests/fuzz/make_corpus.py
"""
import argparse
import collections
import io
import pathlib
import pickle
import struct
import zipfile

import numpy as np

HERE = pathlib.Path(__file__).parent
DATA = HERE.parent / "data"


def write(name, **files):
    folder = HERE / "corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(save=np.savez, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def aedat_packet(events, kind=1, overflow=0):
    head = struct.pack("<HHIIIIII", kind, 1, 8, 4, overflow, len(events), len(events), len(events))
    return head + b"".join(struct.pack("<II", x << 17 | y << 2 | p << 1 | 1, t) for x, y, p, t in events)


ramp = np.arange(24, dtype=np.float32)
write("npy", f4=npy(ramp.reshape(2, 3, 4)), f8_fortran=npy(np.asfortranarray(ramp.reshape(4, 6).astype(">f8"))),
      scalar=npy(np.float16(0.5)), flags=npy(np.array([True, False])), i8=npy(np.arange(3)), empty=npy(np.zeros((0, 4))))
python2 = b"{'descr': '<f4', 'fortran_order': True, 'shape': (2L, 3L), }".ljust(117) + b"\n"
write("npy", python2=b"\x93NUMPY\1\0" + struct.pack("<H", len(python2)) + python2 + ramp[:6].tobytes())
write("npz", stored=npz(x=ramp.reshape(1, 3, 2, 2, 2), y=np.array([1])), deflated=npz(np.savez_compressed, x=ramp.reshape(3, 4, 2)),
      frames=npy(ramp.reshape(1, 3, 2, 2, 2)), channels=npy(ramp.astype(np.uint8).reshape(3, 4, 2)))
write("idx", images=struct.pack(">IIII", 0x803, 2, 2, 3) + bytes(range(12)), labels=struct.pack(">II", 0x801, 3) + b"\1\2\3")
write("nmnist", events=b"".join(bytes((x, y)) + ((p << 23) | t).to_bytes(3, "big")
                                for x, y, p, t in ((1, 2, 0, 100), (1, 3, 1, 200), (0, 240, 0, 0), (33, 33, 1, 9000))))
small = (DATA / "small.safetensors").read_bytes()
length = struct.unpack("<Q", small[:8])[0]
write("safetensors", small=small, header=small[8:8 + length],
      one=b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}\n' + bytes(8))
pickles = {name: zipfile.ZipFile(DATA / f"{name}.pt").read(f"{name}/data.pkl") for name in ("state_dict", "checkpoint", "module")}
foreign = {"args": argparse.Namespace(lr=0.1, path=pathlib.PurePosixPath("/a")), "dd": collections.defaultdict(list, a=[1]),
           "junk": [b"abc", bytearray(b"xyz"), {1, 2}, frozenset([3]), 1 << 70, None, True, 1.5, slice(1, 2), "u" * 300]}
protocols = {f"protocol{p}": pickle.dumps(foreign, p) for p in range(6)}
state = pickles["state_dict"][2:-1]  # without protocol and stop
pickles["nested"] = b"\x80\2}X\5\0\0\0model" + state + b"s."
pickles["in_object"] = b"\x80\2cmy\nNet\n)\x81}X\6\0\0\0module" + state + b"sb."
write("pytorch", archive=(DATA / "checkpoint.pt").read_bytes(), **pickles)
write("pickle", plain=pickle.dumps({"a": (1, -2, 3.5, [None, True], "text", 1 << 40)}, 2), **pickles, **protocols)
events = [(5, 3, 1, 10), (127, 126, 0, 20), (6, 3, 1, 30)]
text = b"#!AER-DAT3.1\r\n#Format: RAW\r\n#!END-HEADER\r\n"
write("aedat", two=text + aedat_packet(events) + aedat_packet(events[:1], overflow=1), kinds=b"#!AER-DAT3.1\n" + aedat_packet(events, 0) + aedat_packet(events))
write("gesture_labels", windows=b"class,startTime_usec,endTime_usec\r\n1,100,200\r\n11,300,400\r\n", plain=b"3, 5, 7")
rows = np.array([[5, 3, 1, 10.25], [127, 126, 0, 20.5], [6, 3, 1, 30]])
write("gesture", f8=npy(rows), f4=npy(rows.astype(np.float32)), i2=npy(rows.astype(np.int16)))
write("shd_events", three=b"".join(struct.pack("<fh", t, u) for t, u in ((0.0, 0), (0.25, 699), (0.5, 7))))
write("shd", plain=bytes(range(8, 72)), other=bytes(255 - i for i in range(128)), zeros=bytes(64))
write("fault_list", seven=b"""Injection,Layer,TensorIndex,Bit,Fault,Begin,End
0,fc1.weight,"(1, 2)",30,bitflip,,
1,lif1.potential,"(1,)",24,stuckat1,4,8
2,lif1.spike,"(1,)",,dead,,
3,lif1.beta,(0),,scale:0.9,,
4,fc1.bias,"(1,)",,set:-1.5,,
5,lif1.spike,"(0,)",,saturated,10,
6,fc1.weight,"(0, 0)",,flip:0x00c00000,,
""", four=b'Injection,Layer,TensorIndex,Bit\r\n0,fc1.weight,"(1, 2)",30\r\n',
      nine=b'Injection,Layer,TensorIndex,Bit,Fault,Begin,End,Duty,Seed\n0,fc1.weight,"(1, 2)",,scale:9/10,1,2,0.25,7\n',
      beyond=b'Injection,Layer,TensorIndex,Bit,Fault,Begin,End\n0,fc1.weight,"(1, 2)",,set:1e5000,,\n',
      numpy=b',Injection,Layer,TensorIndex,Bit,x\n0,0,fc1,"(np.int64(1), np.int64(2))",30.0,a\n1,0,lif1.spike,[1],np.int64(3),\n',
      torch=b"sep=;\nLayer;tensor_index;Bit\nmodule.fc1.weight;tensor([1, 2], dtype=torch.int32);3\n\n# x\nfc1.bias;(-1);3\n",
      unquoted=b"Injection,Layer,TensorIndex,Bit\r0,fc1.weight,(1, 2),3\r1,fc1.bias,'(1,)',3,,\r",
      utf16="\ufeffInjection\tLayer\tTensorIndex\tBit\n0\tfc1.weight\t(1 2)\t3\n".encode("utf-16-le"),
      origin=b'Injection,Layer,TensorIndex,Bit\n# spikingjet list: method=count:1 strata=fc1.weight:6 digest=00\n0,fc1.bias,"1",3\n')
write("injection_bytes", empty=bytes(3), bands=bytes([4, 0, 0, 1, 2, 2, 4, 3, 6]), runs=bytes([2, 3, 29, 1, 0, 26, 1, 0x80 | 37, 2, 8, 1, 0, 9, 0x80 | 42, 2]))
