// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/bits.hpp>
#include <spikingjet/model/network.hpp>
#include <spikingjet/model/parameters.hpp>
#include <spikingjet/model/sample.hpp>
#include <spikingjet/sim/run.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spikingjet {

/// What is handed the spikes of a golden run: the neurons of one layer in one step, layer by layer, step by step.
using SpikeSink = std::function<void(std::span<const float>)>;

/// Counts the non-zero spikes of every neuron layer and step, and the samples in which a potential is NaN or infinite;
/// a perturbation that alters nothing.
template <class Net>
class SpikeCounter {
 public:
  void begin_step(std::size_t, const Parameters<Net>&) {}

  template <std::size_t Q>
  void touch(std::size_t step, std::span<const float> values) {
    constexpr Quantity quantity = Net::quantities[Q];
    if constexpr (quantity.storage == Storage::spike) {
      std::vector<std::uint64_t>& counts = counts_[quantity.layer_index];
      if (counts.size() <= step) counts.resize(step + 1);
      counts[step] +=
          static_cast<std::uint64_t>(std::count_if(values.begin(), values.end(), [](float v) { return v != 0.0F; }));
      at_most_[quantity.layer_index] += values.size();
      if (sink_) sink_(values);
    } else if constexpr (quantity.role == Role::potential) {
      finite_ = finite_ && std::all_of(values.begin(), values.end(), is_finite);
    }
  }

  /// Hands on the spikes that come.
  void hand_to(SpikeSink sink) { sink_ = std::move(sink); }

  void end_sample() {
    samples_not_finite_ += !finite_;
    finite_ = true;
  }

  /// Spikes of a layer by step, over all samples run.
  const std::vector<std::uint64_t>& of_layer(std::size_t layer) const { return counts_[layer]; }

  /// Spikes of a layer if all its neurons fired in every step.
  std::uint64_t of_layer_at_most(std::size_t layer) const { return at_most_[layer]; }

  /// Samples in which a potential was NaN or infinite in some step.
  std::size_t samples_not_finite() const { return samples_not_finite_; }

 private:
  std::vector<std::vector<std::uint64_t>> counts_ = std::vector<std::vector<std::uint64_t>>(Net::layer_count);
  std::vector<std::uint64_t> at_most_ = std::vector<std::uint64_t>(Net::layer_count);
  bool finite_ = true;  // so far, in this sample
  std::size_t samples_not_finite_ = 0;
  SpikeSink sink_;
};

/// Runs the distinct samples once, in order, counts spikes, and hands them on where somebody takes them.
template <class Net>
SpikeCounter<Net> count_spikes(const Parameters<Net>& parameters, const SampleRange& samples, SpikeSink sink = {}) {
  SpikeCounter<Net> counter;
  counter.hand_to(std::move(sink));
  const auto work = std::make_unique<Workspace<Net>>();
  for (std::size_t s = 0; s < samples.distinct(); ++s) {
    run(*work, parameters, samples[s], counter);
    counter.end_sample();
  }
  return counter;
}

/// Number of neurons of all layers.
template <class Net>
constexpr std::size_t neuron_count() {
  std::size_t neurons = 0;
  for (const Quantity& quantity : Net::quantities)
    if (quantity.storage == Storage::spike) neurons += quantity.size();
  return neurons;
}

/// A row of characters, one a group of steps, that draws a series from 0 to its largest value.
inline std::string sparkline(const std::vector<std::uint64_t>& series, std::size_t width = 50) {
  static constexpr const char* levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  width = std::min(width, series.size());
  std::vector<double> means;
  for (std::size_t column = 0; column < width; ++column) {
    const std::size_t begin = column * series.size() / width;
    const std::size_t end = (column + 1) * series.size() / width;
    double sum = 0;
    for (std::size_t step = begin; step < end; ++step) sum += double(series[step]);
    means.push_back(sum / double(end - begin));
  }
  const double largest = means.empty() ? 0 : *std::max_element(means.begin(), means.end());
  std::string text;
  for (const double mean : means)
    text += levels[largest > 0 ? std::min<std::size_t>(7, std::size_t(8 * mean / largest)) : 0];
  return text;
}

/// Spikes per layer and step as a table for people.
template <class Net>
std::string activity_text(const SpikeCounter<Net>& counter, std::size_t samples) {
  std::string text = fmt::format("{:<10} {:>8} {:>16} {:>12}  {}\n", "layer", "neurons", "spikes a sample",
                                 "firing rate", "spikes by step");
  for (std::size_t layer = 0; layer < Net::layer_count; ++layer) {
    const std::vector<std::uint64_t>& counts = counter.of_layer(layer);
    if (counts.empty()) continue;
    std::size_t neurons = 0;
    std::string name;
    for (const Quantity& quantity : Net::quantities)
      if (quantity.layer_index == layer && quantity.storage == Storage::spike) {
        neurons = quantity.size();
        name = quantity.layer.str();
      }
    double spikes = 0;
    for (const std::uint64_t count : counts) spikes += double(count);
    text += fmt::format("{:<10} {:>8} {:>16.2f} {:>10.2f} %  {}\n", name, neurons, spikes / double(samples),
                        100 * spikes / double(samples) / double(neurons) / double(counts.size()), sparkline(counts));
  }
  return text;
}

/// Spikes per layer and step as CSV: `layer,step,spikes`, the mean over samples.
template <class Net>
std::string activity_csv(const SpikeCounter<Net>& counter, std::size_t samples) {
  std::string csv = "layer,step,spikes\r\n";
  for (const Quantity& quantity : Net::quantities) {
    if (quantity.storage != Storage::spike) continue;
    const std::vector<std::uint64_t>& counts = counter.of_layer(quantity.layer_index);
    for (std::size_t step = 0; step < counts.size(); ++step)
      csv += fmt::format("{},{},{}\r\n", quantity.layer.str(), step, double(counts[step]) / double(samples));
  }
  return csv;
}

}  // namespace spikingjet
