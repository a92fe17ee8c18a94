# SPDX-License-Identifier: MIT
"""The tutorial's network: trains it and writes trained.pt and data.npz into the current folder."""
import numpy as np
import snntorch as snn
import torch
from sklearn.datasets import load_digits

STEPS, EPOCHS = 16, 12


class Net(torch.nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.fc1, self.lif1 = torch.nn.Linear(64, hidden), snn.Leaky(beta=0.8)
        self.fc2, self.lif2 = torch.nn.Linear(hidden, 10), snn.Leaky(beta=0.8)

    def forward(self, x):  # (sample, step, 64)
        u1, u2 = self.lif1.reset_mem(), self.lif2.reset_mem()
        spikes = []
        for step in range(x.shape[1]):
            s1, u1 = self.lif1(self.fc1(x[:, step]), u1)
            s2, u2 = self.lif2(self.fc2(s1), u2)
            spikes.append(s2)
        return torch.stack(spikes).sum(0)  # (sample, class) spike counts


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)  # so small a network is slower on more
    images, labels = load_digits(return_X_y=True)
    x = np.repeat(images[:, None].astype(np.float32) / 16, STEPS, axis=1)  # the same picture in every step
    x_train, y_train = torch.from_numpy(x[:1400]), torch.from_numpy(labels[:1400])
    x_test, y_test = torch.from_numpy(x[1400:]), torch.from_numpy(labels[1400:])

    net = Net()
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-2)
    for epoch in range(EPOCHS):
        for batch in torch.randperm(1400).split(64):
            loss = torch.nn.functional.cross_entropy(net(x_train[batch]), y_train[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        with torch.no_grad():
            correct = int((net(x_test).argmax(1) == y_test).sum())
        print(f"epoch {epoch + 1:2} of {EPOCHS}: {100 * correct / len(y_test):.2f} % of the test samples right ({correct} of {len(y_test)})")

    torch.save(net.state_dict(), "trained.pt")
    np.savez_compressed("data.npz", x=x[1400:].reshape(-1, STEPS, 1, 8, 8), y=labels[1400:])


if __name__ == "__main__":
    main()
