# SPDX-License-Identifier: MIT
"""Trains the spiking network of the digits example and writes weights.npz and data.npz beside this file.

Data: "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak, UCI Machine Learning Repository,
doi 10.24432/C50P49, licensed CC BY 4.0; scikit-learn's `load_digits` holds its 1,797 test images.
Changed here: every image became a train of events (`rate_code`), and a part of them was set apart as a test set.

One step of the network, s[0] the events of the input, layer l = 1, 2 (snnTorch's Leaky, reset by subtraction):
    I[l] = W[l] s[l-1] + b[l]
    R[l] = H(U[l] - theta[l])                                from the potential that enters the step
    U[l] = beta[l] U[l] + I[l] - R[l] theta[l]               beta clamped to [0, 1]
    s[l] = H(U[l] - theta[l])
The readout is the number of spikes of each output neuron over all steps, the prediction the class with most of them.
"""
import platform
from pathlib import Path

import numpy as np
import sklearn
import snntorch as snn
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from snntorch import surrogate

STEPS = 16
LEVELS = 16  # a pixel's largest value
INPUTS, HIDDEN, CLASSES = 64, 32, 10
TEST_SAMPLES = 540
SEED = 2024
EPOCHS = 200
BATCH = 64
RATE = 4e-3  # learning rate of the weights; decays and thresholds take a quarter of it


def rate_code(pixels):
    """A pixel of value p emits p single events, spread evenly: at step t where floor((t+1)p/16) > floor(tp/16)."""
    p = pixels.astype(np.int64)[:, None]  # (sample, 1, channel, y, x)
    t = np.arange(STEPS).reshape(1, STEPS, 1, 1, 1)
    return ((t + 1) * p // LEVELS > t * p // LEVELS).astype(np.uint8)  # (sample, step, channel, y, x)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()

        def leaky(size):
            return snn.Leaky(beta=torch.full((size,), 0.8), threshold=torch.full((size,), 1.0), learn_beta=True,
                             learn_threshold=True, reset_mechanism="subtract",
                             spike_grad=surrogate.fast_sigmoid(slope=10))

        self.fc1, self.lif1 = torch.nn.Linear(INPUTS, HIDDEN), leaky(HIDDEN)
        self.fc2, self.lif2 = torch.nn.Linear(HIDDEN, CLASSES), leaky(CLASSES)

    def forward(self, events):  # (sample, step, input)
        """Spikes of both layers, each (step, sample, neuron)."""
        current1 = self.fc1(events)  # (sample, step, neuron)
        u1, u2 = self.lif1.reset_mem(), self.lif2.reset_mem()
        hidden, output = [], []
        for t in range(events.shape[1]):
            s1, u1 = self.lif1(current1[:, t], u1)
            s2, u2 = self.lif2(self.fc2(s1), u2)
            hidden.append(s1)
            output.append(s2)
        return torch.stack(hidden), torch.stack(output)


def shifted(events, generator):
    """Each sample moved by at most one pixel along one axis: digits are not always centred."""
    images = F.pad(events.view(-1, STEPS, 8, 8), (1, 1, 1, 1))
    moves = torch.tensor([(1, 1), (1, 1), (1, 1), (0, 1), (2, 1), (1, 0), (1, 2)])
    chosen = moves[torch.randint(len(moves), (len(events),), generator=generator)]
    return torch.stack([image[:, y:y + 8, x:x + 8] for image, (y, x) in zip(images, chosen)]).reshape(events.shape)


def train(events, labels):
    net, generator = Net(), torch.Generator().manual_seed(SEED)
    neuron_parameters = [p for name, p in net.named_parameters() if name.startswith("lif")]
    layer_parameters = [p for name, p in net.named_parameters() if name.startswith("fc")]
    optimiser = torch.optim.Adam([{"params": layer_parameters, "lr": RATE},
                                  {"params": neuron_parameters, "lr": RATE / 4}])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(events), generator=generator)
        for batch in order.split(BATCH):
            hidden, output = net(shifted(events[batch], generator))
            counts = output.sum(0)  # (sample, class)
            silence = F.relu(0.05 - hidden.mean((0, 1))).sum()  # keeps every hidden neuron in use
            loss = F.cross_entropy(counts, labels[batch], label_smoothing=0.05) + silence
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            with torch.no_grad():
                for lif in (net.lif1, net.lif2):
                    lif.beta.clamp_(0.05, 0.98)
                    lif.threshold.clamp_(min=0.25)
        schedule.step()
        if epoch % 20 == 19:
            print(f"epoch {epoch + 1:3}: loss of the last batch {loss.item():.4f}")
    return net


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    digits = load_digits()
    x = rate_code(digits.images[:, None])  # (sample, step, channel, y, x)
    assert (x.sum(1)[:, 0] == digits.images).all() and digits.images.max() == LEVELS
    x_train, x_test, y_train, y_test = train_test_split(x, digits.target, test_size=TEST_SAMPLES,
                                                        stratify=digits.target, random_state=SEED)

    def events(array):
        return torch.from_numpy(array).float().flatten(2)  # (sample, step, input)

    net = train(events(x_train), torch.from_numpy(y_train))

    with torch.no_grad():
        for part, array, labels in (("training", x_train, y_train), ("test", x_test, y_test)):
            hidden, output = net(events(array))
            accuracy = (output.sum(0).argmax(1).numpy() == labels).mean()
            print(f"{part}: accuracy {100 * accuracy:.2f} % of {len(labels)}; spikes per neuron and step "
                  f"lif1 {hidden.mean():.3f}, lif2 {output.mean():.3f}; "
                  f"lif1 neurons from {hidden.mean((0, 1)).min():.3f} to {hidden.mean((0, 1)).max():.3f}")

    names = ["fc1.weight", "fc1.bias", "lif1.beta", "lif1.threshold", "fc2.weight", "fc2.bias", "lif2.beta",
             "lif2.threshold"]
    state = {name: net.state_dict()[name].numpy().astype(np.float32) for name in names}
    for name in ("lif1.beta", "lif2.beta", "lif1.threshold", "lif2.threshold"):
        print(f"{name}: {state[name].min():.3f} to {state[name].max():.3f}")
    here = Path(__file__).resolve().parent
    np.savez_compressed(here / "weights.npz", **state)
    np.savez_compressed(here / "data.npz", x=x_test, y=y_test.astype(np.uint8))
    print(f"python {platform.python_version()}, torch {torch.__version__}, snntorch {snn.__version__}, "
          f"scikit-learn {sklearn.__version__}, numpy {np.__version__}")


if __name__ == "__main__":
    main()
