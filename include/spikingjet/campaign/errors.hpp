// SPDX-License-Identifier: MIT
#pragma once

#include <spikingjet/core/error.hpp>
#include <spikingjet/core/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace spikingjet {

/// A campaign over no samples or no faults, or over samples that the network cannot take.
class EmptyCampaign : public Misuse {
 public:
  explicit EmptyCampaign(const std::string& what)
      : Misuse("spikingjet: a campaign needs at least one " + what + ", and there is none") {}
};

/// Samples of another shape than the network's input.
class InputShapeMismatch : public Misuse {
 public:
  InputShapeMismatch(const Shape& wanted_shape, const Shape& found_shape)
      : Misuse("spikingjet: the network takes inputs of shape " + wanted_shape.str() + ", but the dataset has " +
               found_shape.str()),
        wanted(wanted_shape),
        found(found_shape) {}

  Shape wanted;
  Shape found;
};

/// A sample that the network cannot take, or a label that is none of its classes.
class BadSample : public Misuse {
 public:
  BadSample(std::size_t refused_sample, const std::string& what)
      : Misuse("spikingjet: sample " + std::to_string(refused_sample) + " " + what), sample(refused_sample) {}

  std::size_t sample;
};

/// The most samples of one campaign.
inline constexpr std::uint64_t most_campaign_samples = 0x7fffffff;

/// More samples than a fault's counters hold, or the readouts of one fault than fit into memory.
class TooManySamples : public Misuse {
 public:
  TooManySamples(std::uint64_t wanted_samples, std::uint64_t most, const std::string& which = "")
      : Misuse("spikingjet: a campaign" + which + " takes at most " + std::to_string(most) + " samples, not " +
               std::to_string(wanted_samples)),
        wanted(wanted_samples) {}

  std::uint64_t wanted;
};

/// A dataset whose labels are not one a sample.
class LabelsMismatch : public Misuse {
 public:
  LabelsMismatch(std::size_t label_count, std::size_t sample_count)
      : Misuse("spikingjet: the dataset has " + std::to_string(label_count) + " labels for " +
               std::to_string(sample_count) + " samples; give one label a sample, or none"),
        labels(label_count),
        samples(sample_count) {}

  std::size_t labels;
  std::size_t samples;
};

/// A fault that begins when every run is over.
class FaultBeyondRun : public Misuse {
 public:
  FaultBeyondRun(std::uint64_t fault_index, std::uint64_t begin_step, std::uint64_t run_steps)
      : Misuse("spikingjet: fault " + std::to_string(fault_index) + " of the list begins in step " +
               std::to_string(begin_step) + ", but the samples have " + std::to_string(run_steps) +
               " steps, so it could never strike; allowed are steps 0 to " + std::to_string(run_steps - 1)),
        fault(fault_index),
        begin(begin_step),
        steps(run_steps) {}

  std::uint64_t fault;
  std::uint64_t begin;
  std::uint64_t steps;
};

}  // namespace spikingjet
