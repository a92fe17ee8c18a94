// SPDX-License-Identifier: MIT
#pragma once

// Somebody's simulator: 16 inputs, 8 hidden and 3 output neurons, which nothing here knows to be struck.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

inline constexpr std::size_t samples = 10;
inline constexpr std::size_t steps = 12;

/// A number in [0, 1), the same on every machine.
inline float noise(std::uint64_t n) {
  n = (n + 1) * 0x9E3779B97F4A7C15u;
  n = (n ^ (n >> 30)) * 0xBF58476D1CE4E5B9u;
  n = (n ^ (n >> 27)) * 0x94D049BB133111EBu;
  return float(n >> 40) * 0x1p-24F;
}

inline float input(std::size_t sample, std::size_t step, std::size_t i) {
  return noise(1000 * (sample * steps + step) + i) < 0.3F ? 1.0F : 0.0F;
}

struct Simulator {
  std::vector<float> fc1 = std::vector<float>(8 * 16);  // (8, 16)
  std::vector<float> fc2 = std::vector<float>(3 * 8);   // (3, 8)
  std::vector<float> u1, s1, u2, s2;                    // potentials and spikes
  std::array<float, 3> count{};                         // spikes of each class

  Simulator() {
    for (std::size_t i = 0; i < fc1.size(); ++i) fc1[i] = noise(900'000 + i) - 0.3F;
    for (std::size_t i = 0; i < fc2.size(); ++i) fc2[i] = noise(950'000 + i) - 0.4F;
    start();
  }

  void start() {
    u1.assign(8, 0.0F);
    s1.assign(8, 0.0F);
    u2.assign(3, 0.0F);
    s2.assign(3, 0.0F);
    count = {};
  }

  /// A step of leaky neurons that lose the threshold, 1, in the step after a spike; `after` sees the hidden potentials.
  template <class After>
  void step(std::size_t sample, std::size_t t, const After& after) {
    std::array<float, 16> x;
    for (std::size_t i = 0; i < 16; ++i) x[i] = input(sample, t, i);
    layer(fc1.data(), x.data(), 16, u1, s1);
    after(u1);
    layer(fc2.data(), s1.data(), 8, u2, s2);
    for (std::size_t c = 0; c < 3; ++c) count[c] += s2[c];
  }

  std::array<float, 3> run(std::size_t sample) {
    start();
    for (std::size_t t = 0; t < steps; ++t) step(sample, t, [](std::vector<float>&) {});
    return count;
  }

 private:
  static void layer(const float* weight, const float* x, std::size_t inputs, std::vector<float>& u,
                    std::vector<float>& s) {
    for (std::size_t n = 0; n < u.size(); ++n) {
      float current = 0;
      for (std::size_t i = 0; i < inputs; ++i) current += weight[n * inputs + i] * x[i];
      const float reset = u[n] > 1.0F ? 1.0F : 0.0F;
      u[n] = (0.9F * u[n] + current) - reset;
      s[n] = u[n] > 1.0F ? 1.0F : 0.0F;
    }
  }
};
