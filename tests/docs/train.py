# SPDX-License-Identifier: MIT
"""The tutorial's network: trains it and writes weights.npz and data.npz into the current folder."""
import numpy as np
import snntorch as snn
import torch
from sklearn.datasets import load_digits

STEPS = 16


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.lif1 = torch.nn.Linear(64, 24), snn.Leaky(beta=0.8)
        self.fc2, self.lif2 = torch.nn.Linear(24, 10), snn.Leaky(beta=0.8)

    def forward(self, x):  # (sample, step, 64)
        u1, u2 = self.lif1.reset_mem(), self.lif2.reset_mem()
        spikes = []
        for step in range(x.shape[1]):
            s1, u1 = self.lif1(self.fc1(x[:, step]), u1)
            s2, u2 = self.lif2(self.fc2(s1), u2)
            spikes.append(s2)
        return torch.stack(spikes).sum(0)  # (sample, class) spike counts


torch.manual_seed(1)
images, labels = load_digits(return_X_y=True)
x = np.repeat(images[:, None].astype(np.float32) / 16, STEPS, axis=1)  # the same picture in every step
x_train, y_train = torch.from_numpy(x[:1400]), torch.from_numpy(labels[:1400])

net = Net()
optimiser = torch.optim.Adam(net.parameters(), lr=5e-3)
for epoch in range(60):
    for batch in torch.randperm(1400).split(64):
        loss = torch.nn.functional.cross_entropy(net(x_train[batch]), y_train[batch])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

np.savez("weights.npz", **{name: value.numpy() for name, value in net.state_dict().items()})
np.savez("data.npz", x=x[1400:].reshape(-1, STEPS, 1, 8, 8), y=labels[1400:])
